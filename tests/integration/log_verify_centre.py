#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost log verify` of a real centre: PostgreSQL with the centre's schema, and every manipulation by SQL.

log_verify_centre.py VAKTPOST"""
import datetime
import json
import re
import subprocess
import sys
import unittest

import central_world
from central_world import CentralWorld
from record_maker import NOBODY, Workstation, digest

PATIENCE = 50  # seconds until an answer counts as missing
COMPLETE, EXPLAINED, UNEXPLAINED, UNREADABLE = 0, 1, 2, 3

vaktpost = sys.argv[1]
# Young enough for the centre to have a partition for.
START = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=3)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Centre(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(CentralWorld())
        cls.source = f"postgresql:///vaktpost?host={cls.centre.sockets}&port={cls.centre.sql_port}&user=vaktpost_reader"

    def setUp(self):
        self.sql("TRUNCATE vaktpost.event, vaktpost.head, vaktpost.checkpoint")
        self.station, self.other = Workstation("ward-pc-7", START), Workstation("ward-pc-8", START)
        self.store(self.station.records(40, device='"quoted" \\ backslash\n', cause="åpen"))
        self.store(self.other.records(10))

    def sql(self, *statements):
        """As PostgreSQL's superuser: whoever has that can do anything, but not in silence."""
        self.centre.psql(input="".join(statement + ";\n" for statement in statements).encode())

    def store(self, lines):
        texts = "".join(f"SELECT vaktpost.store({quoted(line)});\n" for line in lines)
        self.centre.psql(role="vaktpost_writer", input=texts.encode())

    def verify(self, status, *more):
        done = subprocess.run([vaktpost, "log", "verify", "--json", self.source, *more], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
        *hosts, _ = [json.loads(line) for line in done.stdout.splitlines()]
        return {host["host"]: host for host in hosts}

    def found(self, kind, host="ward-pc-7", **wanted):
        """The one host has this finding, and the other one is complete."""
        hosts = self.verify(UNEXPLAINED)
        self.assertEqual(hosts["ward-pc-8"]["verdict"], "complete")
        for finding in hosts[host]["findings"]:
            if finding["kind"] == kind and all(finding.get(key) == value for key, value in wanted.items()):
                return finding
        raise AssertionError(f"no {kind} {wanted} in {json.dumps(hosts[host]['findings'], indent=1)}")

    def test_an_untouched_centre_is_complete(self):
        hosts = self.verify(COMPLETE)
        self.assertEqual([(name, host["complete"], host["findings"]) for name, host in hosts.items()],
                         [("ward-pc-7", [{"epoch": 1, "first": 1, "last": 40}], []),
                          ("ward-pc-8", [{"epoch": 1, "first": 1, "last": 10}], [])])

    def test_a_record_removed(self):
        self.sql("DELETE FROM vaktpost.event WHERE host = 'ward-pc-7' AND seq = 17")
        self.found("missing", epoch=1, first=17, last=17)

    def test_a_record_changed(self):
        self.sql("UPDATE vaktpost.event SET line = replace(line, 'ward-3', 'ward-4') WHERE host = 'ward-pc-7' AND seq = 17")
        self.found("changed", epoch=1, first=17)

    def test_two_records_swapped(self):
        self.sql("UPDATE vaktpost.event SET seq = 35 - seq WHERE host = 'ward-pc-7' AND seq IN (17, 18)")
        self.found("reordered", epoch=1, first=17)

    def test_a_record_put_in(self):
        line = self.station.lines[16].replace('"seq":17', '"seq":41')
        self.sql(f"INSERT INTO vaktpost.event SELECT day, host, epoch, 41, digest, stored, time, type, severity, labels, "
                 f"{quoted(line)} FROM vaktpost.event WHERE host = 'ward-pc-7' AND seq = 17")
        self.assertIn("behind its head 1/40", self.found("inserted", epoch=1, first=41)["text"])

    def test_the_tail_cut_off(self):
        self.sql("DELETE FROM vaktpost.event WHERE host = 'ward-pc-7' AND seq > 30")
        self.found("tail_cut", epoch=1, first=31, last=40)

    def test_the_tail_cut_off_and_its_head_with_it(self):
        self.sql("DELETE FROM vaktpost.event WHERE host = 'ward-pc-7' AND seq > 30",
                 "DELETE FROM vaktpost.head WHERE host = 'ward-pc-7'")
        self.assertIn("lost this host's head", self.found("missing")["text"])

    def test_a_host_removed_but_for_its_head(self):
        self.sql("DELETE FROM vaktpost.event WHERE host = 'ward-pc-7'")
        self.found("tail_cut", epoch=1, first=1, last=40)

    def test_an_old_epoch_replayed_through_the_front_door(self):
        prev, replayed = NOBODY, []
        for line in self.station.lines:
            text = re.sub('"prev":"[0-9a-f]{64}"', f'"prev":"{prev}"', line.replace('"epoch":1,', '"epoch":2,'))
            replayed.append(text)
            prev = digest(text)
        self.store(replayed)
        self.found("replayed", epoch=2, first=1, last=40)

    def test_two_hosts_with_one_name(self):
        self.store(Workstation("ward-pc-7", START).records(20))
        self.assertIn("two hosts with one name", self.found("two_hosts", epoch=1, first=1)["text"])

    def test_a_record_of_another_host_in_a_hosts_rows(self):
        line = self.station.lines[16].replace("ward-pc-7", "ward-pc-9")
        self.sql(f"UPDATE vaktpost.event SET line = {quoted(line)} WHERE host = 'ward-pc-7' AND seq = 17")
        self.assertEqual(len(self.verify(UNEXPLAINED)), 3)
        self.found("missing", epoch=1, first=17)
        self.found("other_host", epoch=1, first=18)

    def test_what_a_host_sends_that_is_no_record_is_held_against_it(self):
        self.store(['{"host": "ward-pc-7", "epoch": 1, "seq": 41}'])
        self.found("unreadable", epoch=1, first=41)

    def test_retention_is_explained_by_its_checkpoint_and_explains_no_record_more(self):
        old = Workstation("ward-pc-7", START)
        self.sql("TRUNCATE vaktpost.event, vaktpost.head, vaktpost.checkpoint",
                 *[f"SELECT vaktpost.make_day(current_date - {day})" for day in range(8)])
        self.store(self.other.lines)
        old.records(10)
        old.wait(days=2)
        self.store([*old.lines, *old.records(10)])
        self.sql("SELECT vaktpost.retain(2)")
        done = subprocess.run([vaktpost, "log", "verify", "--json", self.source], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        hosts = {host["host"]: host for host in map(json.loads, done.stdout.splitlines()[:-1])}
        self.assertEqual(hosts["ward-pc-7"]["verdict"], "explained", hosts)
        self.assertEqual([finding["kind"] for finding in hosts["ward-pc-7"]["findings"]], ["retained"])
        self.assertEqual(hosts["ward-pc-7"]["complete"], [{"epoch": 1, "first": 11, "last": 20}])
        self.sql("DELETE FROM vaktpost.event WHERE host = 'ward-pc-7' AND seq = 11")
        hosts = self.verify(UNEXPLAINED)
        self.assertEqual([(finding["kind"], finding["first"], finding["last"]) for finding in hosts["ward-pc-7"]["findings"]],
                         [("retained", 1, 10), ("missing", 11, 11)])

    def test_whoever_may_not_read_is_told_by_psql(self):
        source = self.source.replace("vaktpost_reader", "vaktpost_writer")
        done = subprocess.run([vaktpost, "log", "verify", source], capture_output=True, text=True, timeout=PATIENCE,
                              check=False)
        self.assertEqual((done.returncode, done.stdout), (UNREADABLE, ""))
        self.assertIn("permission denied", done.stderr)


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(f"skip: {reason}")
        sys.exit(77)
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
