#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-session among private buses, a fake agent and fake lockers: session_helper.py PROGRAM [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fakes"))
from session_cases import case, locked, main  # noqa: E402
import dbus  # noqa: E402
from session_world import SESSION, until  # noqa: E402


@case
def the_command_line_is_help_version_or_nothing(world):
    def run(*arguments):
        return subprocess.run([world.helper_path, *arguments], capture_output=True, text=True, check=False)

    assert run("--help").returncode == 0 and "Usage" in run("--help").stdout
    assert run("--version").stdout.startswith("vaktpost-session ")
    for wrong in (["--nonsense"], ["x"], ["--help", "--version"]):
        assert run(*wrong).returncode == 64 and run(*wrong).stderr


@case
def a_lock_signal_starts_the_locker_and_reports_it(world):
    world.begin()
    seen = world.seen_by(locked(world))
    assert seen["WAYLAND_DISPLAY"] == "wayland-1", seen
    assert seen["PATH"] == "/usr/local/bin:/usr/bin:/bin", seen


@case
def a_lock_signal_while_locked_reports_again_without_a_second_locker(world):
    world.begin()
    locked(world)
    locked(world, times=2)
    assert world.starts() == 1


@case
def the_password_reports_unlocked_and_the_next_lock_works(world):
    world.begin()
    os.kill(locked(world), signal.SIGUSR1)
    assert world.agent.heard("unlocked", session="2", witness="locker")
    locked(world, times=2)
    assert world.starts() == 2, "locked again after the password"


@case
def a_killed_locker_is_reported_and_replaced_at_once(world):
    world.begin()
    victim = locked(world)
    os.kill(victim, signal.SIGKILL)
    assert world.agent.heard("locker_failed", session="2", cause="signal")
    assert world.agent.heard("locked", 2, session="2")
    assert world.agent.count("unlocked", session="2") == 0
    assert world.covers() != [victim]


@case
def a_locker_that_ends_with_a_failure_is_reported_and_replaced(world):
    world.begin()
    os.kill(locked(world), signal.SIGUSR2)
    assert world.agent.heard("locker_failed", session="2", cause="status")
    assert world.agent.heard("locked", 2, session="2")


@case
def a_killed_locker_whose_password_checker_ends_well_is_no_unlock(world):
    world.set_locker("pair")
    world.begin()
    world.lock()
    assert world.agent.heard("locked", 2, session="2", witness="locker"), "both of its processes are told"
    victim = world.covers()[0]
    os.kill(victim, signal.SIGKILL)
    assert world.agent.heard("locker_failed", session="2", cause="signal")
    assert until(lambda: world.covers() and world.covers() != [victim])
    assert world.agent.count("unlocked") == 0, "taken for an unlock"


@case
def a_locker_of_two_processes_is_unlocked_when_both_have_ended_well(world):
    world.set_locker("pair")
    world.begin()
    world.lock()
    assert world.agent.heard("locked", 2, session="2", witness="locker")
    os.kill(world.covers()[0], signal.SIGUSR1)
    assert world.agent.heard("unlocked", session="2", witness="locker")


@case
def a_locker_killed_over_and_over_is_replaced_for_ever(world):
    world.begin()
    locked(world)
    for times in range(1, 24):
        for pid in world.covers():
            os.kill(pid, signal.SIGKILL)
        assert world.agent.heard("locked", times + 1, session="2"), times


@case
def a_locker_that_fails_to_start_is_never_called_locked_and_tried_again(world):
    world.set_locker("failing")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", 2, session="2", cause="status")
    assert world.agent.count("locked", session="2") == 0


@case
def a_locker_that_is_not_installed_is_reported(world):
    world.set_locker("", program="vaktpost-no-such-locker")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="exec")
    assert world.agent.count("locked", session="2") == 0


@case
def a_locker_that_leaves_nothing_behind_is_reported(world):
    world.set_locker("empty")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="gone")
    assert world.agent.count("locked", session="2") == 0


@case
def a_hanging_locker_is_reported_left_alone_and_a_second_one_is_tried(world):
    world.set_locker("hanging")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="deadline", seconds=5.0)
    hanging = world.pids("started-")[0]
    world.set_locker("forking")
    world.agent.push(world.agent.registration())
    locked(world)
    os.kill(hanging, 0)


@case
def a_slow_locker_is_reported_late_and_then_locked(world):
    world.set_locker("slow")
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="deadline", seconds=5.0)
    assert world.agent.heard("locked", session="2", seconds=5.0)


@case
def a_user_without_a_bus_is_locked_as_well(world):
    world.user.stop()
    world.begin()
    locked(world)


@case
def the_screen_is_found_in_the_user_managers_environment(world):
    other = world.listen("wayland-7")
    stale = world.listen("wayland-9")
    stale.close()
    world.manager(["LANG=C", "WAYLAND_DISPLAY=wayland-1", "DISPLAY=:5", "XAUTHORITY=/x/y"])
    world.begin(WAYLAND_DISPLAY="wayland-9")
    seen = world.seen_by(locked(world))
    assert seen["WAYLAND_DISPLAY"] == "wayland-1" and seen["DISPLAY"] == ":5" and seen["XAUTHORITY"] == "/x/y", seen
    other.close()


@case
def without_any_word_of_it_the_newest_screen_that_answers_is_taken(world):
    screens = [world.wayland, world.listen("wayland-2"), world.listen("wayland-3"), world.listen("wayland-4")]
    screens.pop().close()
    for name, second in (("wayland-1", 10), ("wayland-2", 30), ("wayland-3", 20), ("wayland-4", 40)):
        os.utime(os.path.join(world.runtime, name), (second, second))
    world.begin()
    assert world.seen_by(locked(world))["WAYLAND_DISPLAY"] == "wayland-2"
    assert len(screens) == 3


@case
def a_session_without_a_screen_is_reported(world):
    world.wayland.close()
    world.begin()
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="no_display")


@case
def an_x11_session_gets_the_x11_locker(world):
    world.set_property("2", "Type", "x11")
    world.begin(DISPLAY=":3", XAUTHORITY="/home/x")
    seen = world.seen_by(locked(world))
    assert seen["DISPLAY"] == ":3" and seen["XAUTHORITY"] == "/home/x" and seen["WAYLAND_DISPLAY"] == "", seen


@case
def only_graphical_sessions_of_this_user_are_guarded(world):
    world.add_session("7", uid=os.getuid() + 1)
    world.add_session("8", kind="tty")
    world.begin()
    world.settle()
    assert {line["session"] for line in world.agent.lines} == {"2"}
    world.set_property("8", "Type", "wayland")
    assert world.agent.heard("session", session="8"), "a session that turned Wayland"
    world.add_session("9", announced=True)
    assert world.agent.heard("session", session="9"), "a new session"


@case
def a_session_that_ends_takes_no_locker_with_it(world):
    world.begin()
    cover = locked(world)
    world.add_session("3", announced=True)
    world.remove_session("2")
    world.remove_session("3")
    world.add_session("4", announced=True)
    assert world.agent.heard("session", session="4")
    assert world.covers() == [cover]
    os.kill(cover, signal.SIGKILL)
    world.lock("4")
    assert world.agent.heard("locked", session="4")
    assert world.starts() == 2, "locked a session that has gone"


@case
def a_lock_signal_from_somebody_else_is_ignored(world):
    world.begin()
    own = {str(name) for name in world.system.connection.list_names() if str(name).startswith(":")}
    for name in own:
        message = dbus.lowlevel.SignalMessage("/org/freedesktop/login1/session/2", SESSION, "Lock")
        message.set_destination(name)
        world.system.connection.send_message(message)
    world.system.connection.list_names()
    world.settle(2)
    assert world.starts() == 0


@case
def the_helper_killed_while_locked_finds_its_locker_again(world):
    world.begin()
    cover = locked(world)
    world.helper.kill()
    world.helper.wait()
    assert world.covers() == [cover]
    world.start_helper()
    assert world.agent.heard("locked", 2, session="2")
    assert world.starts() == 1
    os.kill(cover, signal.SIGUSR1)
    assert world.agent.heard("locker_failed", session="2", cause="unknown")
    assert world.agent.heard("locked", 3, session="2"), "an end it could not see must lock again"


@case
def a_remembered_locker_that_has_ended_is_not_believed(world):
    world.begin()
    cover = locked(world)
    world.helper.kill()
    world.helper.wait()
    os.kill(cover, signal.SIGKILL)
    assert until(lambda: not world.covers())
    world.agent.lines.clear()
    world.begin()
    world.settle()
    assert world.agent.count("locked", session="2") == 0


@case
def terminated_the_helper_leaves_the_locker_alone(world):
    world.begin()
    cover = locked(world)
    world.helper.terminate()
    assert world.helper.wait(5) == 0
    assert world.covers() == [cover]


@case
def a_restarted_agent_is_found_and_told_the_state(world):
    world.begin()
    locked(world)
    world.agent.stop()
    world.agent.lines.clear()
    world.agent.start()
    assert world.agent.heard("locked", session="2")
    assert world.agent.lines[0] == {"op": "session", "session": "2"}


@case
def an_agent_that_does_not_know_the_session_yet_is_asked_again(world):
    world.agent.refusals = 1
    world.begin()
    assert world.agent.heard("session", 2, session="2")


@case
def each_session_has_a_connection_of_its_own(world):
    world.begin()
    world.add_session("3", announced=True)
    assert world.agent.heard("checked", session="3")
    world.lock("3")
    assert world.agent.heard("locked", session="3", witness="locker")
    assert world.agent.of_session["2"] is not world.agent.of_session["3"]
    world.remove_session("3")
    assert until(lambda: "3" not in world.agent.of_session), "its connection outlives the session"


@case
def a_line_the_agent_does_not_take_is_not_repeated_for_ever(world):
    world.begin()
    world.agent.push({"ok": False, "error": "not now"})
    world.settle(4)
    assert world.agent.count("session") == 5, world.agent.lines


@case
def an_agent_that_talks_nonsense_is_survived(world):
    world.begin()
    for line in (b"\n", b"nonsense\n", b"[]\n", b'{"notice":7}\n', b'{"ok":true,"locker":{"wayland":[1]}}\n',
                 b'{"notice":"idle_warning","code":"<b>","seconds":-1}\n', b"\xff\xfe\n"):
        world.agent.push(line)
    world.agent.push(b"x" * 5000)
    assert world.agent.heard("session", 2, session="2"), "no new connection after an endless line"
    locked(world)


@case
def the_system_bus_may_go_and_come_back(world):
    world.begin()
    world.system.stop()
    world.logind.wait()
    world.system.start()
    world.start_logind()
    assert until(lambda: world.lock() or world.agent.heard("locked", seconds=0.5, session="2"))


@case
def a_restarted_logind_is_obeyed(world):
    world.begin()
    world.logind.kill()
    world.logind.wait()
    world.start_logind()
    assert until(lambda: world.lock() or world.agent.heard("locked", seconds=0.5, session="2"))
    assert world.starts() == 1


sys.exit(main(__doc__))
