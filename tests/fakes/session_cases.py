# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cases of vaktpost-session, each in a World of its own: a script defines them with @case and ends with main()."""
import os
import sys
import traceback

try:
    import dbus  # noqa: F401
    import dbusmock  # noqa: F401
except ImportError as missing:
    print("skipped: %s (packages python3-dbus and python3-dbusmock)" % missing)
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)
from session_world import MOCK, World

CASES = []


def case(function):
    CASES.append(function)
    return function


def locked(world, times=1):
    """Locks by logind and gives the process number of the locker that covers the screen then."""
    world.lock()
    return covered(world, times)


def covered(world, times=1):
    """The process number of the locker that covers the screen, as the agent was told."""
    assert world.agent.heard("locked", times, session="2", witness="locker"), "not reported locked"
    covers = world.covers()
    assert len(covers) == 1, covers
    told = [line["pid"] for line in world.agent.lines if line.get("witness") == "locker" and line["op"] == "locked"]
    assert told[-1] == covers[0], told
    return covers[0]


def calls(server, method):
    return [list(entry[2]) for entry in server.GetCalls(dbus_interface=MOCK) if entry[1] == method]


def run(function, program):
    world = None
    try:
        world = World(program)
        function(world)
        assert not world.agent.wrong, "said on the wrong connection: %s" % world.agent.wrong
        return True
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
        print("  the agent heard: %s" % (world and world.agent.lines))
        return False
    finally:
        if world is not None:
            world.close()


def main(usage):
    if len(sys.argv) < 2:
        print(usage, file=sys.stderr)
        return 64
    passed = failed = 0
    for function in CASES:
        name = function.__name__.replace("_", " ")
        if not all(word in name for word in sys.argv[2:]):
            continue
        good = run(function, os.path.abspath(sys.argv[1]))
        print("%s  %s" % ("ok    " if good else "FAILED", name), flush=True)
        passed, failed = passed + good, failed + (not good)
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0
