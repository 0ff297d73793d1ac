# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory and wakeups."""
import peers
from fast_mouse import FastMouse
from processes import OURS, Window, sample, settle, watch
from table import Row

IDLE_SECONDS = 120
MOUSE_SECONDS = 30
MAPPINGS_KEPT = 15


def memory(bench):
    """PSS of all resident processes, after boot and after what was measured before"""
    taken = {"after boot": bench.after_boot, "now": sample(bench.lab, OURS, memory=True)}
    with peers.swayidle(bench.lab):
        taken["swayidle"] = sample(bench.lab, peers.SWAYIDLE, memory=True)
    with peers.usbguard(bench):
        settle(bench.lab, peers.USBGUARD, most=10)  # it polls
        taken["usbguard"] = sample(bench.lab, peers.USBGUARD, memory=True)
    bench.details["memory"] = {when: _memory_details(one) for when, one in taken.items()}
    ours, usbguard, swayidle = (_pss(taken[name]) for name in ("now", "usbguard", "swayidle"))
    boot = _pss(taken["after boot"])
    together = {"usbguard": sum(usbguard.values()), "usbguard + swayidle": sum({**usbguard, **swayidle}.values())}
    return [
        Row("memory", "all, after boot", "kB", [sum(boot.values())], "usbguard", [together["usbguard"]]),
        Row("memory", "all, now", "kB", [sum(ours.values())], "usbguard", [together["usbguard"]]),
        Row("memory", "all, now", "kB", [sum(ours.values())], "usbguard + swayidle",
            [together["usbguard + swayidle"]]),
        *(Row("memory", f"{name}, after boot", "kB", [pss]) for name, pss in boot.items()),
        Row("memory", "vaktpostd, now", "kB", [ours["vaktpostd"]], "usbguard-daemon", [usbguard["usbguard-daemon"]]),
        Row("memory", "vaktpost-session, now", "kB", [ours["vaktpost-session"]], "swayidle", [swayidle["swayidle"]]),
        Row("memory", "-", "kB", [], "usbguard-dbus", [usbguard["usbguard-dbus"]])]


def idle(bench):
    """Context switches a minute while nothing happens"""
    with peers.swayidle(bench.lab):
        beside = _window(bench, OURS + peers.SWAYIDLE, lambda: bench.lab.run(["sleep", IDLE_SECONDS],
                                                                            timeout=IDLE_SECONDS + 30))
    with peers.usbguard(bench):
        alone = _window(bench, peers.USBGUARD, lambda: bench.lab.run(["sleep", IDLE_SECONDS],
                                                                    timeout=IDLE_SECONDS + 30))
    bench.details["idle"] = {"ours": beside.as_json(), "usbguard": alone.as_json()}

    def row(figure, count, peer, seen, programs):
        ours, theirs = count(beside, *OURS), count(seen, *programs)
        return Row("idle", figure, "/min", [beside.per_minute(ours)], peer, [seen.per_minute(theirs)])
    return [row("wakeups", Window.wakeups_of, "usbguard", alone, peers.USBGUARD),
            row("wakeups", Window.wakeups_of, "swayidle", beside, peers.SWAYIDLE),
            row("context switches", Window.switches_of, "usbguard", alone, peers.USBGUARD),
            row("context switches", Window.switches_of, "swayidle", beside, peers.SWAYIDLE),
            *_by_thread("idle", beside), *_by_thread("idle", alone, ours=False)]


def mouse(bench):
    """Context switches under a mouse of 1000 reports a second"""
    device = FastMouse()
    mark = bench.agent.mark()
    bench.lab.ports.plug_redirected(device, "fastmouse")
    bench.agent.wait_for("usb.allowed", mark)
    sent = []
    with peers.swayidle(bench.lab):
        seen = _window(bench, OURS + peers.SWAYIDLE, lambda: sent.append(device.move(MOUSE_SECONDS)))
    bench.details["mouse"] = {**seen.as_json(), "reports": sent[0]}
    return [Row("mouse", f"wakeups, {sent[0]} reports", "in all", [seen.wakeups_of(*OURS)], "swayidle",
                [seen.wakeups_of("swayidle")]),
            Row("mouse", f"context switches, {sent[0]} reports", "in all", [seen.switches_of(*OURS)], "swayidle",
                [seen.switches_of("swayidle")]),
            *_by_thread("mouse", seen)]


def _window(bench, programs, happening):
    bench.lab.keyboard.press("shift")  # the idle lock lies beyond the window
    if set(OURS) <= set(programs):
        settle(bench.lab, OURS)
    return watch(bench.lab, programs, happening)


def _by_thread(measure, seen, ours=True):
    """Each thread that woke at all: context switches a minute."""
    rows = []
    for (program, thread), count in sorted(seen.by_thread.items()):
        if (program in OURS) != ours or count == 0:
            continue
        rate, name = seen.per_minute(count), f"{program}: {thread}"
        figure = f"context switches of {name}"
        rows.append(Row(measure, figure, "/min", [rate]) if ours else Row(measure, figure, "/min", [], name, [rate]))
    return rows


def _pss(taken):
    """kB by program; several processes of one program are added up."""
    result = {}
    for process in taken["processes"]:
        result[process["program"]] = result.get(process["program"], 0) + process["pss"]
    return result


def _memory_details(taken):
    return [{**{key: process[key] for key in ("program", "pid", "pss", "private", "anonymous")},
             "threads": [thread["name"] for thread in process["threads"]],
             "mappings": dict(list(process["mappings"].items())[:MAPPINGS_KEPT])} for process in taken["processes"]]
