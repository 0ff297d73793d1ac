#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the centre keeps and for how long, what it says of hosts that fell silent, and what reviewers see."""
import datetime
import hashlib
import json
import sys
import threading
import unittest

import central_world
from central_sender import RelpSender, chain, record
from central_world import CentralWorld

NOW = datetime.datetime.now(datetime.timezone.utc)
DAYS = 30  # that stay, in these tests


def moment(days=0, minutes=0):
    """So many days and minutes before now, as a record has it."""
    return (NOW - datetime.timedelta(days=days, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def chained(host, moments, **more):
    """One record for each of these times."""
    made, prev = [], "0" * 64
    for seq, when in enumerate(moments, 1):
        made.append(record(host, seq, prev, moment=when, **more))
        prev = digest(made[-1])
    return made


class Keeping(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(CentralWorld())
        # As on a centre that has been running for longer.
        cls.centre.sql(f"SELECT vaktpost.make_day(current_date - day) FROM generate_series(0, {DAYS + 20}) AS day",
                       role="postgres")

    def store(self, *texts):
        statements = "".join("SELECT vaktpost.store('" + text.replace("'", "''") + "');\n" for text in texts)
        answers = self.centre.psql(role="vaktpost_writer", input=statements.encode()).stdout
        self.assertEqual(answers, b"OK\n" * len(texts))

    def retain(self, days=DAYS):
        return int(self.centre.value(f"SELECT vaktpost.retain({days})"))

    def again_make_days(self):
        self.centre.sql(f"SELECT vaktpost.make_day(current_date - day) FROM generate_series(0, {DAYS + 20}) AS day")

    def evidence(self, host):
        """Records, checkpoint and head of a host; None where there is none."""
        lines = [row[0] for row in self.centre.sql(
            f"SELECT line FROM vaktpost.evidence WHERE host = '{host}' ORDER BY host, epoch, seq", role="vaktpost_reader")]
        parsed = [json.loads(line) for line in lines]
        checkpoint, head = (next((line[kind] for line in parsed if kind in line), None) for kind in ("checkpoint", "head"))
        return [line for line, fields in zip(lines, parsed) if "seq" in fields], checkpoint, head

    # Retention

    def test_old_days_go_and_leave_a_checkpoint_for_each_host(self):
        self.again_make_days()
        first = chained("old-1", [moment(DAYS + 10), moment(DAYS + 5), moment(DAYS + 5), moment(DAYS + 1), moment(5), moment()])
        second = chained("old-2", [moment(DAYS + 3), moment(3)])
        third = chained("young", [moment(3), moment()])
        self.store(*first, *second, *third)
        self.assertEqual(self.retain(), 5)
        self.assertEqual(self.evidence("old-1"), (first[4:], {
            "host": "old-1", "epoch": 1, "seq": 4, "digest": digest(first[3]), "removed": 4}, {
            "host": "old-1", "epoch": 1, "seq": 6, "digest": digest(first[5])}))
        self.assertEqual(self.evidence("old-2")[1]["removed"], 1)
        self.assertEqual(self.evidence("young")[:2], (third, None))
        self.assertEqual(self.retain(), 0)
        days = [row[0] for row in self.centre.sql("SELECT inhrelid::regclass FROM pg_inherits WHERE "
                                                  "inhparent = 'vaktpost.event'::regclass")]
        oldest = (NOW - datetime.timedelta(days=DAYS)).strftime("vaktpost.event_%Y%m%d")
        self.assertEqual([day for day in days if day < oldest], [])

    def test_what_goes_later_moves_the_checkpoint_and_adds_to_its_count(self):
        self.again_make_days()
        texts = chained("later", [moment(20), moment(15), moment(10), moment()])
        self.store(*texts)
        self.retain(18)
        self.assertEqual(self.evidence("later")[1]["seq"], 1)
        self.retain(12)
        self.assertEqual(self.evidence("later"), (texts[2:], {
            "host": "later", "epoch": 1, "seq": 2, "digest": digest(texts[1]), "removed": 2}, {
            "host": "later", "epoch": 1, "seq": 4, "digest": digest(texts[3])}))

    def test_a_record_with_an_earlier_day_than_those_before_it_stays_until_they_go(self):
        """With a clock that was set back: a checkpoint at that record would claim that all before it went by rule."""
        self.again_make_days()
        texts = chained("wrong-clock", [moment(DAYS + 8), moment(2), moment(DAYS + 6), moment(1)])
        self.store(*texts)
        self.assertEqual(self.retain(), 1)
        self.assertEqual(self.evidence("wrong-clock")[:2], (texts[1:], {
            "host": "wrong-clock", "epoch": 1, "seq": 1, "digest": digest(texts[0]), "removed": 1}))
        self.store(texts[2])
        self.assertEqual(self.evidence("wrong-clock")[0], texts[1:], "a duplicate of what was moved is stored twice")

    def test_records_without_a_day_of_their_own_go_by_when_they_came(self):
        texts = [*chained("no-day", ["1970-01-01T00:00:00.000Z", "never"]), record("no-day", 3, "0" * 64, moment=moment())]
        self.store(*texts)
        self.retain()
        self.assertEqual(self.evidence("no-day")[:2], (texts, None))
        self.centre.sql(f"UPDATE vaktpost.event SET stored = now() - interval '{DAYS + 1} days' WHERE host = 'no-day'")
        self.assertEqual(self.retain(), 2)
        self.assertEqual(self.evidence("no-day")[:2], (texts[2:], {
            "host": "no-day", "epoch": 1, "seq": 2, "digest": digest(texts[1]), "removed": 2}))

    def test_a_later_epoch_is_above_every_number_of_an_earlier_one(self):
        self.again_make_days()
        texts = [record("epochs", 900, "0" * 64, moment=moment(DAYS + 4)),
                 record("epochs", 1, "0" * 64, epoch=2, moment=moment(DAYS + 3)),
                 record("epochs", 2, "0" * 64, epoch=2, moment=moment(1))]
        self.store(*texts)
        self.retain()
        self.assertEqual(self.evidence("epochs")[:2], (texts[2:], {
            "host": "epochs", "epoch": 2, "seq": 1, "digest": digest(texts[1]), "removed": 2}))

    def test_a_host_of_which_everything_went_keeps_its_head(self):
        self.again_make_days()
        texts = chained("gone", [moment(DAYS + 4), moment(DAYS + 3)])
        self.store(*texts)
        self.retain()
        self.assertEqual(self.evidence("gone"), ([], {
            "host": "gone", "epoch": 1, "seq": 2, "digest": digest(texts[1]), "removed": 2}, {
            "host": "gone", "epoch": 1, "seq": 2, "digest": digest(texts[1])}))

    def test_a_coming_day_takes_over_what_came_before_it_had_a_partition(self):
        ahead = NOW + datetime.timedelta(days=20)
        text = record("ahead", 1, "0" * 64, moment=ahead.strftime("%Y-%m-%dT00:00:00Z"))
        self.store(text)
        where = "SELECT tableoid::regclass FROM vaktpost.event WHERE host = 'ahead'"
        self.assertEqual(self.centre.value(where), "vaktpost.event_other")
        self.centre.sql(f"SELECT vaktpost.make_day('{ahead:%Y-%m-%d}')")
        self.assertEqual(self.centre.value(where), f"vaktpost.event_{ahead:%Y%m%d}")
        self.store(text)
        self.assertEqual(self.centre.lines("ahead"), [text])

    def test_the_daily_work_makes_a_week_ahead(self):
        self.retain()
        for days in range(8):
            day = NOW + datetime.timedelta(days=days)
            self.assertEqual(self.centre.value(f"SELECT to_regclass('vaktpost.event_{day:%Y%m%d}') IS NOT NULL"), "t")

    def test_nobody_keeps_for_less_than_a_day(self):
        for days in ("0", "-1", "NULL"):
            self.assertNotEqual(self.centre.psql("--command", f"SELECT vaktpost.retain({days})", check=False).returncode, 0)

    def test_the_daily_work_disturbs_no_sender(self):
        certificate, key = self.centre.issue("busy")
        records = chain("busy", 600)
        done = threading.Event()

        def work():
            while not done.is_set():
                self.centre.value(f"SELECT vaktpost.retain({DAYS})")

        worker = threading.Thread(target=work)
        worker.start()
        try:
            with RelpSender(self.centre, certificate, key) as sender:
                sender.send(*records)
                sender.wait()
        finally:
            done.set()
            worker.join()
        self.assertEqual(self.centre.lines("busy"), records)

    # Silence

    def heartbeats(self, host, every, count=4):
        """Heartbeats by the host's clock, `every` minutes; the last one now."""
        self.store(*chained(host, [moment(minutes=every * back) for back in range(count - 1, -1, -1)], kind="heartbeat",
                            state="armed"))

    def last_heard(self, host, minutes):
        self.centre.sql(f"UPDATE vaktpost.head SET seen = now() - interval '{minutes} minutes' WHERE host = '{host}'")

    def reports(self, host):
        return [row[0] for row in self.centre.sql("SELECT vaktpost.report_silence()") if f'"{host}"' in row[0]]

    def state(self, host):
        return self.centre.value(f"SELECT state FROM vaktpost.host WHERE host = '{host}'", role="vaktpost_reader")

    def test_a_host_that_misses_three_heartbeats_is_reported_once_and_so_is_its_return(self):
        self.heartbeats("quiet", every=10)
        self.last_heard("quiet", 29)
        self.assertEqual((self.state("quiet"), self.reports("quiet")), ("heard", []))
        self.last_heard("quiet", 31)
        self.assertEqual(self.state("quiet"), "silent")
        self.assertRegex(self.reports("quiet")[0], "^host \"quiet\" is silent: three heartbeats are missing, last heard 20")
        self.assertEqual(self.reports("quiet"), [])
        self.store(record("quiet", 5, "0" * 64, moment=moment()))
        self.assertRegex(self.reports("quiet")[0], "^host \"quiet\" is heard again, silent since 20")
        self.assertEqual(self.reports("quiet"), [])

    def test_the_rate_is_what_the_heartbeats_show(self):
        self.heartbeats("hourly", every=60)
        self.last_heard("hourly", 170)
        self.assertEqual(self.state("hourly"), "heard")
        self.last_heard("hourly", 181)
        self.assertEqual(self.state("hourly"), "silent")

    def test_a_night_between_two_heartbeats_is_no_rate(self):
        self.store(*chained("night", [moment(minutes=minutes) for minutes in (900, 890, 10, 0)], kind="heartbeat"))
        self.last_heard("night", 31)
        self.assertEqual(self.state("night"), "silent")

    def test_without_heartbeats_a_quarter_of_an_hour_is_the_rate(self):
        self.store(record("new", 1, "0" * 64, moment=moment()))
        self.last_heard("new", 44)
        self.assertEqual(self.state("new"), "heard")
        self.last_heard("new", 46)
        self.assertEqual(self.state("new"), "silent")

    def test_a_host_that_said_that_it_stops_is_off_and_not_reported(self):
        for host, kind in (("stopped", "agent.stopping"), ("asleep", "host.sleeping")):
            self.store(record(host, 1, "0" * 64, kind=kind, moment=moment()))
            self.last_heard(host, 600)
            self.assertEqual((self.state(host), self.reports(host)), ("off", []))

    def test_an_old_record_is_no_sign_of_life(self):
        texts = chained("replayed", [moment(1), moment(1), moment()])
        self.store(texts[0], texts[2])
        self.last_heard("replayed", 100)
        self.store(texts[1], texts[0])
        self.assertEqual(self.state("replayed"), "silent")

    def test_a_host_taken_out_of_service_is_no_longer_silent_until_it_sends_again(self):
        self.heartbeats("scrapped", every=10)
        self.last_heard("scrapped", 31)
        self.assertRegex(self.reports("scrapped")[0], "is silent")
        self.centre.sql("SELECT vaktpost.retire('scrapped', 'its disk was destroyed')")
        self.assertEqual(self.state("scrapped"), "retired")
        self.assertRegex(self.reports("scrapped")[0], "^host \"scrapped\" is taken out of service, silent since 20")
        self.assertEqual(self.reports("scrapped"), [])
        self.assertEqual(self.centre.sql("SELECT reason, by_role, state FROM vaktpost.retired_host WHERE host = 'scrapped'",
                                         role="vaktpost_reader"), [["its disk was destroyed", "postgres", "retired"]])
        self.store(record("scrapped", 5, "0" * 64, moment=moment()))
        self.assertEqual((self.state("scrapped"), self.reports("scrapped")), ("heard", []))
        # As if it had been heard after that, and silent since.
        self.centre.sql("UPDATE vaktpost.retired SET since = now() - interval '2 hours'")
        self.last_heard("scrapped", 60)
        self.assertRegex(self.reports("scrapped")[0], "is silent")

    def test_a_host_is_taken_out_of_service_by_its_name_and_for_a_reason(self):
        self.heartbeats("kept", every=10)
        for words, reason in (("'never-seen', 'scrapped'", "no record has ever come"), ("'kept', ' '", "want to know why"),
                              ("'kept', NULL", "want to know why"), ("NULL, 'scrapped'", "no record has ever come")):
            answer = self.centre.psql("--command", f"SELECT vaktpost.retire({words})", check=False)
            self.assertNotEqual(answer.returncode, 0)
            self.assertIn(reason, answer.stderr.decode())

    # What reviewers see

    def seen(self, view, host):
        return self.centre.sql(f"SELECT * FROM vaktpost.{view} WHERE host = '{host}'", role="vaktpost_reader")

    def test_reviewers_see_blocks_bypasses_unconfirmed_locks_and_reported_gaps(self):
        self.store(record("seen", 1, "0" * 64, kind="usb.blocked", severity="warning", moment=moment(), port="1-2"),
                   record("seen", 2, "0" * 64, kind="media.bypass", severity="warning", moment=moment()),
                   record("seen", 3, "0" * 64, kind="session.lock_unconfirmed", severity="urgent", moment=moment()),
                   record("seen", 4, "0" * 64, kind="log.gap", severity="urgent", moment=moment(), first=7, last=9, count=3),
                   record("seen", 5, "0" * 64, kind="usb.allowed", moment=moment()))
        self.assertEqual([row[3] for row in self.seen("block", "seen")], ["usb.blocked", "media.bypass"])
        self.assertEqual(json.loads(self.seen("block", "seen")[0][7]), {"port": "1-2"})
        self.assertEqual([row[-1] for row in self.seen("unconfirmed_lock", "seen")], ["3"])
        self.assertEqual(json.loads(self.seen("reported_gap", "seen")[0][3]), {"first": 7, "last": 9, "count": 3})

    def test_reviewers_see_which_numbers_are_missing(self):
        texts = chained("holes", [moment()] * 9)
        self.store(*(texts[index] for index in (1, 2, 5, 8)))
        self.assertEqual(self.seen("hole", "holes"), [["holes", "1", "1", "1"], ["holes", "1", "4", "5"],
                                                      ["holes", "1", "7", "8"]])
        self.centre.sql("DELETE FROM vaktpost.event WHERE host = 'holes' AND seq = 9")
        self.assertIn(["holes", "1", "7", "8"], self.seen("hole", "holes"))

    def test_reviewers_see_counts_by_label_and_day(self):
        self.store(*chained("ward", [moment(1), moment(1)], kind="media.blocked", severity="warning"))
        rows = self.centre.sql("SELECT records, hosts FROM vaktpost.label_day WHERE label = 'ward-a' AND type = 'media.blocked'"
                               " AND day = (now() - interval '1 day')::date", role="vaktpost_reader")
        self.assertEqual(rows, [["2", "1"]])

    def test_setting_the_database_up_again_changes_nothing(self):
        texts = chained("again", [moment()])
        self.store(*texts)
        self.centre.psql("--dbname", "postgres", "--file", central_world.CENTRAL / "database.sql")
        self.assertEqual(self.centre.lines("again"), texts)
        self.store(record("again", 2, digest(texts[0]), moment=moment()))


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
