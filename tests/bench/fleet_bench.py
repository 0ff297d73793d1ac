#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand workstations and one centre: what rate it holds, how fast it catches up after an outage, what it costs, and that
nothing is lost.

    fleet_bench.py VAKTPOST [--hosts N] [--records N] [--connections N] [--receivers N] [--outage SECONDS] [--folder FOLDER]

The centre is real: rsyslog and PostgreSQL with the files of installer/central, on the disk of FOLDER. Each host gathers
records and brings them, twice: once as on a usual day, and once after PostgreSQL was killed and away for a while. Exit
status 1: something was lost."""
import argparse
import asyncio
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
import central_world
import fleet_evidence
import local_usage
from central_world import CentralWorld, children
from fleet_load import Fleet

PERIOD = 1  # seconds between looks at memory


def arguments():
    parser = argparse.ArgumentParser(description="A fleet of workstations and one centre.")
    parser.add_argument("vaktpost", help="the program that verifies what the centre has")
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=3, help="of each host, before the outage and again during it")
    parser.add_argument("--connections", type=int, default=100, help="at one time")
    parser.add_argument("--receivers", type=int, default=1, help="rsyslogd beside each other")
    parser.add_argument("--outage", type=float, default=20, help="seconds without PostgreSQL")
    parser.add_argument("--folder", default="/tmp", help="on the disk that the database is to be on")
    return parser.parse_args()


def family(pid):
    return [pid, *children(pid)]


class Phase:
    """Counts of the fleet, from here on."""

    def __init__(self, fleet):
        self._fleet, self._began = fleet, time.monotonic()
        self._records, self._handshakes, self._failures = fleet.acknowledged, fleet.handshakes, fleet.failures
        self._cpu = time.process_time()

    def text(self):
        seconds = time.monotonic() - self._began
        records, handshakes = self._fleet.acknowledged - self._records, self._fleet.handshakes - self._handshakes
        by_second = [count for second, count in self._fleet.by_second.items() if second > self._began][1:-1]
        share = (time.process_time() - self._cpu) / seconds
        return (f"{seconds:6.1f} s  {records:6} records  {records / seconds:5.0f} records/s "
                f"(median second {statistics.median(by_second or [0]):.0f})  {handshakes / seconds:4.0f} handshakes/s  "
                f"{self._fleet.failures - self._failures} connections broken off  load program {share:.0%} of a processor")


class Bench:
    def __init__(self, options, centre):
        self._options, self._centre = options, centre
        self._fleet = Fleet(centre, options.hosts, options.connections)
        self._phase = None

    async def _outage(self):
        await asyncio.sleep(self._options.outage)
        print(f"outage        {self._options.outage:.1f} s without PostgreSQL, "
              f"{self._fleet.acknowledged - self._before} records acknowledged, must be 0", flush=True)
        self._centre.start_postgres()
        self._phase = Phase(self._fleet)

    def run(self):
        self._fleet.gather(self._options.records)
        self._phase = Phase(self._fleet)
        asyncio.run(self._fleet.send_all())
        print("usual day    ", self._phase.text(), flush=True)
        self._centre.kill_postgres()
        self._before = self._fleet.acknowledged
        self._fleet.gather(self._options.records)
        asyncio.run(self._fleet.send_all(self._outage()))
        print("catching up  ", self._phase.text(), flush=True)

    def groups(self):
        centre = self._centre
        return {"rsyslogd": lambda: centre.receiver_pids(),
                "psql": lambda: [child for pid in centre.receiver_pids() for child in children(pid)],
                "PostgreSQL": lambda: family(centre.postgres_pid()) if centre.postgres_pid() else []}

    def complete(self):
        began = time.monotonic()
        status, verdicts = fleet_evidence.verified(self._options.vaktpost, self._centre)
        print(f"log verify    {time.monotonic() - began:6.1f} s  exit status {status}  hosts: {verdicts}")
        wrong = fleet_evidence.complaints(self._centre, self._fleet.hosts)
        print("stored        " + ("\n".join(wrong[:20]) if wrong else
                                  f"{self._fleet.acknowledged} records of {self._options.hosts} hosts, each once, in order"))
        return not wrong and (status, verdicts) == (0, {"complete": self._options.hosts})


def main():
    options = arguments()
    if reason := central_world.why_not():
        sys.exit(reason)
    with CentralWorld(on_disk=options.folder, receivers=options.receivers) as centre:
        bench = Bench(options, centre)
        print(f"{options.hosts} hosts, {options.records} records each and again, {options.connections} connections at one "
              f"time, {options.receivers} receivers, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
        with local_usage.Usage(bench.groups(), PERIOD) as usage:
            bench.run()
        for name in bench.groups():
            print(f"{name:<13} {usage.seconds(name):6.1f} s of processor, at most {usage.peak(name):.0f} MB (PSS)")
        sys.exit(0 if bench.complete() else 1)


if __name__ == "__main__":
    main()
