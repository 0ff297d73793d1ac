#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-out command of a shared account, run by vaktpost-session: session_helper_sign_out.py PROGRAM [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fakes"))
from session_cases import case, covered, main  # noqa: E402
from session_world import alive, until  # noqa: E402


def order(world, *command, session="2"):
    world.agent.push({"do": "sign_out", "session": session, "command": list(command)})


def written(world, name):
    path = os.path.join(world.directory, name)
    assert until(lambda: os.path.exists(path) and os.path.getsize(path) > 0), name
    with open(path, encoding="ascii") as file:
        return file.read()


@case
def the_command_runs_in_the_session_without_a_shell(world):
    world.manager(["WAYLAND_DISPLAY=wayland-1", "DISPLAY=:5"])
    world.begin()
    assert world.agent.heard("checked", session="2", means="locker")
    order(world, "/usr/bin/python3", "-c", "import os,sys; open(sys.argv[1],'w').write(sys.argv[2] + '|' + "
          "os.environ['WAYLAND_DISPLAY'] + '|' + os.environ['DISPLAY'])", world.directory + "/seen", "$HOME; *")
    assert world.agent.heard("signed_out", session="2", ok=True)
    assert written(world, "seen") == "$HOME; *|wayland-1|:5"


@case
def how_it_ended_is_told(world):
    world.begin()
    order(world, "sh", "-c", "exit 3")
    assert world.agent.heard("signed_out", session="2", ok=False, cause="status")
    order(world, "sh", "-c", "kill -9 $$")
    assert world.agent.heard("signed_out", session="2", ok=False, cause="signal")
    order(world, "/nowhere/vaktpost-no-such-program")
    assert world.agent.heard("signed_out", session="2", ok=False, cause="exec")
    order(world, "x" * 3000)
    assert world.agent.heard("signed_out", 2, session="2", ok=False, cause="exec")


@case
def one_at_a_time_and_the_others_are_the_same(world):
    world.begin()
    script = "echo x >> %s/runs; read line < %s/go" % (world.directory, world.directory)
    os.mkfifo(world.directory + "/go")
    for _ in range(3):
        order(world, "sh", "-c", script)
    assert written(world, "runs") == "x\n"
    world.settle(2)
    with open(world.directory + "/go", "w", encoding="ascii") as go:
        go.write("\n")
    assert world.agent.heard("signed_out", session="2", ok=True)
    world.settle(2)
    assert written(world, "runs") == "x\n" and world.agent.count("signed_out") == 1


@case
def one_that_does_not_end_is_ended_with_its_children(world):
    world.begin()
    order(world, "sh", "-c", "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > %s/child; while :; do sleep 1; done' & "
          "while :; do sleep 1; done" % world.directory)
    child = int(written(world, "child"))
    assert world.agent.heard("signed_out", seconds=30.0, session="2", ok=False, cause="deadline")
    assert until(lambda: not os.path.exists("/proc/%d" % child)), "its child runs on"
    order(world, "true")
    assert world.agent.heard("signed_out", session="2", ok=True)


@case
def what_it_leaves_behind_is_not_taken_for_a_locker(world):
    world.begin()
    order(world, "sh", "-c", "setsid sh -c 'echo $$ > %s/left; exec sleep 60' < /dev/null > /dev/null 2>&1 & exit 0"
          % world.directory)
    assert world.agent.heard("signed_out", session="2", ok=True)
    left = int(written(world, "left"))
    world.set_locker("empty")
    world.agent.push(world.agent.registration())
    world.lock()
    assert world.agent.heard("locker_failed", session="2", cause="gone")
    assert world.agent.count("locked") == 0
    os.kill(left, 9)


@case
def the_lock_after_it_works(world):
    world.begin()
    order(world, "true")
    world.agent.push({"do": "lock", "session": "2"})
    assert alive(covered(world))
    assert world.agent.heard("signed_out", session="2", ok=True)


@case
def an_order_for_another_session_is_none(world):
    world.begin()
    order(world, "touch", world.directory + "/ran", session="77")
    world.settle(2)
    assert world.agent.count("signed_out") == 0 and not os.path.exists(world.directory + "/ran")


sys.exit(main(__doc__))
