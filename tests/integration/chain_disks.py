#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full, at the workstation and at the centre, with the whole chain at work. chain_world.py says what is real.
VAKTPOST_SOAK=1: the full counts.

chain_disks.py VAKTPOSTD VAKTPOST VAKTPOST-LINK CRASH_POINTS"""
import shutil
import tempfile
import unittest
from pathlib import Path

import chain_world
from central_world import in_memory, until
from chain_oracle import assert_complete, assert_once_and_in_order
from chain_world import SOAK, Centre, Workstation, run

PAGE = 8192  # bytes, of PostgreSQL's
QUEUED = 4096  # records that the agent keeps in memory while its disk is full
SMALL = ["-t", "tmpfs", "-o", "size=4m", "tmpfs"]
MORE = 20_000 if SOAK else 500  # than it can keep


class Ballast:
    """Fills a small file system, but for so many bytes."""

    def __init__(self, folder, leaves):
        self.path = Path(folder, "ballast")
        with self.path.open("wb") as file:
            file.write(bytes(max(0, shutil.disk_usage(folder).free - leaves)))

    def remove(self):
        self.path.unlink()


class FullWorkstation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(Centre())

    def setUp(self):
        host = "ward-killed" if "killed" in self.id() else "ward-overflowing"
        self.workstation = self.enterContext(Workstation(self.centre, host, state=SMALL))
        self.workstation.make(50)
        self.workstation.delivered()

    def fill(self):
        """Until nothing more can be stored; the ballast."""
        ballast = Ballast(self.workstation.state, leaves=200_000)
        while "log" not in [lost["source"] for lost in self.workstation.status_now()["lost"]]:
            self.workstation.make(100)
        return ballast

    def make_room(self, ballast):
        counted = self.workstation.head()
        ballast.remove()
        # The agent tries again every minute at last.
        until("the log", lambda: self.workstation.newest()[:2] >= counted, 180)
        self.workstation.make(10)
        self.workstation.delivered(180)

    def test_what_memory_does_not_hold_while_the_disk_is_full_is_a_gap_that_is_named(self):
        ballast = self.fill()
        self.workstation.make(QUEUED + MORE)
        self.make_room(ballast)
        stored, gaps = assert_once_and_in_order(self, self.workstation)
        self.assertGreater(stored, QUEUED)
        self.assert_named(self.workstation, gaps)

    def test_an_agent_that_is_killed_while_the_disk_is_full_loses_nothing_that_was_stored(self):
        ballast = self.fill()
        self.workstation.make(100)
        newest = self.workstation.newest()
        self.workstation.kill_agent()
        self.workstation.start_agent()
        self.workstation.make(100)
        self.make_room(ballast)
        stored, gaps = assert_once_and_in_order(self, self.workstation)
        self.assertEqual(gaps, [])
        self.assertGreater(stored, newest[1])
        self.assertIn(newest[2], self.centre.lines(self.workstation.host))
        assert_complete(self, self.workstation)

    def assert_named(self, workstation, gaps):
        """`log verify` names this gap, and nothing else."""
        (epoch, first, last, count), = gaps
        self.assertEqual(count, last - first + 1)
        status, verdict = workstation.verify()
        self.assertEqual((status, verdict["verdict"]), (1, "explained"), verdict)
        self.assertEqual([(finding["kind"], finding["epoch"], finding["first"], finding["last"])
                          for finding in verdict["findings"]], [("lost", epoch, first, last)])
        self.assertEqual([(part["first"], part["last"]) for part in verdict["complete"]],
                         [(1, first - 1), (last + 1, workstation.newest()[1])])


class FullCentre(unittest.TestCase):
    def setUp(self):
        """PostgreSQL on a file system of 160 MiB, which it fills by two thirds."""
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="vaktpost-full-", dir=in_memory()))
        Path(folder).chmod(0o755)
        run("mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder)
        self.addCleanup(run, "umount", "--lazy", folder)
        self.centre = self.enterContext(Centre(on_disk=folder))
        self.folder = folder

    def test_postgresql_s_disk_is_full_and_nothing_is_acknowledged_that_it_did_not_store(self):
        workstation = self.enterContext(Workstation(self.centre, "ward-1"))
        workstation.make(50)
        workstation.delivered()
        ballast = Ballast(self.folder, leaves=PAGE * 40)
        while shutil.disk_usage(self.folder).free >= PAGE:
            workstation.make(50)
        workstation.make(200)
        self.assertIn("No space left", self.error_of_a_table())
        self.assertGreaterEqual(workstation.newest()[1] - workstation.acknowledged()[1], 200)
        ballast.remove()
        # Whoever made room starts it again: without room for its journal it has given up.
        self.centre.kill_postgres()
        self.centre.start_postgres()
        workstation.delivered(600)
        self.assertEqual(assert_once_and_in_order(self, workstation)[1], [])
        assert_complete(self, workstation)

    def error_of_a_table(self):
        return self.centre.psql("--command", "CREATE TABLE more AS SELECT generate_series(1, 10000)",
                                check=False).stderr.decode()


if __name__ == "__main__":
    chain_world.main()
