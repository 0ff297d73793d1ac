# SPDX-License-Identifier: GPL-3.0-or-later
"""What is used on this machine while something is measured: memory and processor by processes, bytes by a disk."""
import os
import threading
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
        self._spent = {name: {} for name in groups}  # seconds, by process
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
                    self._spent[name][pid] = _seconds(pid)
                except OSError:  # it has ended
                    continue
            for kind, bytes_ in memory.items():
                self._peak[name][kind] = max(self._peak[name][kind], bytes_)

    def peak(self, name, kind="pss"):
        """MB: the most that all processes of the group had at one look."""
        return self._peak[name][kind] / 1e6

    def seconds(self, name):
        """Of processor, user and system."""
        begun = self._first[name]
        return sum(seconds - begun.get(pid, 0) for pid, seconds in self._spent[name].items())


def _memory(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    fields = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return {"pss": fields["Pss"], "rss": fields["Rss"]}


def _seconds(pid):
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / TICKS


def disk_bytes(folder):
    """What the disk under this folder was given since the machine started, by all processes. (write_bytes of proc(5) is no
    substitute: for 8 KB in the middle of a file Linux 6.18 counts up to 2 MB, the whole piece of its cache.) None: the file
    system has no disk of its own."""
    device = os.stat(folder).st_dev
    try:
        fields = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat").read_text().split()
    except OSError:
        return None
    return int(fields[6]) * 512
