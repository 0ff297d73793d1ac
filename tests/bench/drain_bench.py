#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an event to the centre, beside rsyslog's omrelp with a queue on disk:

    drain_bench.py VAKTPOST-LINK DRAIN-STAGE [--queue assisted|synced] [--rounds N] [--events N] [--folder FOLDER]

The receiver is one rsyslogd that writes a file, RELP over TLS with client certificates for both, in turns. Ours is the
agent's log and vaktpost-link. Theirs is one rsyslogd with two kinds of queues: `assisted` (LinkedList, to the disk when
memory is full) and `synced` (Disk, synced at each event, which is what our log does).

  backlog   all events are handed in while the receiver is away; then it comes back
  through   the receiver is there from the start
  killed    the receiver hangs, 100 events are handed in, then sender and receiver get a SIGKILL and both start anew"""
import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "integration"))
import link_world
import table
from central_world import in_memory
from drain_senders import Ours, Theirs
from link_world import World, wait_until
from local_usage import Usage, disk_bytes

EVENTS = {"assisted": 20_000, "synced": 500}  # by their queue: the second is slow
HANGING = 100  # events that are handed in while the receiver hangs
STILL = 8      # seconds without an arrival after which no more is expected


class Arrivals(threading.Thread):
    """Counts lines of the receiver's file as they come."""

    def __init__(self, path, wanted):
        super().__init__(daemon=True)
        self._path, self._wanted = path, wanted
        self.count, self.first, self.last, self.at_first = 0, None, None, 0
        self._stopped = False
        self.start()

    def run(self):
        while not self._path.exists() and not self._stopped:
            time.sleep(0.002)
        with open(self._path, "rb") as file:
            while self.count < self._wanted and not self._stopped:
                if new := file.read(1 << 20).count(b"\n"):
                    self.last = time.monotonic()
                    self.count += new
                    if self.first is None:
                        self.first, self.at_first = self.last, self.count
                else:
                    time.sleep(0.002)

    def stop(self):
        self._stopped = True
        self.join()

    def rate(self):
        """Events a second, from the first to the last."""
        return (self.count - self.at_first) / (self.last - self.first)


def wait_for(arrivals, seconds=600):
    arrivals.join(seconds)
    if arrivals.is_alive():
        raise AssertionError(f"{arrivals.count} events have arrived")


class Disk:
    """Bytes that the disk under a folder gets meanwhile, from whomever."""

    def __init__(self, folder):
        self._folder = folder

    def __enter__(self):
        os.sync()
        self._before = disk_bytes(self._folder)
        return self

    def __exit__(self, *_):
        os.sync()
        self._bytes = None if self._before is None else disk_bytes(self._folder) - self._before

    def figure(self, events):
        """Nothing where it cannot be known."""
        return {} if self._bytes is None else {"written": self._bytes / events}


class Bench:
    def __init__(self, options):
        self._options = options
        self._temporary = tempfile.TemporaryDirectory(prefix="vaktpost-drain-", dir=options.folder)
        self.folder = self._temporary.name
        self.texts = []  # the records of ours, for theirs

    def senders(self, kind, world, receiver):
        folder = tempfile.mkdtemp(dir=self.folder)
        if kind == "ours":
            return Ours(folder, world, receiver, self._options.stage)
        return Theirs(folder, world, receiver, kind, self.texts)

    def run(self, measure, kind, *arguments):
        """One round with a receiver of its own."""
        world = World(self._options.link)
        try:
            receiver = world.rsyslog()
            sender = self.senders(kind, world, receiver)
            try:
                return measure(self, sender, receiver, *arguments)
            finally:
                sender.close()
        finally:
            world.close()

    def keep_texts(self, sender):
        if isinstance(sender, Ours) and not self.texts:
            self.texts = sender.texts()


def costs(sender, usage, events):
    names = list(sender.groups())
    return {"cpu": sum(usage.seconds(name) for name in names) / events * 1e6,
            **{kind: sum(usage.peak(name, kind) for name in names) for kind in ("pss", "rss")},
            **{name: usage.peak(name, "rss") for name in names}}


def backlog(bench, sender, receiver, events):
    receiver.kill()
    sender.begin()
    with Usage(sender.groups(), 0.05) as usage, Disk(bench.folder) as disk:
        began = time.monotonic()
        sender.hand_in(events)
        taken = events / (time.monotonic() - began)
        os.sync()  # a receiver is away for long enough
        bench.keep_texts(sender)
        arrivals = Arrivals(receiver.output, events)
        receiver.start()
        sender.send()
        wait_for(arrivals)
    check_complete(receiver, events)
    return {"taken": taken, "drained": arrivals.rate(), **disk.figure(events), **costs(sender, usage, events)}


def through(bench, sender, receiver, events):
    sender.begin()
    sender.send()
    arrivals = Arrivals(receiver.output, events)
    with Usage(sender.groups(), 0.05) as usage, Disk(bench.folder) as disk:
        began = time.monotonic()
        sender.hand_in(events)
        wait_for(arrivals)
    check_complete(receiver, events)
    return {"drained": events / (arrivals.last - began), **disk.figure(events), **costs(sender, usage, events)}


def killed(_, sender, receiver):
    """How many events are gone for good."""
    sender.begin()
    sender.send()
    arrivals = Arrivals(receiver.output, 1 << 40)
    sender.hand_in(1)
    wait_until(lambda: arrivals.count == 1, "the first event")
    receiver.process.send_signal(signal.SIGSTOP)
    sender.hand_in(HANGING)
    time.sleep(1)  # for what it sends
    sender.kill()
    receiver.kill()
    receiver.start()
    sender.begin()
    sender.send()
    changed, count = time.monotonic(), arrivals.count
    while len(numbers(receiver)) <= HANGING and time.monotonic() < changed + STILL:
        time.sleep(0.1)
        if arrivals.count != count:
            changed, count = time.monotonic(), arrivals.count
    arrivals.stop()
    return {"lost": 1 + HANGING - len(numbers(receiver))}


def numbers(receiver):
    return {json.loads(line)["seq"] for line in receiver.received()}


def check_complete(receiver, events):
    if len(numbers(receiver)) != events:
        raise AssertionError(f"{len(numbers(receiver))} of {events} events have arrived")


COSTS = (("written", "the disk got", "bytes/event"), ("cpu", "processor", "us/event"),
         ("pss", "memory of the sender", "MB PSS"),
         ("rss", "memory of the sender", "MB RSS"), ("log", "of which our log", "MB RSS"),
         ("link", "of which our link", "MB RSS"))
FIGURES = {"backlog": (("taken", "events handed in", "1/s"), ("drained", "events drained", "1/s"), *COSTS),
           "through": (("drained", "events drained", "1/s"), *COSTS),
           "killed": (("lost", f"lost of {1 + HANGING} events", "events"),)}
MEASURES = {"backlog": backlog, "through": through, "killed": killed}


def rows_beside(bench, queue, events, rounds):
    """Ours and theirs in turns."""
    samples = {}
    for _ in range(rounds):
        for name, measure in MEASURES.items():
            for kind in ("ours", queue):
                arguments = () if name == "killed" else (events,)
                for figure, value in bench.run(measure, kind, *arguments).items():
                    samples.setdefault((name, figure, kind), []).append(value)
    rows = []
    for name, figures in FIGURES.items():
        for figure, words, unit in figures:
            ours, theirs = (samples.get((name, figure, kind), ()) for kind in ("ours", queue))
            rows.append(table.Row(name, words, unit, ours, f"omrelp, {queue}" if theirs else "", theirs))
    return rows


def arguments():
    parser = argparse.ArgumentParser(description="From an event to the centre, beside omrelp.")
    parser.add_argument("link", help="the program vaktpost-link")
    parser.add_argument("stage", help="the program drain_stage")
    parser.add_argument("--queue", choices=EVENTS, help="only beside this one of theirs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, help=f"in each measure; otherwise {EVENTS}")
    parser.add_argument("--folder", default="/tmp", help="on the disk that logs and queues are to be on")
    return parser.parse_args()


def main():
    options = arguments()
    if reason := link_world.missing():
        sys.exit(reason)
    tempfile.tempdir = in_memory()  # the receiver's disk is not what is measured
    bench = Bench(options)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    for queue in [options.queue] if options.queue else EVENTS:
        events = options.events or EVENTS[queue]
        rows = rows_beside(bench, queue, events, options.rounds)
        print(f"\n{events} events, {options.rounds} rounds\n{table.text(rows)}", flush=True)


if __name__ == "__main__":
    main()
