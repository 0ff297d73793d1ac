#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `vaktpost log verify` takes: verify_bench.py VAKTPOST [RECORDS]

Makes so many valid records of ten hosts, in the order of their numbers and shuffled, and prints the time and memory of
reading them, beside `sha256sum` of the same file, which hashes as much and judges nothing."""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
from record_maker import Workstation

HOSTS = 10


def make(path, count):
    """Keeps no records: a child's memory is counted from its parent's on."""
    with open(path, "w") as file:
        for number in range(HOSTS):
            station = Workstation(f"ward-pc-{number}")
            for index in range(count // HOSTS):
                station.record("heartbeat" if index % 60 == 0 else "usb.blocked", device="1-2.3", vendor="0a5f",
                               product="00d3", interfaces=["03:01:01"], serial="0123456789abcdef")
                file.write(station.lines.pop() + "\n")
            file.write(station.head() + "\n")


def measured(*command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), said


def show(name, command, count):
    seconds, cpu, megabytes, status, said = measured(*command)
    print(f"{name:<28} {seconds:6.2f} s  {cpu:6.2f} s CPU  {megabytes:7.1f} MB  {count / seconds / 1e6:5.2f} M records/s"
          f"  exit {status}  {said.splitlines()[-1][:60]}", flush=True)


def main():
    vaktpost = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="vaktpost-verify-") as folder:
        path = os.path.join(folder, "records")
        make(path, count)
        print(f"{count} records, {os.path.getsize(path) / 1e6:.0f} MB")
        for _ in range(3):
            show("sha256sum", ["sha256sum", path], count)
            show("log verify", [vaktpost, "log", "verify", path], count)
        shuffled = os.path.join(folder, "shuffled")
        subprocess.run(["shuf", "--output", shuffled, path], check=True)
        show("log verify, shuffled", [vaktpost, "log", "verify", shuffled], count)


if __name__ == "__main__":
    main()
