#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of agent, link, rsyslog, psql and PostgreSQL, at named crash points (chain_points.py) and at random, while records
are made, pruned and sent. chain_world.py says what is real. VAKTPOST_SOAK=1: 100,000 events and 300 kills.

chain_killing.py VAKTPOSTD VAKTPOST VAKTPOST-LINK CRASH_POINTS"""
import contextlib
import itertools
import random
import threading
import time
import unittest

import chain_world
from central_world import until
from chain_oracle import assert_complete, assert_once_and_in_order
from chain_points import POINTS, Killer
from chain_world import SOAK, Centre, Workstation

RECORDS = 100_000 if SOAK else 1500
ROUNDS = 12 if SOAK else 1  # of all named points
RANDOM_KILLS = 144 if SOAK else 4
MOST_WAITING = 300  # records; what waits may not be pushed out of the log, which has room for some 1300
SEED = random.randrange(1 << 32)


class Load(threading.Thread):
    """Keeps the agent recording, whoever is dead."""

    def __init__(self, workstation):
        super().__init__(daemon=True)
        self.workstation, self.enough = workstation, None
        self.start()

    def finish(self, count):
        """Goes on until there are so many records."""
        self.enough = count
        self.join()

    def run(self):
        for number in itertools.count():
            with contextlib.suppress(OSError, ValueError, KeyError):  # the agent was killed while it was asked
                if number % 20 == 0:
                    stored = self.workstation.newest()[1]
                    if self.enough is not None and stored >= self.enough:
                        return
                    until("the centre", lambda: self.has_room(stored), 600)
                self.workstation.stir()
            time.sleep(0.0005)

    def has_room(self, stored):
        return stored - self.workstation.acknowledged()[1] < MOST_WAITING


class Killing(unittest.TestCase):
    def test_what_was_acknowledged_is_at_the_centre_once_and_in_order_whoever_is_killed_wherever(self):
        print(f"seed {SEED}")
        chance = random.Random(SEED)
        kills = POINTS * ROUNDS + [None] * RANDOM_KILLS
        chance.shuffle(kills)
        began = time.monotonic()
        self.centre = self.enterContext(Centre())
        self.workstation = self.enterContext(Workstation(self.centre, "ward-1", size_mib=1, heartbeat="1min"))
        self.killer = Killer(self.centre, self.workstation)
        self.committed = {}
        load = Load(self.workstation)
        for point in kills:
            self.progress(chance.randrange(RECORDS // len(kills)))
            self.kill(point, chance)
        load.finish(RECORDS)
        self.workstation.delivered()
        count, gaps = assert_once_and_in_order(self, self.workstation)
        self.assertEqual(gaps, [])
        assert_complete(self, self.workstation)
        self.assert_what_was_committed_is_there()
        self.assertGreaterEqual(count, RECORDS)
        print(f"{count} records, {len(kills)} kills, {time.monotonic() - began:.0f} s")

    def progress(self, count):
        wanted = self.workstation.acknowledged()[1] + count
        until("progress", lambda: self.has_come_to(wanted), 300)

    def has_come_to(self, wanted):
        self.workstation.assert_agent_lives()
        return self.workstation.acknowledged()[1] >= wanted

    def kill(self, point, chance):
        who = point.who if point else chance.choice(["agent", "link", "rsyslog", "postgresql"])
        with self.subTest(kill=who, at=point.meaning if point else "random"):
            pid = self.killer.strike(point) if point else None
            acknowledged = self.workstation.acknowledged()
            epoch, seq, text = self.workstation.newest()
            self.committed[epoch, seq] = text
            self.killer.kill(who, pid)
            self.assertEqual(self.centre.holds(self.workstation.host, acknowledged), acknowledged[1],
                             "acknowledged and lost, or twice")
            self.assertGreaterEqual(self.workstation.newest()[:2], (epoch, seq), "committed and lost")

    def assert_what_was_committed_is_there(self):
        stored = set(self.centre.lines(self.workstation.host))
        for place, text in self.committed.items():
            self.assertIn(text, stored, f"{place} was committed, and is not at the centre")


if __name__ == "__main__":
    chain_world.main()
