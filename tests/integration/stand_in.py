#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-sleep and vaktpost-agent-lost among private buses: stand_in.py SLEEP AGENT_LOST [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import subprocess
import sys
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fakes"))
SLEEP, AGENT_LOST = (os.path.abspath(argument) for argument in sys.argv[1:3])
DEADLINE = 60  # seconds, for anything to end
CASES = []


def case(function):
    CASES.append(function)
    return function


def ended(process):
    return process.wait(DEADLINE)


def sleep(world, word="lock"):
    assert ended(world.start(SLEEP, word)) == 0


def desktop_console_and_remote(world):
    world.add_session("2")
    world.add_session("3", uid=4712, kind="tty")
    world.add_session("4", kind="tty", seat="", Remote=True)
    world.add_session("5", kind="x11", seat="")
    world.add_session("c1", uid=4713, kind="x11", Class="greeter")


# --- before sleep and after it

@case
def sleep_waits_until_the_agent_says_that_all_is_locked(world):
    agent = world.agent(lambda _: {"ok": True, "locked": len(agent.heard) >= 3})
    sleep(world)
    assert agent.heard == ["sleep"] * 3, agent.heard
    assert world.locks() == []


@case
def sleep_does_not_wait_for_ever_for_a_lock_that_does_not_come(world):
    agent = world.agent(lambda _: {"ok": True, "locked": False})
    sleep(world)
    assert len(agent.heard) > 5
    assert world.locks() == [], "the agent is there and does what it can"


@case
def without_an_agent_sleep_asks_logind_for_the_local_sessions(world):
    desktop_console_and_remote(world)
    sleep(world)
    assert world.locks() == ["2", "3"], world.locks()


@case
def an_agent_that_hangs_is_none(world):
    world.add_session("2")
    world.agent(lambda _: None)
    sleep(world)
    assert world.locks() == ["2"]


@case
def an_agent_that_refuses_or_talks_nonsense_is_none(world):
    world.add_session("2")
    for answer in ({"ok": False, "error": "unknown op"}, b"[true]\n", b"{\n", b"\xff" * 5000):
        before = len(world.locks())
        agent = world.agent(lambda _, answer=answer: answer)
        sleep(world)
        assert len(world.locks()) == before + 1, answer
        agent.leave()


@case
def sleep_locks_nothing_without_an_agent_where_the_rule_says_so(world):
    world.add_session("2")
    world.write("agent-lost", "ignore 30000\n")
    sleep(world)
    assert world.locks() == []


@case
def where_logind_does_not_tell_its_sessions_all_are_asked_to_lock(world):
    world.add_session("2")
    world.break_logind()
    sleep(world)
    assert world.all_locked() == 1


@case
def sleep_goes_on_without_agent_and_bus(world):
    world.bus.stop()
    sleep(world)


@case
def after_sleep_the_agent_is_told(world):
    agent = world.agent()
    sleep(world, "awake")
    assert agent.heard == ["awake"]
    agent.leave()
    sleep(world, "awake")


# --- without an agent

@case
def the_end_of_the_agent_is_noted_with_its_result_and_time(world):
    before = boot_ms()
    assert ended(world.start(AGENT_LOST, "note", SERVICE_RESULT="oom-kill")) == 0
    result, at = world.read("last-result").split()
    assert result == "oom-kill" and before <= int(at) <= boot_ms()


@case
def sessions_are_asked_to_lock_when_the_agent_is_not_back_in_time(world):
    desktop_console_and_remote(world)
    world.write("agent-lost", "lock 300\n")
    world.start(AGENT_LOST)
    assert until(lambda: world.read("locked-meanwhile") == "2\n", DEADLINE)
    assert world.locks() == ["2", "3"], world.locks()


@case
def what_shows_no_sign_of_a_lock_gets_the_curtain(world):
    world.add_session("open", uid=4711)
    world.add_session("hinted", uid=4712, LockedHint=True)
    world.add_session("covered", uid=4713)
    world.add_session("console", uid=4713, kind="tty")
    world.add_session("board", uid=4714)
    world.locker(4713)
    world.locker(0)  # of somebody else
    world.write("agent-lost", "lock 0 board\n")
    world.start(AGENT_LOST)
    assert until(lambda: len(world.curtains()) == 2, DEADLINE)
    assert world.curtains() == ["vaktpost-curtain@console.service", "vaktpost-curtain@open.service"]
    assert world.locks() == ["console", "covered", "hinted", "open"], world.locks()


@case
def a_session_that_was_locked_and_is_open_again_gets_no_curtain(world):
    world.add_session("2", uid=4713)
    world.add_session("open", uid=4711)
    world.write("agent-lost", "lock 0\n")
    locker = world.locker(4713)
    world.start(AGENT_LOST)
    assert until(lambda: world.read("locked-meanwhile") == "2\n", DEADLINE)
    assert until(lambda: world.seen_looking(), DEADLINE), "it looks for signs of a lock"
    locker.kill()  # the password was given
    assert until(lambda: len(world.curtains()) == 1, DEADLINE)
    assert world.curtains() == ["vaktpost-curtain@open.service"]


@case
def a_missing_or_broken_rule_is_thirty_seconds_from_the_end_of_the_agent(world):
    world.add_session("2")
    world.write("last-result", "watchdog %d\n" % (boot_ms() - 29_000))
    world.write("agent-lost", "lock soon\n")
    world.start(AGENT_LOST)
    assert until(lambda: world.locks() == ["2"], DEADLINE)


@case
def an_agent_that_is_back_in_time_and_stays_ends_the_wait(world):
    world.add_session("2")
    world.write("agent-lost", "lock 3000\n")
    lost = world.start(AGENT_LOST)
    world.agent()
    assert ended(lost) == 0
    assert world.locks() == [] and world.read("locked-meanwhile") is None


@case
def an_agent_that_comes_and_goes_is_not_back(world):
    world.add_session("2")
    world.write("agent-lost", "lock 2000\n")
    agent = world.agent()
    world.start(AGENT_LOST)
    assert until(lambda: len(agent.heard) >= 2, DEADLINE)
    agent.leave()
    assert until(lambda: world.locks() == ["2"], DEADLINE)


@case
def a_rule_that_changed_meanwhile_is_kept_to(world):
    world.add_session("2")
    world.write("agent-lost", "lock 3600000\n")
    world.start(AGENT_LOST)
    world.write("agent-lost", "lock 100\n")
    assert until(lambda: world.locks() == ["2"], DEADLINE)


@case
def sessions_are_locked_once_until_an_agent_was_back(world):
    world.add_session("2", LockedHint=True)
    world.write("agent-lost", "lock 0\n")
    lost = world.start(AGENT_LOST)
    assert until(lambda: world.read("locked-meanwhile") == "1\n", DEADLINE)
    lost.kill()
    lost.wait()
    again = world.start(AGENT_LOST)  # as systemd does
    agent = world.agent()
    assert ended(again) == 0 and agent.heard
    assert world.locks() == ["2"]


@case
def nothing_is_locked_where_the_rule_says_so(world):
    world.add_session("2")
    world.write("agent-lost", "ignore 0\n")
    assert ended(world.start(AGENT_LOST)) == 0
    assert world.locks() == [] and world.read("locked-meanwhile") is None


@case
def a_bus_that_is_away_at_the_deadline_is_asked_when_it_is_back(world):
    world.bus.stop()
    world.write("agent-lost", "lock 0\n")
    lost = world.start(AGENT_LOST)
    assert until(lambda: os.readlink("/proc/%d/exe" % lost.pid) == AGENT_LOST, DEADLINE)
    assert lost.poll() is None
    world.start_bus()
    world.add_session("2")
    assert until(lambda: world.read("locked-meanwhile") is not None, DEADLINE)


@case
def the_command_lines_are_checked(world):
    def run(*words):
        return subprocess.run(words, capture_output=True, text=True, check=False)

    for program in (SLEEP, AGENT_LOST):
        name = os.path.basename(program)
        assert run(program, "--help").returncode == 0 and "Usage" in run(program, "--help").stdout
        assert run(program, "--version").stdout.startswith(name + " ")
        for wrong in (["x"], ["--help", "--version"]):
            assert run(program, *wrong).returncode == 64 and run(program, *wrong).stderr
    assert run(SLEEP).returncode == 64


def main():
    chosen = [c for c in CASES if all(word in c.__name__ for word in sys.argv[3:])]
    failed = 0
    for test in chosen:
        world = World()
        try:
            test(world)
            print("ok  ", test.__name__.replace("_", " "), flush=True)
        except Exception:  # any failure of one case is reported and the next one runs
            failed += 1
            traceback.print_exc()
            print("FAIL", test.__name__.replace("_", " "), flush=True)
        finally:
            world.close()
    print("%d passed, %d failed, 0 skipped" % (len(chosen) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        print("skip: needs root and mount namespaces")
        print("0 passed, 0 failed, %d skipped" % len(CASES))
        sys.exit(77)
    try:
        from stand_in_world import World, boot_ms, until
    except ImportError as missing:
        print("skip: %s (packages python3-dbus and python3-dbusmock)" % missing)
        print("0 passed, 0 failed, %d skipped" % len(CASES))
        sys.exit(77)
    sys.exit(main())
