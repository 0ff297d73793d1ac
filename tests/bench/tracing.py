# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest kernel's own trace: who wakes, and who authorises USB devices."""
from contextlib import contextmanager

FOLDER = "/sys/kernel/tracing"
SWITCHES = ("usb_authorize_interface", "usb_authorize_device")
SAME_OCCASION_US = 100_000


@contextmanager
def switches(lab):
    """Meanwhile notes each time somebody authorises a USB device or an interface; gives a function that returns
    (microseconds since boot, name of the switch) of each so far."""
    probes = "".join(f"echo p:bench/{name} {name} >>kprobe_events; " for name in SWITCHES)
    _run(lab, f"echo boot >trace_clock; {probes} echo 1 >events/bench/enable; echo >trace")
    try:
        yield lambda: [(stamp, event) for stamp, event, _ in _lines(lab)]
    finally:
        _run(lab, "echo 0 >events/bench/enable; echo >kprobe_events; echo local >trace_clock")


@contextmanager
def wakeups(lab, threads):
    """Meanwhile notes each time one of these threads wakes; gives a function that returns (microseconds since boot,
    thread) of each so far."""
    wanted = " || ".join(f"pid == {thread}" for thread in threads)
    _run(lab, f"echo boot >trace_clock; echo '{wanted}' >events/sched/sched_wakeup/filter; "
              "echo 1 >events/sched/sched_wakeup/enable; echo >trace")
    try:
        yield lambda: [(stamp, int(text.split(" pid=")[1].split()[0])) for stamp, _, text in _lines(lab)]
    finally:
        _run(lab, "echo 0 >events/sched/sched_wakeup/enable; echo 0 >events/sched/sched_wakeup/filter; "
                  "echo local >trace_clock")


def occasions(stamps):
    """How often something woke, when a conversation of several waits right after one another counts once."""
    count, last = 0, None
    for stamp in sorted(stamps):
        count += last is None or stamp - last > SAME_OCCASION_US
        last = stamp
    return count


def _run(lab, commands):
    lab.run(f"cd {FOLDER} && {{ {commands}; }}")


def _lines(lab):
    """(microseconds, event, rest) of each line "task-pid [cpu] flags seconds.microseconds: event: rest"."""
    for line in lab.get(f"{FOLDER}/trace").decode().splitlines():
        if not line.startswith("#"):
            stamp, event, rest = line.split("] ", 1)[1].split(": ", 2)
            seconds, microseconds = stamp.split()[-1].split(".")
            yield int(seconds) * 1_000_000 + int(microseconds), event, rest
