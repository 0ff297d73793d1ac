# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the self-test on the X11 desktop."""
from document import Document
from runner import expect
from waiting import wait_until
from workstation import DESKTOP_SECONDS, DOCTOR, NURSE

SEEN_SECONDS = 60


def x11_desktop(lab, _folder):
    """The nurse has logged in at the login screen, to an X11 session of seat0"""
    lab.screenshot("x11-desktop")
    session = lab.run_in_session("loginctl show-session $XDG_SESSION_ID").text.splitlines()
    for line in ("Seat=seat0", "Active=yes", "Type=x11", f"Name={NURSE}"):
        expect(line in session, f"the session says {line}: {session}")


def x11_locker(lab, _folder):
    """i3lock hides the notes; the typed password shows them again"""
    lab.run_in_session("i3lock -c 303030")
    wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the notes are off the screen")
    lab.screenshot("x11-locked")
    lab.unlock()


def second_user(lab, _folder):
    """A second user logs in beside the first, whose unsaved document is there when she is back"""
    document = Document(lab)
    lab.run_in_session("dm-tool switch-to-greeter")
    lab.log_in(DOCTOR)
    wait_until(lambda: lab.notes_visible(DOCTOR), DESKTOP_SECONDS, "the doctor's desktop")
    lab.screenshot("x11-second-user")
    expect(lab.run("loginctl list-sessions --no-legend | wc -l").text == "2", "both are logged in")
    lab.run_in_session("dm-tool switch-to-greeter", user=DOCTOR)
    lab.log_in(NURSE)
    wait_until(lab.notes_visible, SEEN_SECONDS, "the nurse's desktop is back")
    document.save()


def sleep(lab, _folder):
    """The machine is suspended and wakes with its screen, its keyboard and its reader"""
    lab.run("systemctl suspend")
    lab.wait_for_sleep()
    lab.wake()
    lab.wait_for("pcsc_scan -r | grep -q Gemalto", SEEN_SECONDS, "the reader is back")
    wait_until(lab.notes_visible, SEEN_SECONDS, "the notes are back")
    lab.keyboard.type("touch awake\n")
    lab.wait_for("test -e /home/nurse/awake", SEEN_SECONDS, "the keyboard works")


STEPS = [x11_desktop, x11_locker, second_user, sleep]
