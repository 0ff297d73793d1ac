# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices and media: from the kernel's report to the decision."""
import time

import peers
import probes
import sticks
import tracing
from table import Row
from waiting import wait_until

SEEN_SECONDS = 60
# Nobody asks the guest anything while it is at work: on two emulated processors every question would be in the way.
UNDISTURBED_SECONDS = 2
UNDISTURBED_MEDIUM_SECONDS = 5
# QEMU's usb-serial, an FTDI converter; its interface is the vendor's own class.
SERIAL_RULE = "allow id 0403:6001"


def usb(bench):
    """Kernel's report of a USB device to its interface authorised, and to its driver bound"""
    half = bench.counts.plugs // 2
    marks = []
    with probes.running(bench, "uevents") as uevents, tracing.switches(bench.lab) as switches:
        _plug(bench, uevents)  # the driver's module is loaded once
        ours = plugs(bench, uevents, switches, bench.counts.plugs - half, marks)
        with peers.usbguard(bench, SERIAL_RULE):
            theirs = plugs(bench, uevents, switches, bench.counts.plugs)
        ours += plugs(bench, uevents, switches, half, marks)
    records = [bench.agent.since(mark, "usb.allowed")[0]["data"] for mark in marks]
    bench.details["usb"] = {"ours": ours, "usbguard": theirs}

    def row(figure, name):
        return Row("usb", figure, "ms", [plug[name] for plug in ours], "usbguard", [plug[name] for plug in theirs])
    return [row("uevent add to authorised", "authorised_ms"), row("uevent add to driver bound", "bound_ms"),
            # We judge the interface, which exists once the kernel has configured the device; USBGuard the device.
            Row("usb", "uevent add of what is judged to authorised", "ms", [plug["interface_ms"] for plug in ours],
                "usbguard", [plug["authorised_ms"] for plug in theirs]),
            row("authorised to driver bound (kernel)", "driver_ms"),
            Row("usb", "uevent add to bind of the device (kernel)", "ms", [plug["configured_ms"] for plug in ours]),
            Row("usb", "decision_us (record)", "ms", [record["decision_us"] / 1000 for record in records]),
            Row("usb", "done_us (record)", "ms", [record["done_us"] / 1000 for record in records])]


def media(bench):
    """Block device present to verdict"""
    return [_verdicts(bench, sticks.fat_partition, "media.blocked", "plain stick, blocked"),
            _verdicts(bench, sticks.luks, "media.admitted", "encrypted stick, admitted")]


def plugs(bench, uevents, switches, count, marks=None):
    """The times of so many plugs, as `_one_plug` makes them. With `marks` they are ours: the places in the timeline of
    events are added to it."""
    stamps = []
    for number in range(count):
        bench.say(f"  plug {number + 1} of {count}{'' if marks is not None else ', USBGuard'}")
        if marks is not None:
            marks.append(bench.agent.mark())
        stamps.append(_plug(bench, uevents))
        if marks is not None:
            bench.agent.wait_for("usb.removed", marks[-1])
    events, switched = uevents(), switches()
    return [_one_plug(events, switched, since) for since in stamps]


def _plug(bench, uevents):
    """Plugs the device in, waits until its driver has it, and pulls it. Returns the last stamp before."""
    before = uevents()
    last = before[-1][0] if before else 0
    name = bench.lab.ports.plug_other("serial")
    time.sleep(UNDISTURBED_SECONDS)
    _wait_for(uevents, last, "bind", "usb_interface")
    bench.lab.ports.unplug(name)
    _wait_for(uevents, last, "remove", "usb_device")
    return last


def _wait_for(uevents, since, action, kind):
    wait_until(lambda: any(stamp > since and words[:2] == [action, kind] for stamp, *words in uevents()), SEEN_SECONDS,
               f"the kernel reports {action} of a {kind}")


def _one_plug(events, switched, since):
    """Milliseconds from the device's uevent "add"."""
    later = [event for event in events if event[0] > since]
    added = _first(later, "add", "usb_device")
    bound = _first(later, "bind", "usb_interface")
    configured = _first(later, "bind", "usb_device")
    authorised = min(stamp for stamp, _ in switched if stamp > added)
    interface = _first(later, "add", "usb_interface")
    times = {"authorised": authorised - added, "bound": bound - added, "configured": configured - added,
             "interface": authorised - interface, "driver": bound - authorised}
    return {f"{name}_ms": round(time_us / 1000, 3) for name, time_us in times.items()}


def _first(events, action, kind):
    return next(stamp for stamp, *words in events if words[:2] == [action, kind])


def _verdicts(bench, make, kind, figure):
    agent = bench.agent
    stick, verdicts = make(bench.folder), []
    for number in range(bench.counts.media):
        bench.say(f"  {figure}: {number + 1} of {bench.counts.media}")
        mark = agent.mark()
        name = bench.lab.ports.plug_stick(stick)
        time.sleep(UNDISTURBED_MEDIUM_SECONDS)
        verdicts.append(agent.wait_for(kind, mark)["data"]["verdict_ms"])
        bench.lab.ports.unplug(name)
        agent.wait_for("usb.removed", mark)
    return Row("media", figure, "ms", verdicts)
