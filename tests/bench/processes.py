# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of the guest as the host sees them: memory and context switches."""
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import tracing
from waiting import wait_until

SAMPLER = Path(__file__).resolve().parent / "probes" / "sampler.py"
QUIET_WINDOW_SECONDS = 5
QUIET_SECONDS = 180
OURS = ("vaktpostd", "vaktpost-session")


@dataclass(frozen=True)
class Window:
    """Context switches between two samples. `by_thread` counts them under (program, thread's name); `ended` names
    threads that ended meanwhile, whose last switches are therefore not counted. `wakeups` holds, in the same way, how
    often each thread woke: waits right after one another count once."""
    seconds: float
    by_thread: Counter
    ended: list
    wakeups: Counter = field(default_factory=Counter)

    def switches_of(self, *programs):
        return _of(self.by_thread, programs)

    def wakeups_of(self, *programs):
        return _of(self.wakeups, programs)

    def per_minute(self, count):
        return round(count * 60 / self.seconds, 2)

    def as_json(self):
        return {"seconds": self.seconds, "switches": _named(self.by_thread), "wakeups": _named(self.wakeups),
                "ended": self.ended}


def sample(lab, programs, memory=False):
    """{"at": seconds since boot, "processes": …}: see probes/sampler.py."""
    options = ["--memory"] if memory else []
    return json.loads(lab.run(["python3", "-", *options, *programs], stdin=SAMPLER.read_bytes()).stdout)


def _of(counts, programs):
    return sum(count for (program, _), count in counts.items() if program in programs)


def _named(counts):
    return {f"{program}: {thread}": count for (program, thread), count in sorted(counts.items())}


def watch(lab, programs, happening):
    """The window of what goes on while `happening()` runs."""
    threads = sample(lab, programs)["processes"]
    names = {thread["id"]: (process["program"], thread["name"]) for process in threads for thread in process["threads"]}
    with tracing.wakeups(lab, names) as woken:
        before = sample(lab, programs)
        happening()
        after = sample(lab, programs)
        stamps = woken()
    wakeups = Counter()
    for thread, name in names.items():
        wakeups[name] += tracing.occasions(stamp for stamp, woke in stamps if woke == thread)
    return replace(window(before, after), wakeups=wakeups)


def window(before, after):
    began = {thread["id"]: thread for process in before["processes"] for thread in process["threads"]}
    counts, alive = Counter(), set()
    for process in after["processes"]:
        for thread in process["threads"]:
            alive.add(thread["id"])
            earlier = began.get(thread["id"], {"switches": 0})["switches"]
            counts[process["program"], thread["name"]] += thread["switches"] - earlier
    ended = sorted(thread["name"] for number, thread in began.items() if number not in alive)
    return Window(round(after["at"] - before["at"], 2), counts, ended)


def settle(lab, programs, most=0):
    """Returns when these programs have nothing more to do: hardly any switch, `most` of them, for some seconds."""
    def quiet():
        before = sample(lab, programs)
        lab.run(["sleep", QUIET_WINDOW_SECONDS])
        return window(before, sample(lab, programs)).switches_of(*programs) <= most
    wait_until(quiet, QUIET_SECONDS, f"{', '.join(programs)} come to rest", period=0)
