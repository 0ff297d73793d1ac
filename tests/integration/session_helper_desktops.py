#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-session beside desktops that lock themselves, say so, or do not: session_helper_desktops.py PROGRAM [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fakes"))
from session_cases import case, covered, locked, main  # noqa: E402
import dbus  # noqa: E402
from session_world import until  # noqa: E402

GNOME = "org.gnome.ScreenSaver"
PLAIN = "org.freedesktop.ScreenSaver"
PATH = {GNOME: "/org/gnome/ScreenSaver", PLAIN: "/org/freedesktop/ScreenSaver"}


def control(world, name, method, *arguments):
    world.user.object(name, PATH[name]).get_dbus_method(method, "vaktpost.Test")(*arguments)


def desktop_locks(world, name):
    world.lock()
    assert world.agent.heard("locked", session="2", witness="saver"), "the screen saver's word was not passed on"
    world.settle(8)
    assert until(lambda: world.agent.says("locked", witness="saver")), "not told again on a new connection"
    assert world.starts() == 0, "our locker ran beside the desktop's"


@case
def gnome_locks_itself_and_is_never_told_to(world):
    world.desktop("gnome", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)
    told = world.agent.count("locked", witness="saver")
    world.lock()
    assert world.agent.heard("locked", told + 1, session="2", witness="saver"), "asked again, told again"
    assert world.starts() == 0
    assert not os.path.exists(os.path.join(world.directory, "lock-called")), "Lock gets no reply when it is locked"
    control(world, GNOME, "SetActive", False)
    assert world.agent.heard("unlocked", session="2", witness="saver")


@case
def kde_locks_itself(world):
    world.desktop("kde", PLAIN)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, PLAIN)
    control(world, PLAIN, "SetActive", False)
    assert world.agent.heard("unlocked", session="2", witness="saver")


@case
def a_desktop_that_does_not_announce_its_state_is_asked(world):
    world.desktop("mute", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)


@case
def a_desktop_that_sets_the_hint_only_is_not_believed(world):
    world.desktop("lying", GNOME)
    world.begin()
    locked(world)
    assert world.agent.count("locked", witness="saver") == 0


@case
def a_desktop_that_hangs_is_not_waited_for(world):
    world.desktop("hanging", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="locker")
    locked(world)


@case
def a_desktop_that_hangs_after_it_said_active_is_not_believed(world):
    world.desktop("blank", GNOME)
    world.begin()
    assert world.agent.heard("locked", session="2", witness="saver")
    locked(world)


@case
def a_program_that_only_keeps_the_screen_awake_is_no_desktop(world):
    world.desktop("awake", PLAIN)
    world.begin()
    assert world.agent.heard("checked", session="2", means="locker")
    locked(world)


@case
def a_screen_saver_locked_before_we_came_is_found(world):
    world.desktop("gnome", GNOME)
    control(world, GNOME, "SetActive", True)
    world.begin()
    assert world.agent.heard("locked", session="2", witness="saver")
    world.agent.stop()
    world.agent.lines.clear()
    world.agent.start()
    assert world.agent.heard("locked", session="2", witness="saver"), "told again to the next agent"
    assert world.agent.heard("checked", session="2", means="desktop")


@case
def a_screen_saver_killed_while_it_covers_the_screen_leaves_it_to_ours(world):
    desktop = world.desktop("gnome", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)
    connections = world.agent.count("session")
    desktop.kill()
    desktop.wait()
    assert world.agent.heard("session", connections + 1), "the word of a dead screen saver stands"
    covered(world)
    assert until(lambda: world.agent.says("checked", means="locker"))
    assert not world.agent.says("locked", witness="saver"), "a dead screen saver's word was given again"
    assert world.agent.count("unlocked") == 0
    assert world.agent.count("session") == connections + 1, "renewed more than once"


@case
def a_screen_saver_killed_while_it_covers_the_screen_is_no_unlock_by_an_idle_one(world):
    desktop = world.desktop("lying", GNOME)
    world.desktop("kde", PLAIN)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    control(world, GNOME, "SetActive", True)
    assert world.agent.heard("locked", session="2", witness="saver")
    connections = world.agent.count("session")
    desktop.kill()
    desktop.wait()
    assert world.agent.heard("session", connections + 1), "the word of a dead screen saver stands"
    covered(world)
    assert world.agent.count("unlocked") == 0


@case
def a_screen_saver_that_answers_late_is_neither_dead_nor_disbelieved_when_it_says_no(world):
    world.desktop("gnome", GNOME)
    world.begin()
    desktop_locks(world, GNOME)
    connections = world.agent.count("session")
    control(world, GNOME, "Hang")
    world.lock()
    covered(world)
    assert until(lambda: world.agent.says("checked", means="locker"))
    control(world, GNOME, "SetActive", False)
    assert world.agent.heard("unlocked", session="2", witness="saver")
    assert world.agent.count("session") == connections, "the connection was renewed"
    assert world.starts() == 1


@case
def a_screen_saver_that_goes_unlocked_changes_only_the_means(world):
    desktop = world.desktop("kde", PLAIN)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop.kill()
    desktop.wait()
    assert world.agent.heard("checked", session="2", means="locker")
    world.desktop("kde", PLAIN)
    assert world.agent.heard("checked", 2, session="2", means="desktop")
    assert {line["op"] for line in world.agent.lines} == {"session", "checked"}, world.agent.lines


@case
def somebody_elses_signal_is_no_word_of_the_screen_saver(world):
    world.desktop("gnome", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)
    for name in {str(name) for name in world.user.connection.list_names() if str(name).startswith(":")}:
        message = dbus.lowlevel.SignalMessage(PATH[GNOME], GNOME, "ActiveChanged")
        message.append(False, signature="b")
        message.set_destination(name)
        world.user.connection.send_message(message)
    world.user.connection.list_names()
    world.settle(2)
    assert world.agent.count("unlocked") == 0


@case
def a_screen_saver_speaks_for_no_session_but_its_own(world):
    world.desktop("gnome", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    world.add_session("3", announced=True)
    assert world.agent.heard("checked", session="3", means="locker")
    control(world, GNOME, "SetActive", True)
    assert world.agent.heard("locked", session="2", witness="saver")
    world.lock("3")
    assert world.agent.heard("locked", session="3", witness="locker")
    assert world.agent.count("locked", session="3", witness="saver") == 0


@case
def a_screen_saver_that_came_beside_two_sessions_speaks_for_none_until_one_is_left(world):
    world.add_session("3", announced=True)
    world.begin()
    assert world.agent.heard("checked", session="3", means="locker")
    world.desktop("gnome", GNOME)
    control(world, GNOME, "SetActive", True)
    world.settle(2)
    assert world.agent.count("locked") == 0
    world.remove_session("3")
    assert world.agent.heard("locked", session="2", witness="saver")


@case
def an_order_to_lock_starts_our_locker_whatever_the_desktop_says(world):
    world.desktop("gnome", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)
    world.agent.push({"do": "lock", "session": "2"})
    covered(world)


@case
def an_order_to_lock_cuts_the_inquiry_short_and_starts_one_locker(world):
    world.desktop("lying", GNOME)
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    world.lock()
    world.agent.push({"do": "lock", "session": "2"})
    covered(world)
    world.agent.push({"do": "lock", "session": "2"})
    covered(world, times=2)
    world.settle(4)
    assert world.starts() == 1


@case
def an_order_for_another_session_is_none(world):
    world.begin()
    world.agent.push({"do": "lock", "session": "77"})
    world.settle()
    assert world.starts() == 0


@case
def an_unlock_at_the_desktop_ends_attempts_of_ours(world):
    world.desktop("gnome", GNOME)
    world.set_locker("failing")
    world.begin()
    assert world.agent.heard("checked", session="2", means="desktop")
    desktop_locks(world, GNOME)
    world.agent.push({"do": "lock", "session": "2"})
    assert world.agent.heard("locker_failed", 2, session="2", cause="status")
    control(world, GNOME, "SetActive", False)
    assert world.agent.heard("unlocked", session="2", witness="saver")
    world.set_locker("forking")
    world.agent.push(world.agent.registration())
    world.settle(10)
    assert not world.covers(), "took the screen from a user who had unlocked it"


@case
def an_order_to_stand_down_ends_attempts_of_ours(world):
    world.set_locker("failing")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", 2, session="2", cause="status")
    world.agent.push({"do": "stand_down", "session": "2"})
    world.set_locker("forking")
    world.agent.push(world.agent.registration())
    world.settle(10)
    assert not world.covers(), "took the screen from a user who had unlocked it at the curtain"


def taken_off(world, mode):
    """Our locker of that kind covers the screen and the agent says that the password was given elsewhere."""
    world.set_locker(mode)
    world.begin()
    world.lock()
    assert world.agent.heard("locked", session="2", witness="locker")
    world.agent.push({"do": "stand_down", "session": "2"})
    assert world.agent.heard("unlocked", session="2", witness="locker")
    assert world.agent.count("locker_failed") == 0


@case
def a_locker_is_taken_off_when_the_password_was_given_elsewhere(world):
    taken_off(world, "forking")
    world.settle(10)
    assert not world.covers(), "put on again"
    world.lock()
    assert world.agent.heard("locked", 2, session="2", witness="locker")


@case
def a_locker_that_knows_no_signal_is_taken_off_as_well(world):
    taken_off(world, "mortal")
    world.settle(10)
    assert not world.covers(), "put on again"


@case
def a_locker_of_two_processes_is_taken_off(world):
    taken_off(world, "pair")


@case
def a_locker_taken_up_from_an_earlier_run_is_taken_off(world):
    world.begin()
    world.lock()
    assert world.agent.heard("locked", session="2", witness="locker")
    world.helper.kill()
    world.helper.wait()
    world.start_helper()
    assert world.agent.heard("locked", 2, session="2", witness="locker")
    world.agent.push({"do": "stand_down", "session": "2"})
    assert world.agent.heard("unlocked", session="2", witness="locker")
    world.settle(10)
    assert not world.covers(), "put on again"


@case
def a_lock_asked_for_while_the_locker_is_taken_off_is_not_lost(world):
    world.set_locker("lingering")
    world.begin()
    world.lock()
    assert world.agent.heard("locked", session="2", witness="locker")
    before = world.covers()
    world.agent.push({"do": "stand_down", "session": "2"})
    world.agent.push({"do": "lock", "session": "2"})
    assert world.agent.heard("locked", 2, session="2", witness="locker")
    assert world.covers() != before, "one that was told to go is no proof"


@case
def without_desktop_and_locker_there_are_no_means(world):
    world.set_locker("", program="vaktpost-no-such-locker")
    world.begin()
    assert world.agent.heard("checked", session="2", means="none")


@case
def a_screen_that_comes_up_late_was_never_missing(world):
    world.wayland.close()
    world.begin()
    world.settle()
    late = world.listen("wayland-2")
    assert world.agent.heard("checked", session="2", means="locker")
    assert world.agent.count("checked", means="none") == 0
    late.close()


@case
def a_screen_that_comes_up_too_late_is_found_all_the_same(world):
    world.wayland.close()
    world.begin()
    assert world.agent.heard("checked", session="2", means="none")
    late = world.listen("wayland-2")
    assert world.agent.heard("checked", session="2", means="locker")
    late.close()


sys.exit(main(__doc__))
