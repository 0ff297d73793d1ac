# SPDX-License-Identifier: GPL-3.0-or-later
"""USB where there is much of it: many devices at once, many in turn, many rules."""
import time
from contextlib import contextmanager

import measure_devices
import peers
import probes
import tracing
from processes import OURS, sample, settle
from table import Row
from waiting import LabError

HUB_PORTS = 8  # of QEMU's hub
HUBS = 4
CROWD_SECONDS = 20  # nobody asks the guest anything meanwhile
BOUND_SECONDS = 60
WARM_BATCHES = 3  # what is loaded and kept at the first plugs is no growth
RULES = 10_000
# QEMU's tablet. Its like is always plugged in, so that its driver is there.
TABLET_RULE = "allow id 0627:0001"
BEHIND_HUBS = "ls -d /sys/bus/usb/devices/*-*.*:1.0/driver 2>/dev/null | wc -l"


def crowd(bench):
    """32 devices at once behind hubs: each from its uevent to its driver, and all of them"""
    with _hubs(bench, HUBS) as hubs, probes.running(bench, "uevents") as uevents:
        ours = _crowd(bench, hubs, uevents)
        with peers.usbguard(bench, TABLET_RULE):
            theirs = _crowd(bench, hubs, uevents)
    return [Row("crowd", "uevent add to driver bound, of each", "ms", ours[0], "usbguard", theirs[0]),
            Row("crowd", "first uevent add to the last driver bound", "ms", [ours[1]], "usbguard", [theirs[1]])]


def growth(bench):
    """Memory before and after many plugs"""
    with _hubs(bench, HUBS) as hubs:
        ours = _grown(bench, hubs, OURS)
        with peers.usbguard(bench, TABLET_RULE):
            theirs = _grown(bench, hubs, peers.USBGUARD)
    plugs = bench.counts.batches * HUBS * HUB_PORTS
    return [Row("growth", when, "kB", [ours[place]], "usbguard", [theirs[place]])
            for place, when in enumerate(("memory before", f"memory after {plugs} plugs"))]


def rules(bench):
    """10,000 rules about other devices: to take them up, and to decide by them"""
    half = max(bench.counts.plugs // 2, 1)
    with probes.running(bench, "uevents") as uevents, tracing.switches(bench.lab) as switches:
        mark = bench.agent.mark()
        bench.agent.set_policy("format = 1\nversion = 1\n" + "".join(_our_rule(number) for number in range(RULES)))
        taken_up = bench.agent.since(mark, "policy.applied")[0]["boot_us"] / 1e6 - _written_at(bench.lab)
        ours = measure_devices.plugs(bench, uevents, switches, half, [])
        bench.agent.set_policy(None)
        theirs_rules = "\n".join(map(_their_rule, range(RULES))) + "\n" + measure_devices.SERIAL_RULE
        with peers.usbguard(bench, theirs_rules) as started:
            theirs = measure_devices.plugs(bench, uevents, switches, half)
    return [Row("rules", f"{RULES} rules written to taken up", "s", [round(taken_up, 2)], "usbguard", [started]),
            Row("rules", "uevent add of what is judged to authorised", "ms", [plug["interface_ms"] for plug in ours],
                "usbguard", [plug["authorised_ms"] for plug in theirs])]


def _written_at(lab):
    """When the policy in force was written, in seconds since boot: bringing it into the guest is no work of ours."""
    written, now, uptime = map(float, lab.run("stat -c %.6Y /etc/vaktpost/policy.toml; date +%s.%N; "
                                              "cut -d' ' -f1 /proc/uptime").text.split())
    return written - now + uptime


@contextmanager
def _hubs(bench, count):
    """So many hubs, each with all its ports free; gives their names."""
    hubs = [bench.lab.ports.plug_hub() for _ in range(count)]
    bench.lab.wait_for(f"test $(cat /sys/bus/usb/devices/*/bDeviceClass | grep -cx 09) -ge {count + 2}", BOUND_SECONDS,
                       "the hubs are there")
    try:
        yield hubs
    finally:
        for hub in hubs:
            bench.lab.ports.unplug(hub)


def _plug_all(bench, hubs):
    return [bench.lab.ports.plug_behind(hub, port + 1) for hub in hubs for port in range(HUB_PORTS)]


def _crowd(bench, hubs, uevents):
    """Milliseconds of each, and of the whole crowd."""
    before = uevents()
    since = before[-1][0] if before else 0
    tablets = _plug_all(bench, hubs)
    time.sleep(CROWD_SECONDS)
    bench.lab.wait_for(f"test $({BEHIND_HUBS}) -eq {len(tablets)}", BOUND_SECONDS, "all of them have their drivers")
    later = [event for event in uevents() if event[0] > since]
    added = {path: stamp for stamp, action, kind, path in later if (action, kind) == ("add", "usb_device")}
    bound = {path.rpartition("/")[0]: stamp for stamp, action, kind, path in later
             if (action, kind) == ("bind", "usb_interface")}
    if len(added) != len(tablets) or set(added) != set(bound):
        raise LabError(f"{len(tablets)} plugged in, {len(added)} reported, {len(bound)} bound")
    _pull_all(bench, tablets)
    took = [round((bound[path] - stamp) / 1000, 3) for path, stamp in added.items()]
    return took, (max(bound.values()) - min(added.values())) / 1000


def _pull_all(bench, tablets):
    for tablet in tablets:
        bench.lab.ports.unplug(tablet)
    bench.lab.wait_for(f"test $({BEHIND_HUBS}) -eq 0", BOUND_SECONDS, "all of them have left")


def _grown(bench, hubs, programs):
    """Memory of these programs after the first plugs, and after all."""
    _batches(bench, hubs, WARM_BATCHES)
    before = _resting(bench, programs)
    _batches(bench, hubs, bench.counts.batches)
    return before, _resting(bench, programs)


def _batches(bench, hubs, count):
    for number in range(count):
        bench.say(f"  batch {number + 1} of {count}")
        tablets = _plug_all(bench, hubs)
        bench.lab.wait_for(f"test $({BEHIND_HUBS}) -eq {len(tablets)}", BOUND_SECONDS, "all of them have their drivers")
        _pull_all(bench, tablets)


def _resting(bench, programs):
    settle(bench.lab, programs, most=10)
    return sum(process["pss"] for process in sample(bench.lab, programs, memory=True)["processes"])


def _our_rule(number):
    return (f'[[usb.rule]]\nid = "device-{number}"\nvendor = "1{number % 1000:03x}"\nproduct = "{number // 1000:04x}"\n'
            f'serial = "S{number}"\naction = "allow"\n')


def _their_rule(number):
    return f'allow id 1{number % 1000:03x}:{number // 1000:04x} serial "S{number}"'
