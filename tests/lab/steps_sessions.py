# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the sessions playlist: locks that do not come about at once, on sway started from a console."""
from card import PivCard
from document import Document
from lockers import QUICK, liar, locker, pull_and_lock
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until
from workstation import DOCTOR

IDLE_SECONDS = 6
QUICK_IDLE = f'[session]\nidle_lock = "{IDLE_SECONDS}s"\nidle_warning = "0s"\n'
# The second reader came with the remote session.
REMOTE = '[session.remote]\non_card_removal = "end"\n[[card.reader]]\nreader = "* 01 00"\nseat = "seat9"\n'
SSH = "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"


def locker_missing(shift):
    """The locker is missing: the curtain covers the desktop, and only the password lifts it"""
    with shift.policy(QUICK), locker(shift, None):
        return pull_and_lock(shift, "curtain", lambda: _curtain_holds(shift.lab))


def locker_crashes(shift):
    """The locker crashes: the curtain covers the desktop"""
    with shift.policy(QUICK), locker(shift, "kill -SEGV $$"):
        return pull_and_lock(shift, "curtain")


def locker_hangs(shift):
    """The locker hangs and covers nothing: the curtain does"""
    with shift.policy(QUICK), locker(shift, "exec sleep infinity"):
        return pull_and_lock(shift, "curtain")


def locker_lies(shift):
    """The user's own program says that the screen is locked: nobody believes it alone"""
    with shift.policy(QUICK), locker(shift, "exit 0"), liar(shift):
        return pull_and_lock(shift, "curtain")


def locker_signalled(shift):
    """The user's own kill -9 and -USR1 do not reach the locker"""
    lab = shift.lab
    shift.insert_card()
    document = Document(lab)
    before = lab.screenshot("before-signals")
    mark = shift.agent.mark()
    lab.ports.pull_card()
    times = shift.check_lock(mark, "card.removed", "card_removed", before)
    locker_before = lab.run("pgrep -x swaylock").text
    label = lab.run(f"cat /proc/{locker_before.split()[0]}/attr/current").text
    expect(label.startswith("vaktpost-locker"), f"the locker is confined: {label}")
    lab.run_in_session("for signal in KILL USR1 TERM; do pkill -$signal swaylock; done", check=False)
    expect(lab.run("pgrep -x swaylock").text == locker_before, "the locker lives")
    expect(not lab.notes_visible(), "the screen is locked")
    [locked] = shift.agent.since(mark, "session.locked")
    expect(locked["data"]["worth"] == "hardened", f"what the lock is worth: {locked}")
    shift.unlock()
    document.save()
    return times


def next_person_at_a_console(shift):
    """The next person leaves a locked desktop, and a console under a curtain, by the keyboard alone"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    desktop = Document(lab)
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark, trigger="card_removed")
    lab.keyboard.press("ctrl", "alt", "f3")
    lab.wait_for("pgrep -f 'agetty.*tty3'", SEEN_SECONDS, "a login prompt")
    _log_in_at_the_console(lab)
    shift.insert_card()
    console = Document(lab, DOCTOR)
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark, trigger="card_removed", witnesses=["curtain"])
    lab.screenshot("curtain-over-the-console")
    lab.keyboard.press("esc")
    lab.keyboard.press("tab")
    lab.wait_for("fgconsole | grep -qx 2 && pgrep -f 'agetty.*tty2'", SEEN_SECONDS, "another login prompt")
    lab.wait_still()
    lab.screenshot("next-persons-console")
    lab.keyboard.press("ctrl", "alt", "f3")
    lab.wait_for("test $(fgconsole) -gt 6", SEEN_SECONDS, "the curtain covers the console again")
    lab.keyboard.type(f"{DOCTOR}\n")
    agent.wait_for("session.unlocked", mark)
    console.save()
    _leave_the_console(shift, desktop)


def text_console(shift):
    """Another user at a text console: the desktop beside it is locked, then the console, by the curtain"""
    lab, agent = shift.lab, shift.agent
    desktop, console = Document(lab), None
    mark = agent.mark()
    lab.run("chvt 3")
    lab.wait_for("pgrep -f 'agetty.*tty3'", SEEN_SECONDS, "a login prompt")
    _log_in_at_the_console(lab)
    agent.wait_for("session.locked", mark, trigger="handover")
    shift.insert_card()
    console = Document(lab, DOCTOR)
    lab.screenshot("console-open")
    mark = agent.mark()
    lab.ports.pull_card()
    locked = agent.wait_for("session.locked", mark, trigger="card_removed", witnesses=["curtain"])
    lab.screenshot("console-locked")
    lab.keyboard.press("esc")
    lab.keyboard.type(f"{DOCTOR}\n")
    agent.wait_for("session.unlocked", mark)
    console.save()
    _leave_the_console(shift, desktop)
    return {"locked ms": locked["data"]["confirmed_ms"]}


def _leave_the_console(shift, desktop):
    """The doctor logs out, and the nurse finds her locked desktop as she left it."""
    lab = shift.lab
    lab.keyboard.type("exit\n")
    lab.wait_for("! pgrep -u doctor -x bash", SEEN_SECONDS, "the doctor is logged out")
    lab.run("chvt 1")
    wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the nurse's desktop is locked")
    shift.unlock()
    desktop.save()


def _log_in_at_the_console(lab):
    """A slow guest may miss a key, as people do: the prompt comes again."""
    def logged_in():
        lab.wait_for_keys()
        lab.keyboard.type(f"{DOCTOR}\n")
        lab.wait_for("pgrep -f '^/bin/login -p'", SEEN_SECONDS, "it asks for the password")
        lab.wait_still()
        lab.keyboard.type(f"{DOCTOR}\n")
        lab.wait_still()
        return lab.run("pgrep -u doctor -x bash", check=False).exit == 0
    wait_until(logged_in, 3 * SEEN_SECONDS, "the doctor is logged in", period=5)


def _log_in_from_elsewhere(lab):
    lab.run("systemctl start ssh; [ -e /root/key ] || ssh-keygen -q -N '' -f /root/key; mkdir -p /home/nurse/.ssh; "
            "cp /root/key.pub /home/nurse/.ssh/authorized_keys; chown -R nurse: /home/nurse/.ssh; "
            "rm -f /home/nurse/remote", timeout=60)
    lab.run(f"systemd-run -q --collect --unit=lab-ssh {SSH} -i /root/key nurse@localhost 'touch remote; exec sleep 600'")
    lab.wait_for("test -e /home/nurse/remote", SEEN_SECONDS, "somebody is logged in from elsewhere")


def ssh(shift):
    """A session by ssh goes on while the desktop is locked"""
    lab, agent = shift.lab, shift.agent
    _log_in_from_elsewhere(lab)
    shift.insert_card()
    before = lab.screenshot("before-ssh")
    mark = agent.mark()
    lab.ports.pull_card()
    times = shift.check_lock(mark, "card.removed", "card_removed", before)
    classes = {event["session"]["class"] for event in agent.since(mark, "session.lock_requested")}
    expect(classes == {"graphical"}, f"only the desktop is locked: {classes}")
    lab.run("systemctl is-active lab-ssh && pgrep -u nurse -x sleep")
    shift.unlock()
    lab.run("systemctl stop lab-ssh ssh")
    return times


def remote_with_its_own_reader(shift):
    """A remote session that brought its reader ends when that goes; the desktop does not notice, and the other way round"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(REMOTE):
        shift.insert_card()
        lab.ports.plug_reader("reader2")
        mark = agent.mark()
        lab.ports.insert_card("reader2", PivCard("doctor"))
        agent.wait_for("card.inserted", mark)
        _log_in_from_elsewhere(lab)
        lab.ports.unplug("reader2")
        agent.wait_for("session.ended", mark)
        lab.wait_for("! systemctl is-active -q lab-ssh", SEEN_SECONDS, "the remote session is over")
        shift.stays_open(mark, 3)
        told = [event["type"] for event in agent.since(mark) if event["type"] == "agent.tampered"]
        expect(not told, f"nobody tampered: {told}")
        mark = agent.mark()
        lab.ports.pull_card()
        agent.wait_for("session.locked", mark, trigger="card_removed")
        shift.unlock()


def display_board(shift):
    """A board that nobody can unlock is never locked"""
    with shift.policy('[[account]]\nuser = "nurse"\nkind = "display"\n' + QUICK_IDLE):
        shift.insert_card()
        mark = shift.agent.mark()
        shift.lab.ports.pull_card()
        shift.agent.wait_for("card.removed", mark)
        shift.stays_open(mark, IDLE_SECONDS + 4)


def _curtain_holds(lab):
    """Neither the keys that switch consoles nor a wrong password lift the curtain."""
    console = lab.run("fgconsole").text
    for key in ("f1", "f2"):
        lab.keyboard.press("ctrl", "alt", key)
    lab.run_in_session("loginctl activate $XDG_SESSION_ID", check=False)
    lab.keyboard.type("wrong\n")
    lab.wait_for("journalctl -b | grep -q 'authentication failure.*nurse'", SEEN_SECONDS, "the password is refused")
    lab.wait_still()
    lab.screenshot("wrong-password")
    expect(lab.run("fgconsole").text == console, "the console is the same")
    expect(not lab.notes_visible(), "the curtain covers the desktop")
