# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in the guest: sampler.py [--memory] PROGRAM… prints what the kernel knows of all processes of these programs.

Switches are voluntary and involuntary context switches since the thread began. Memory is in kB.
"""
import json
import os
import re
import sys
import time
from pathlib import Path


def number(text, name):
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1])


def threads(process):
    for task in (process / "task").iterdir():
        status = (task / "status").read_text()
        switches = number(status, "voluntary_ctxt_switches") + number(status, "nonvoluntary_ctxt_switches")
        yield {"id": int(task.name), "name": (task / "comm").read_text().strip(), "switches": switches}


def memory(process):
    rollup = (process / "smaps_rollup").read_text()
    mappings = {}
    for head, body in re.findall(r"^([0-9a-f]+-.*)\n((?:[A-Z]\w+:.*\n)+)", (process / "smaps").read_text(), re.M):
        _, rights, _, _, _, *path = head.split(maxsplit=5)
        name = f"{os.path.basename(path[0]) if path else 'anonymous'} {rights}"
        mappings[name] = mappings.get(name, 0) + number(body, "Pss")
    largest = dict(sorted(mappings.items(), key=lambda item: -item[1]))
    return {"pss": number(rollup, "Pss"), "private": number(rollup, "Private_Clean") + number(rollup, "Private_Dirty"),
            "anonymous": number(rollup, "Anonymous"), "mappings": {name: pss for name, pss in largest.items() if pss}}


def processes(programs, with_memory):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            program = os.path.basename(os.readlink(process / "exe"))
            if program in programs:
                yield {"program": program, "pid": int(process.name), "threads": list(threads(process)),
                       **(memory(process) if with_memory else {})}
        except OSError:  # it ended just now, or is the kernel's own
            continue


programs = set(sys.argv[1:])
with_memory = "--memory" in programs
found = list(processes(programs, with_memory))
print(json.dumps({"at": time.clock_gettime(time.CLOCK_BOOTTIME), "processes": found}))
