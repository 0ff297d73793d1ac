#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost log verify` of a workstation's own database, alone and beside the centre: whole, and tampered with.

log_verify_database.py VAKTPOST EVENTS_APPENDER"""
import json
import pathlib
import re
import sqlite3
import tempfile

from log_verify_world import COMPLETE, EXPLAINED, UNEXPLAINED, UNREADABLE, WorkstationLog, main, run, text_of
from record_maker import NOBODY, Workstation, digest


class Database(WorkstationLog):
    """A workstation's own database."""

    def test_an_untouched_log_is_complete(self):
        host = self.host(COMPLETE)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": self.last()}])
        self.assertEqual(host["findings"], [])

    def test_a_record_removed(self):
        self.sql("DELETE FROM event WHERE seq = 17")
        self.finding(self.host(UNEXPLAINED), "missing", epoch=1, first=17, last=17)

    def test_a_record_changed(self):
        self.sql("UPDATE event SET record = replace(record, 'ward-3', 'ward-4') WHERE seq = 17",
                 "UPDATE event SET record = replace(record, '\"outcome\":\"enforced\"', '\"outcome\":\"observed\"') WHERE seq = 17")
        finding = self.finding(self.host(UNEXPLAINED), "changed", epoch=1, first=17)
        self.assertIn("1/17", finding["text"])

    def test_two_records_swapped(self):
        self.sql("UPDATE event SET seq = 1000000 WHERE seq = 17", "UPDATE event SET seq = 17 WHERE seq = 18",
                 "UPDATE event SET seq = 18 WHERE seq = 1000000")
        host = self.host(UNEXPLAINED)
        self.finding(host, "misplaced", epoch=1, first=17)
        self.finding(host, "misplaced", epoch=1, first=18)

    def test_two_records_swapped_and_given_each_others_numbers(self):
        a, b = self.record(17), self.record(18)
        self.sql(("UPDATE event SET record = ? WHERE seq = 17", (b.replace('"seq":18', '"seq":17'),)),
                 ("UPDATE event SET record = ? WHERE seq = 18", (a.replace('"seq":17', '"seq":18'),)))
        self.finding(self.host(UNEXPLAINED), "inserted", epoch=1, first=17)

    def test_a_record_put_in_behind_the_last(self):
        last = self.last()
        self.insert(1, last + 1, self.record(17).replace('"seq":17', f'"seq":{last + 1}'))
        host = self.host(UNEXPLAINED)
        self.assertIn(f"1/{last + 1}", self.finding(host, "changed", epoch=1, first=last)["text"])
        self.finding(host, "replayed", epoch=1, first=last + 1)

    def test_a_record_put_in_as_another_epoch(self):
        self.insert(7, 1, self.record(1).replace('"epoch":1', '"epoch":7'))
        host = self.host(UNEXPLAINED)
        self.assertIn("no record of epoch 2 to 6", self.finding(host, "missing", epoch=2)["text"])

    def test_the_first_records_removed(self):
        self.sql("DELETE FROM event WHERE seq <= 5")
        self.finding(self.host(UNEXPLAINED), "missing", epoch=1, first=1, last=5)

    def test_an_old_epoch_replayed_and_chained_anew(self):
        prev = NOBODY
        for seq in range(1, 31):
            text = self.record(seq).replace('"epoch":1', '"epoch":2')
            text = re.sub('"prev":"[0-9a-f]{64}"', f'"prev":"{prev}"', text)
            prev = digest(text)
            self.insert(2, seq, text)
        finding = self.finding(self.host(UNEXPLAINED), "replayed", epoch=2, first=1)
        self.assertIn("2/1 has the salt of 1/1", finding["text"])

    def test_an_old_epoch_copied_as_it_was(self):
        for seq in range(1, 4):
            self.insert(2, seq, self.record(seq))
        self.finding(self.host(UNEXPLAINED), "misplaced", epoch=2, first=1)

    def test_a_record_of_another_host(self):
        self.sql("UPDATE event SET record = replace(record, '\"host\":\"ward-pc-7\"', '\"host\":\"ward-pc-8\"') WHERE seq = 17")
        hosts, _ = self.verdict(self.path, status=UNEXPLAINED)
        self.finding(hosts["ward-pc-7"], "missing", epoch=1, first=17)
        self.finding(hosts["ward-pc-7"], "other_host", epoch=1, first=18)
        self.assertIn("ward-pc-8", hosts)

    def replace_all(self, lines):
        self.sql("DELETE FROM event")
        for line in lines:
            record = json.loads(line)
            self.insert(record["epoch"], record["seq"], line)

    def test_a_machine_that_was_renamed_goes_on_under_its_new_name(self):
        station = Workstation("before")
        station.records(10)
        station.host = "after"
        station.records(10)
        self.replace_all(station.lines)
        hosts, _ = self.verdict(self.path, status=EXPLAINED)
        self.assertEqual(hosts["before"]["complete"], [{"epoch": 1, "first": 1, "last": 10}])
        self.assertEqual(hosts["after"]["complete"], [{"epoch": 1, "first": 11, "last": 20}])
        self.finding(hosts["after"], "renamed", epoch=1, first=1, last=10)
        self.sql("DELETE FROM event WHERE seq = 11")
        self.finding(self.verdict(self.path, status=UNEXPLAINED)[0]["after"], "missing", epoch=1, first=1, last=11)

    def test_a_log_of_the_first_format_is_read(self):
        records = Workstation(self.HOST).records(10)
        self.path.unlink()
        with sqlite3.connect(self.path) as database:
            database.execute("PRAGMA application_id = 0x56616b74")
            database.execute("PRAGMA user_version = 1")
            database.execute("CREATE TABLE event(epoch INTEGER, seq INTEGER, record TEXT, PRIMARY KEY(epoch, seq)) WITHOUT ROWID")
            database.executemany("INSERT INTO event VALUES(1, ?, ?)", enumerate(records, 1))
        database.close()
        self.assertEqual(self.host(COMPLETE)["complete"], [{"epoch": 1, "first": 1, "last": 10}])

    def test_what_is_no_record_in_a_records_place(self):
        for text in ("gone", "", "{}", '{"v":1}', self.record(17) + " ", self.record(17)[:-1]):
            self.sql(("UPDATE event SET record = ? WHERE seq = 17", (text,)))
            self.finding(self.host(UNEXPLAINED), "unreadable", epoch=1, first=17)

    def test_two_machines_with_one_name(self):
        with tempfile.TemporaryDirectory() as other:
            here, self.folder = self.folder, pathlib.Path(other)
            self.append(30)
            self.folder = here
            hosts, _ = self.verdict(self.path, pathlib.Path(other) / "events.db", status=UNEXPLAINED)
        self.finding(hosts[self.HOST], "forked", epoch=1, first=1)

    def test_what_was_acknowledged_and_is_not_there_was_cut_off(self):
        last = self.last()
        self.sql(f"INSERT OR REPLACE INTO mark(name, epoch, seq) VALUES('acknowledged', 1, {last})")
        self.host(COMPLETE)
        self.sql(f"DELETE FROM event WHERE seq > {last - 3}")
        self.finding(self.host(UNEXPLAINED), "tail_cut", epoch=1, first=last - 2, last=last)

    def test_a_log_given_twice_is_the_same_log(self):
        hosts, summary = self.verdict(self.path, self.path, status=COMPLETE)
        self.assertEqual(summary["records"], self.last())

    def test_what_cannot_be_read(self):
        self.sql("DELETE FROM event")
        for source in (self.path, self.folder / "none", self.folder, "/dev/null"):
            done = run(source)
            self.assertEqual((done.returncode, done.stdout), (UNREADABLE, ""), source)
            self.assertTrue(done.stderr.startswith("vaktpost: "))

    def test_a_damaged_database_cannot_be_read(self):
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.path, "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 65536)
        self.assertEqual(run(self.path).returncode, UNREADABLE)


class BesideTheCentre(WorkstationLog):
    """A workstation's own database together with what the centre has of it."""

    def setUp(self):
        super().setUp()
        with sqlite3.connect(self.path) as database:
            self.records = [row[0] for row in database.execute("SELECT record FROM event ORDER BY epoch, seq")]
        database.close()

    def centre(self, lines):
        path = self.folder / "centre"
        path.write_text(text_of(lines))
        return path

    def both(self, lines, status):
        return self.verdict(self.centre(lines), self.path, status=status)[0][self.HOST]

    def test_both_with_everything_are_complete(self):
        self.assertEqual(self.both(self.records, COMPLETE)["findings"], [])

    def test_what_the_centre_does_not_have_yet_waits(self):
        host = self.both(self.records[:20], EXPLAINED)
        self.finding(host, "waiting", epoch=1, first=21, last=len(self.records))

    def test_what_the_workstation_says_was_acknowledged_the_centre_must_have(self):
        self.sql("INSERT OR REPLACE INTO mark(name, epoch, seq) VALUES('acknowledged', 1, 25)")
        host = self.both(self.records[:20], UNEXPLAINED)
        self.finding(host, "tail_cut", epoch=1, first=21, last=25)
        self.finding(host, "waiting", epoch=1, first=26)

    def test_a_record_changed_at_the_centre_is_told_by_the_workstation(self):
        forged = self.records[9].replace('"outcome":"enforced"', '"outcome":"observed"')
        host = self.both(self.records[:9] + [forged] + self.records[10:], UNEXPLAINED)
        self.finding(host, "forked", epoch=1, first=10)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": len(self.records)}])

    def test_a_record_that_the_workstation_lost_is_shown_by_the_centre(self):
        self.sql("DELETE FROM event WHERE seq = 17")
        finding = self.finding(self.both(self.records, UNEXPLAINED), "missing", epoch=1, first=17)
        self.assertIn("on the workstation", finding["text"])


if __name__ == "__main__":
    main()
