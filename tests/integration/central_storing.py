#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The centre acknowledges a record only when PostgreSQL has it: across SIGKILL of rsyslog and of PostgreSQL, at random, and
while PostgreSQL cannot store. VAKTPOST_SOAK=1: the full count."""
import os
import random
import signal
import sys
import threading
import time
import unittest

import central_world
from central_sender import RelpSender, chain, send_by_syslog
from central_world import CentralWorld, children, until

SOAK = os.environ.get("VAKTPOST_SOAK") == "1"
RECORDS = 100_000 if SOAK else 3000
KILLS = 200 if SOAK else 6
DOWN = 3  # seconds in which nothing may be acknowledged
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


class Storing(unittest.TestCase):
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
        workstation = Workstation(self.centre, "ward-1", 1500)
        for _ in range(20 if SOAK else 4):
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

    def test_nothing_is_acknowledged_while_postgresql_is_down_and_all_is_stored_after(self):
        records = chain("ward-1", 20)
        certificate, key = self.centre.issue("ward-1")
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records[:10])
            sender.wait()
            self.centre.kill_postgres()
            sender.send(*records[10:])
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.start_postgres()
            sender.wait()
        self.assertEqual(self.centre.lines(), records)

    def test_a_receiver_that_starts_without_postgresql_acknowledges_only_when_it_is_there(self):
        records = chain("ward-1", 3)
        certificate, key = self.centre.issue("ward-1")
        self.centre.kill_rsyslog()
        self.centre.kill_postgres()
        self.centre.start_rsyslog()
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.start_postgres()
            sender.wait()
        self.assertEqual(self.centre.lines(), records)

    def test_a_receiver_that_is_stopped_while_postgresql_is_down_acknowledges_nothing(self):
        certificate, key = self.centre.issue("ward-1")
        with RelpSender(self.centre, certificate, key) as sender:
            self.centre.kill_postgres()
            sender.send(*chain("ward-1", 3))
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.stop_rsyslog()
            self.assertTrue(sender.silent(DOWN), "acknowledged on the way out")
        self.centre.start_postgres()
        self.assertEqual(self.centre.lines(), [])

    def test_an_error_of_the_database_is_no_acknowledgement(self):
        """A full disk for example: the statement fails and the connection lives."""
        certificate, key = self.centre.issue("ward-1")
        records = chain("ward-1", 3)
        self.centre.sql("ALTER TABLE vaktpost.event ADD CONSTRAINT full_disk CHECK (seq <> 2) NOT VALID")
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            sender.take_answer()
            self.assertTrue(sender.silent(DOWN), "acknowledged although the statement failed")
            self.centre.sql("ALTER TABLE vaktpost.event DROP CONSTRAINT full_disk")
            sender.wait()
        self.assertEqual(self.centre.lines(), records)

    def test_a_statement_that_waits_is_not_acknowledged_before_it_is_done(self):
        certificate, key = self.centre.issue("ward-1")
        records = chain("ward-1", 1)
        blocker = self.centre.open_sql("BEGIN; LOCK TABLE vaktpost.event IN ACCESS EXCLUSIVE MODE; SELECT 'locked';")
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            self.assertTrue(sender.silent(DOWN), "acknowledged before the commit")
            blocker.stdin.close()
            blocker.wait(central_world.PATIENCE)
            sender.wait()
        self.assertEqual(self.centre.lines(), records)

    def test_commits_wait_for_the_disk_whatever_the_server_s_setting_is(self):
        self.centre.sql("ALTER SYSTEM SET synchronous_commit = off")
        self.centre.sql("SELECT pg_reload_conf()")
        self.assertEqual(self.centre.value("SHOW synchronous_commit", role="vaktpost_writer"), "on")
        self.assertEqual(self.centre.value("SHOW fsync"), "on")

    def test_records_by_rfc_5425_are_stored_too(self):
        records = chain("ward-1", 50)
        certificate, key = self.centre.issue("ward-1")
        send_by_syslog(self.centre, certificate, key, *records)
        until("all of them", lambda: self.centre.value("SELECT count(*) FROM vaktpost.event") == "50")
        self.assertEqual(self.centre.lines(), records)


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
