#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long reading commands take: reader_bench.py VAKTPOST [--records N] [--rows N] [--rounds N]

`vaktpost report` and `vaktpost replay` read so many records of ten hosts, beside `jq`, which reads as many objects and judges
nothing, and `sha256sum`. `vaktpost log verify` and `vaktpost replay` read so many rows of one workstation's database, beside
`sqlite3`, which prints its records. Each round runs all of them once; the table has the median of each. What is not installed
is left out. Memory is counted from that of this script on: 20 MB say nothing."""
import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
from record_maker import Workstation

HOSTS = 10
APPLICATION = 0x56616B74
# Sticks are blocked that were not, and a card may come back.
POLICY = """format = 1
[session]
card_removal_grace = "5s"
[[usb.rule]]
id = "sticks"
interface = ["08:*:*"]
action = "block"
"""
STICK = {"device": "1-2.3", "vendor": "0781", "product": "5581", "allowed": [], "blocked": [], "examined": ["0=08:06:50"],
         "rules": ["0=builtin.storage"], "screen": "open", "front": "desktop", "utc_offset_min": 60}
MEDIUM = {"medium": "sdb-7", "device": "1-2.3", "interface": 0, "through": "examine", "slot": False, "verdict": "plain",
          "enrolment": "none"}
CARD = {"reader": "A", "role": "presence", "atr": "3b11", "unlock_with": ["keyboard", "card"]}


def visit(station):
    """Ten records: a stick that is blocked and a card that is pulled."""
    station.record("usb.allowed", **STICK)
    station.severity = "warning"
    station.record("media.blocked", **MEDIUM)
    station.severity = "info"
    station.record("usb.removed", device="1-2.3")
    station.record("card.inserted", **CARD)
    station.record("card.removed", depended=["graphical:unlocked"], **CARD)
    station.cause, station.session = station.seq, "graphical"
    station.record("session.lock_requested", trigger="card_removed", step="ask", attempt=1)
    station.record("session.locked", trigger="card_removed", witnesses=["confined_locker"])
    station.cause = None
    station.record("session.unlocked", witness="hint")
    station.session = None
    station.record("usb.blocked", **{**STICK, "blocked": STICK["examined"], "examined": [], "rules": ["0=sticks"]})
    station.record("heartbeat", state="armed", sessions=1)
    station.wait(minutes=1)


def visits(host, count):
    """So many records, in tens: a child's memory is counted from its parent's on, so none are kept."""
    station = Workstation(host)
    for _ in range(count // 10):
        visit(station)
        yield station.lines
        station.lines = []


def make_lines(path, count):
    with open(path, "w") as file:
        for number in range(HOSTS):
            for lines in visits(f"ward-pc-{number}", count // HOSTS):
                file.write("\n".join(lines) + "\n")


def make_database(path, count):
    database = sqlite3.connect(path)
    database.executescript(f"""PRAGMA journal_mode=WAL; PRAGMA application_id={APPLICATION}; PRAGMA user_version=2;
        CREATE TABLE event(epoch INTEGER, seq INTEGER, record TEXT, class INTEGER, PRIMARY KEY(epoch, seq)) WITHOUT ROWID;
        CREATE TABLE mark(name TEXT PRIMARY KEY, epoch INTEGER, seq INTEGER);""")
    with database:
        for index, lines in enumerate(visits("ward-pc-0", count)):
            database.executemany("INSERT INTO event VALUES(1, ?, ?, 1)",
                                 [(10 * index + place, line) for place, line in enumerate(lines, 1)])
    database.close()


@dataclass
class Measure:
    name: str
    command: list
    records: int
    runs: list = field(default_factory=list)  # seconds, seconds of CPU, MB

    def run(self):
        start = time.monotonic()
        process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.runs.append((time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
        if process.returncode not in (0, 1, 2):  # verdicts of ours
            sys.exit(f"{self.name} ended with {process.returncode}")

    def row(self):
        seconds, cpu, megabytes = (statistics.median(column) for column in zip(*self.runs))
        fastest, slowest = min(self.runs)[0], max(self.runs)[0]
        return (f"{self.name:<34} {seconds:7.2f} s ({fastest:.2f} to {slowest:.2f})  {cpu:7.2f} s CPU {megabytes:7.0f} MB"
                f" {self.records / seconds:11,.0f} records/s")


def measures(vaktpost, folder, options):
    lines, database, policy = (os.path.join(folder, name) for name in ("records", "events.db", "policy.toml"))
    with open(policy, "w") as file:
        file.write(POLICY)
    make_lines(lines, options.records)
    make_database(database, options.rows)
    print(f"{options.records} records in {os.path.getsize(lines) / 1e6:.0f} MB of lines, {options.rows} rows in"
          f" {os.path.getsize(database) / 1e6:.0f} MB of a database; medians of {options.rounds} rounds", flush=True)
    report = [vaktpost, "report", "--from", "2026-03-02", "--to", "2026-12-31", lines]
    wanted = [
        ("report, lines", report, options.records),
        ("replay, lines", [vaktpost, "replay", "--policy", policy, lines], options.records),
        ("log verify, lines", [vaktpost, "log", "verify", lines], options.records),
        ("jq, lines", ["jq", "-c", ".type", lines], options.records),
        ("sha256sum, lines", ["sha256sum", lines], options.records),
        ("log verify, database", [vaktpost, "log", "verify", database], options.rows),
        ("replay, database", [vaktpost, "replay", "--policy", policy, database], options.rows),
        ("sqlite3, database", ["sqlite3", "-readonly", database, "SELECT record FROM event ORDER BY epoch, seq"], options.rows)]
    return [Measure(*each) for each in wanted if shutil.which(each[1][0])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vaktpost")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vaktpost-readers-") as folder:
        wanted = measures(options.vaktpost, folder, options)
        for _ in range(options.rounds):
            for each in wanted:
                each.run()
        for each in wanted:
            print(each.row())


if __name__ == "__main__":
    main()
