#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of rsyslog, of PostgreSQL and of single processes of it, at random: what the centre acknowledged is stored, once
and in order. VAKTPOST_SOAK=1: the full count."""
import os
import random
import signal
import sys
import threading
import time
import unittest

import central_world
from central_sender import RelpSender, chain
from central_world import CentralWorld, children, until

SOAK = os.environ.get("VAKTPOST_SOAK") == "1"
RECORDS = 99_999 if SOAK else 1500
KILLS = 200 if SOAK else 6
SEED = random.randrange(1 << 32)


class Workstation(threading.Thread):
    """Sends its records until each is acknowledged, anew from the first that is not when the connection breaks."""

    def __init__(self, centre, host, count):
        super().__init__(daemon=True)
        self.centre, self.host = centre, host
        self.records = chain(host, count)
        self.certificate, self.key = centre.issue(host)
        self.acknowledged = self.connections = 0
        self.start()

    def run(self):
        while self.acknowledged < len(self.records):
            sender, before = None, self.acknowledged
            try:
                sender = RelpSender(self.centre, self.certificate, self.key)
                self.connections += 1
                for text in self.records[before:]:
                    sender.send(text)
                    self.acknowledged = before + sender.acknowledged
                while sender.acknowledged < sender.sent:
                    sender.take_answer()
                    self.acknowledged = before + sender.acknowledged
            except (OSError, central_world.Missing):  # the connection, TLS, a time that ran out
                time.sleep(0.05)
            finally:
                if sender:
                    self.acknowledged = before + sender.acknowledged
                    sender.socket.close()


class Killing(unittest.TestCase):
    def setUp(self):
        self.centre = self.enterContext(CentralWorld())

    def assert_stored_once_in_order(self, workstation):
        self.assertEqual(self.centre.lines(workstation.host), workstation.records)

    def finish(self, *workstations):
        for workstation in workstations:
            until(f"the last acknowledgement of {workstation.host}", lambda: not workstation.is_alive(),
                  3600 if SOAK else 120)
            self.assert_stored_once_in_order(workstation)

    def test_what_was_acknowledged_is_stored_once_and_in_order_whoever_is_killed(self):
        print(f"seed {SEED}")
        chance = random.Random(SEED)
        workstations = [Workstation(self.centre, f"ward-{number}", RECORDS // 3) for number in range(3)]
        for count in range(KILLS):
            before = sum(workstation.acknowledged for workstation in workstations)
            wanted = before + chance.randrange(RECORDS // KILLS)
            until("progress", lambda: sum(workstation.acknowledged for workstation in workstations) >= wanted
                  or not any(workstation.is_alive() for workstation in workstations), 600)
            claimed = {workstation.host: workstation.acknowledged for workstation in workstations}
            if count % 2:
                self.centre.kill_postgres()
                # What was claimed before the kill must be there after it; what is claimed from here on is checked at the end.
                self.centre.start_postgres()
            else:
                self.centre.kill_rsyslog()
                self.centre.start_rsyslog()
            for host, number in claimed.items():
                stored = int(self.centre.value(f"SELECT count(*) FROM vaktpost.event WHERE host = '{host}'"))
                self.assertGreaterEqual(stored, number, f"kill {count}: acknowledged and lost")
        self.finish(*workstations)
        self.assertGreater(sum(workstation.connections for workstation in workstations), len(workstations))

    def test_a_killed_process_of_postgresql_loses_nothing(self):
        """The server restarts all its processes then: the moment in which a statement fails and the next one works."""
        workstation = Workstation(self.centre, "ward-1", RECORDS)
        for _ in range(KILLS):
            wanted = workstation.acknowledged + 100
            until("progress", lambda: workstation.acknowledged >= wanted or not workstation.is_alive())
            for pid in children(self.centre.postgres_pid()):
                if b"vaktpost_writer" in self.command_line(pid):
                    os.kill(pid, signal.SIGKILL)
        self.finish(workstation)

    @staticmethod
    def command_line(pid):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                return line.read()
        except OSError:
            return b""


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
