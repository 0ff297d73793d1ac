#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The centre acknowledges nothing that PostgreSQL does not have, whatever keeps it from storing; and stores it after."""
import sys
import unittest

import central_world
from central_sender import RelpSender, chain, send_by_syslog
from central_world import CentralWorld, until

DOWN = 2  # seconds in which nothing may be acknowledged


class Storing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(CentralWorld())

    def host(self):
        """A host of this test's own, and its certificate and key."""
        name = self.id().rsplit(".", 1)[1][:60].rstrip("_").replace("_", "-")
        return name, *self.centre.issue(name)

    def test_nothing_is_acknowledged_while_postgresql_is_down_and_all_is_stored_after(self):
        host, certificate, key = self.host()
        records = chain(host, 20)
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records[:10])
            sender.wait()
            self.centre.kill_postgres()
            sender.send(*records[10:])
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.start_postgres()
            sender.wait()
        self.assertEqual(self.centre.lines(host), records)

    def test_a_receiver_that_starts_without_postgresql_acknowledges_only_when_it_is_there(self):
        host, certificate, key = self.host()
        records = chain(host, 3)
        self.centre.kill_rsyslog()
        self.centre.kill_postgres()
        self.centre.start_rsyslog()
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.start_postgres()
            sender.wait()
        self.assertEqual(self.centre.lines(host), records)

    def test_a_receiver_that_is_stopped_while_postgresql_is_down_acknowledges_nothing(self):
        host, certificate, key = self.host()
        with RelpSender(self.centre, certificate, key) as sender:
            self.centre.kill_postgres()
            sender.send(*chain(host, 3))
            self.assertTrue(sender.silent(DOWN), "acknowledged without a database")
            self.centre.stop_rsyslog()
            self.assertTrue(sender.silent(DOWN), "acknowledged on the way out")
        self.centre.start_postgres()
        self.centre.start_rsyslog()
        self.assertEqual(self.centre.lines(host), [])

    def test_an_error_of_the_database_is_no_acknowledgement(self):
        """A full disk for example: the statement fails and the connection lives."""
        host, certificate, key = self.host()
        records = chain(host, 3)
        self.centre.sql("ALTER TABLE vaktpost.event ADD CONSTRAINT full_disk CHECK (seq <> 2) NOT VALID")
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            sender.take_answer()
            self.assertTrue(sender.silent(DOWN), "acknowledged although the statement failed")
            self.centre.sql("ALTER TABLE vaktpost.event DROP CONSTRAINT full_disk")
            sender.wait()
        self.assertEqual(self.centre.lines(host), records)

    def test_a_statement_that_waits_is_not_acknowledged_before_it_is_done(self):
        host, certificate, key = self.host()
        records = chain(host, 1)
        blocker = self.centre.open_sql("BEGIN; LOCK TABLE vaktpost.event IN ACCESS EXCLUSIVE MODE; SELECT 'locked';")
        with RelpSender(self.centre, certificate, key) as sender:
            sender.send(*records)
            self.assertTrue(sender.silent(DOWN), "acknowledged before the commit")
            blocker.communicate(timeout=central_world.PATIENCE)
            sender.wait()
        self.assertEqual(self.centre.lines(host), records)

    def test_commits_wait_for_the_disk_whatever_the_server_s_setting_is(self):
        self.centre.sql("ALTER SYSTEM SET synchronous_commit = off")
        self.centre.sql("SELECT pg_reload_conf()")
        self.assertEqual(self.centre.value("SHOW synchronous_commit", role="vaktpost_writer"), "on")
        self.assertEqual(self.centre.value("SHOW fsync"), "on")

    def test_records_by_rfc_5425_are_stored_too(self):
        host, certificate, key = self.host()
        records = chain(host, 50)
        send_by_syslog(self.centre, certificate, key, *records)
        until("all of them", lambda: self.centre.lines(host) == records)


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
