# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of the guest as the host sees them: memory and context switches."""
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from waiting import wait_until

SAMPLER = Path(__file__).resolve().parent / "probes" / "sampler.py"
QUIET_WINDOW_SECONDS = 5
QUIET_SECONDS = 180
OURS = ("vaktpostd", "vaktpost-session")


@dataclass(frozen=True)
class Window:
    """Context switches between two samples. `by_thread` counts them under (program, thread's name); `ended` names
    threads that ended meanwhile, whose last switches are therefore not counted."""
    seconds: float
    by_thread: Counter
    ended: list

    def of(self, *programs):
        return sum(count for (program, _), count in self.by_thread.items() if program in programs)

    def per_minute(self, *programs):
        return round(self.of(*programs) * 60 / self.seconds, 2)

    def as_json(self):
        threads = {f"{program}: {thread}": count for (program, thread), count in sorted(self.by_thread.items())}
        return {"seconds": self.seconds, "switches": threads, "ended": self.ended}


def sample(lab, programs, memory=False):
    """{"at": seconds since boot, "processes": …}: see probes/sampler.py."""
    options = ["--memory"] if memory else []
    return json.loads(lab.run(["python3", "-", *options, *programs], stdin=SAMPLER.read_bytes()).stdout)


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
        return window(before, sample(lab, programs)).of(*programs) <= most
    wait_until(quiet, QUIET_SECONDS, f"{', '.join(programs)} come to rest", period=0)
