# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes on this machine use while something is measured: memory, processor, bytes to the disk."""
import os
import threading
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Usage(threading.Thread):
    """Looks at groups of processes again and again; `groups` names each and says how to find its processes.

        with Usage({"sender": lambda: [pid]}) as usage:
            …
        usage.peak("sender")

    What a process used after the last look at it, before it ended, is not seen."""

    def __init__(self, groups, period=0.2):
        super().__init__(daemon=True)
        self._groups, self._period = groups, period
        self._peak = {name: {"pss": 0, "rss": 0} for name in groups}
        self._spent = {name: {} for name in groups}  # by process: seconds, bytes
        self._enough = threading.Event()

    def __enter__(self):
        self.look()
        self._first = {name: dict(spent) for name, spent in self._spent.items()}
        self.start()
        return self

    def __exit__(self, *_):
        self._enough.set()
        self.join()
        self.look()

    def run(self):
        while not self._enough.wait(self._period):
            self.look()

    def look(self):
        for name, find in self._groups.items():
            memory = {"pss": 0, "rss": 0}
            for pid in find():
                try:
                    for kind, bytes_ in _memory(pid).items():
                        memory[kind] += bytes_
                    self._spent[name][pid] = (_seconds(pid), _written(pid))
                except OSError:  # it has ended
                    continue
            for kind, bytes_ in memory.items():
                self._peak[name][kind] = max(self._peak[name][kind], bytes_)

    def peak(self, name, kind="pss"):
        """MB: the most that all processes of the group had at one look."""
        return self._peak[name][kind] / 1e6

    def seconds(self, name):
        """Of processor, user and system."""
        return self._sum(name, 0)

    def written(self, name):
        """Bytes that they gave the kernel for the disk: write_bytes of proc(5), which counts pages as they become dirty."""
        return self._sum(name, 1)

    def _sum(self, name, which):
        begun = self._first[name]
        return sum(spent[which] - begun.get(pid, (0, 0))[which] for pid, spent in self._spent[name].items())


def _memory(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    fields = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return {"pss": fields["Pss"], "rss": fields["Rss"]}


def _seconds(pid):
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / TICKS


def _written(pid):
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


def own_seconds():
    """Of processor that this program itself has used."""
    return time.process_time()
