#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost log verify` of JSON lines: whole logs, logs with holes that are explained, and every kind of tampering; and how
it is used.

log_verify.py VAKTPOST EVENTS_APPENDER"""
import os
import pty
import re
import select
import subprocess

from log_verify_world import (COMPLETE, EXPLAINED, PATIENCE, UNEXPLAINED, UNREADABLE, WRONG_USAGE, Verified, main, run, text_of,
                              vaktpost)
from record_maker import NOBODY, Workstation, checkpoint, counted, digest


class Lines(Verified):
    """What the centre holds, as JSON lines."""

    def setUp(self):
        self.station = Workstation("ward-pc-7")

    def host(self, lines, status, *words):
        return self.lines(lines, status, *words)["ward-pc-7"]

    def whole(self, count=40):
        return self.station.records(count)

    def test_untouched_records_are_complete_in_any_order(self):
        lines = self.whole() + [self.station.head()]
        host = self.host(lines, COMPLETE)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": 40}])
        self.assertEqual(self.host(lines[::-1], COMPLETE)["complete"], host["complete"])

    def test_a_record_removed(self):
        lines = self.whole()
        self.finding(self.host(lines[:9] + lines[10:], UNEXPLAINED), "missing", epoch=1, first=10, last=10)

    def test_a_record_changed(self):
        lines = self.whole()
        lines[9] = lines[9].replace("ward-3", "ward-4")
        self.finding(self.host(lines, UNEXPLAINED), "changed", epoch=1, first=10)

    def test_a_record_changed_and_everything_behind_it_chained_anew(self):
        lines = self.whole()
        head, prev = self.station.head(), None
        for index in range(9, 40):
            text = lines[index].replace("ward-3", "ward-4")
            lines[index] = re.sub('"prev":"[0-9a-f]{64}"', f'"prev":"{prev}"', text) if prev else text
            prev = digest(lines[index])
        self.assertEqual(self.host(lines, COMPLETE)["findings"], [], "nobody can tell without the head")
        self.finding(self.host(lines + [head], UNEXPLAINED), "changed", epoch=1, first=40)

    def test_the_last_record_changed(self):
        lines = self.whole()
        lines[-1] = lines[-1].replace("ward-3", "ward-4")
        finding = self.finding(self.host(lines + [self.station.head()], UNEXPLAINED), "changed", epoch=1, first=40)
        self.assertIn("1/40 is not the record that the centre's head names", finding["text"])

    def test_the_tail_cut_off(self):
        lines = self.whole()
        self.finding(self.host(lines[:30] + [self.station.head()], UNEXPLAINED), "tail_cut", epoch=1, first=31, last=40)

    def test_everything_removed_but_the_head(self):
        self.whole()
        self.finding(self.host([self.station.head()], UNEXPLAINED), "tail_cut", epoch=1, first=1, last=40)

    def test_a_record_put_in_behind_the_head(self):
        head = [self.station.head() for _ in [self.whole()]]
        self.station.record()
        self.finding(self.host(self.station.lines + head, UNEXPLAINED), "inserted", epoch=1, first=41)

    def test_a_record_put_in_between(self):
        lines = self.whole()
        lines[9] = Workstation("ward-pc-7").records(10)[9]
        host = self.host(lines, UNEXPLAINED)
        self.finding(host, "inserted", epoch=1, first=10)

    def test_one_number_with_two_texts(self):
        lines = self.whole()
        host = self.host(lines + [lines[9].replace("ward-3", "ward-4")], UNEXPLAINED)
        self.finding(host, "forked", epoch=1, first=10)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": 40}], "the genuine one is told by its neighbours")

    def test_two_hosts_with_one_name(self):
        other = Workstation("ward-pc-7")
        host = self.host(self.whole() + other.records(20), UNEXPLAINED)
        self.assertIn("two hosts with one name", self.finding(host, "two_hosts", epoch=1, first=1)["text"])

    def test_two_hosts_with_one_name_whose_numbers_never_meet(self):
        other = Workstation("ward-pc-7")
        other.epoch = 2
        lines = self.whole() + other.records(20)
        self.station.epoch = 2
        self.station.begin_epoch()
        host = self.host(lines + self.station.records(5), UNEXPLAINED)
        self.finding(host, "replayed", epoch=3, first=1)

    def test_an_old_epoch_replayed_under_a_newer_number(self):
        lines = self.whole()
        self.station.boot()
        self.station.begin_epoch()
        lines += self.station.records(10)
        prev, replayed = NOBODY, []
        for line in lines[:40]:
            text = re.sub('"prev":"[0-9a-f]{64}"', f'"prev":"{prev}"', line.replace('"epoch":1,', '"epoch":3,'))
            replayed.append(re.sub('"salt":"[0-9a-f]{32}"', f'"salt":"{os.urandom(16).hex()}"', text))
            prev = digest(replayed[-1])
        finding = self.finding(self.host(lines + replayed, UNEXPLAINED), "replayed", epoch=3, first=1)
        self.assertIn("the start of the machine that began at 1/1", finding["text"])

    def test_an_epoch_left_out(self):
        lines = self.whole()
        self.station.boot()
        self.station.begin_epoch()
        self.station.begin_epoch()
        self.finding(self.host(lines + self.station.records(10), UNEXPLAINED), "missing", epoch=2)

    def test_another_epoch_that_is_new_in_everything_is_complete(self):
        self.whole()
        self.station.boot()
        self.station.begin_epoch()
        self.station.records(10)
        host = self.host(self.station.lines + [self.station.head()], COMPLETE)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": 40}, {"epoch": 2, "first": 1, "last": 10}])

    # --- explained gaps, and what hides behind them

    def with_gap(self, count=5):
        self.whole(20)
        self.station.lose(5)
        self.station.record("log.gap", first=21, last=25, count=count, cause="memory full")
        self.station.records(10)
        return self.station.lines

    def test_a_log_gap_explains_what_it_tells(self):
        self.finding(self.host(self.with_gap(), EXPLAINED), "lost", epoch=1, first=21, last=25)

    def test_a_log_gap_explains_no_record_more(self):
        lines = self.with_gap()
        self.finding(self.host(lines[:19] + lines[20:], UNEXPLAINED), "missing", epoch=1, first=20, last=20)
        self.station = Workstation("ward-pc-7")
        finding = self.finding(self.host(self.with_gap(count=4), UNEXPLAINED), "missing", epoch=1, first=21, last=25)
        self.assertIn("log.gap 1/26 tells of 4", finding["text"])

    def test_a_log_gap_that_stands_twice_explains_no_more(self):
        lines = self.with_gap(count=2)
        self.finding(self.host(lines + lines, UNEXPLAINED), "missing", epoch=1, first=21, last=25)

    def test_a_log_gap_that_contradicts_itself_explains_nothing(self):
        host = self.host(self.with_gap(count=6), UNEXPLAINED)
        self.finding(host, "false_account", epoch=1, first=26)
        self.finding(host, "missing", epoch=1, first=21, last=25)

    def test_the_lost_end_of_an_epoch_is_told_by_the_next_one(self):
        lines = self.whole(20)
        self.station.begin_epoch()
        lines.append(self.station.record("log.gap", epoch=1, first=21, last=25, count=5, cause="damage"))
        self.finding(self.host(lines, EXPLAINED), "lost", epoch=1, first=21, last=25)
        self.finding(self.host(lines[:19] + lines[20:], UNEXPLAINED), "tail_cut", epoch=1, first=20, last=20)

    def test_the_end_of_an_epoch_that_the_next_one_names_cannot_be_cut_off(self):
        lines = self.station.records(20)
        self.station.begin_epoch()
        lines.append(self.station.record("log.epoch", cause="damaged", last_epoch=1, last_seq=20))
        self.finding(self.host(lines, EXPLAINED), "begun_anew", epoch=2, first=1)
        self.finding(self.host(lines[:17] + lines[20:], UNEXPLAINED), "tail_cut", epoch=1, first=18, last=20)

    def test_what_the_centre_had_when_an_epoch_ended_cannot_be_cut_off(self):
        lines = self.station.records(20)
        self.station.begin_epoch()
        lines.append(self.station.record("log.epoch", cause="missing", acknowledged_epoch=1, acknowledged_seq=19))
        self.finding(self.host(lines, EXPLAINED), "begun_anew", epoch=2, first=1)
        self.finding(self.host(lines[:18] + lines[20:], UNEXPLAINED), "tail_cut", epoch=1, first=19, last=19)

    def test_an_epoch_does_not_begin_behind_itself(self):
        self.station.begin_epoch()
        lines = [self.station.record("log.epoch", cause="damaged", last_epoch=2, last_seq=1)]
        self.finding(self.host(lines, UNEXPLAINED), "false_account", epoch=2, first=1)

    def test_an_epoch_lost_whole_is_told_by_the_next_one(self):
        lines = self.whole(20)
        self.station.begin_epoch()
        self.station.begin_epoch()
        lines.append(self.station.record("log.gap", epoch=2, first=1, last=7, count=7, cause="damage"))
        self.finding(self.host(lines, EXPLAINED), "lost", epoch=2, first=1, last=7)

    def counting(self):
        """A workstation with routine = "counts": what of its records leaves it."""
        leaving, staying = [], []
        for index in range(30):
            if index % 3 == 0:
                leaving.append(self.station.record("usb.blocked"))
            else:
                staying.append(self.station.record("card.removed"))
        leaving.append(self.station.record("log.routine", **counted(staying)))
        leaving += self.station.records(5)
        return leaving, staying

    def test_a_log_routine_explains_what_it_names_and_the_chain_holds_over_it(self):
        leaving, staying = self.counting()
        host = self.host(leaving + [self.station.head()], EXPLAINED)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 1, "last": 36}])
        self.finding(host, "counted")

    def test_a_log_routine_explains_no_record_more(self):
        leaving, staying = self.counting()
        self.finding(self.host(leaving[:3] + leaving[4:], UNEXPLAINED), "missing", epoch=1, first=10, last=10)

    def test_a_routine_record_that_is_not_the_one_counted(self):
        leaving, staying = self.counting()
        forged = staying[4].replace("ward-3", "ward-4")
        finding = self.finding(self.host(leaving + [forged], UNEXPLAINED), "changed")
        self.assertIn("log.routine", finding["text"])

    def test_routine_records_that_were_not_counted_yet_are_explained_for_an_hour(self):
        leaving, staying = self.counting()
        self.station.record("card.removed")
        leaving += self.station.records(2)
        self.finding(self.host(leaving, EXPLAINED), "untold", epoch=1, first=37)
        self.station.wait(hours=2)
        leaving += self.station.records(1)
        self.finding(self.host(leaving, UNEXPLAINED), "missing", epoch=1, first=37)

    def test_a_log_routine_that_does_not_name_what_was_before_it_ends_the_wait(self):
        leaving, staying = self.counting()
        self.station.record("card.removed")
        leaving.append(self.station.record("log.routine", count=0))
        leaving += self.station.records(2)
        self.finding(self.host(leaving, UNEXPLAINED), "missing", epoch=1, first=37)

    def test_a_host_that_counts_says_so_before_it_has_counted(self):
        leaving = [self.station.record("heartbeat", state="armed")]
        self.station.record("card.removed")
        leaving += self.station.records(2)
        self.finding(self.host(leaving, EXPLAINED), "untold", epoch=1, first=2)
        self.station = Workstation("ward-pc-7")
        leaving = [self.station.record("heartbeat", state="armed", sessions=1)]
        self.station.record("card.removed")
        leaving += self.station.records(2)
        self.finding(self.host(leaving, UNEXPLAINED), "missing", epoch=1, first=2)

    def test_a_checkpoint_explains_what_retention_dropped(self):
        lines = self.whole()
        host = self.host([checkpoint(lines[9], 10)] + lines[10:], EXPLAINED)
        self.finding(host, "retained", epoch=1, first=1, last=10)
        self.assertEqual(host["complete"], [{"epoch": 1, "first": 11, "last": 40}])

    def test_a_checkpoint_explains_no_record_more(self):
        lines = self.whole()
        self.finding(self.host([checkpoint(lines[9], 10)] + lines[11:], UNEXPLAINED), "missing", epoch=1, first=11)

    def test_a_checkpoint_that_the_next_record_does_not_name(self):
        lines = self.whole()
        forged = checkpoint(lines[9].replace("ward-3", "ward-4"), 10)
        self.finding(self.host([forged] + lines[10:], UNEXPLAINED), "changed", epoch=1, first=10)

    def test_what_a_workstation_pruned_is_explained_for_it_alone(self):
        lines = self.whole()
        lines.append(self.station.record("heartbeat", sessions=0, acknowledged_epoch=1, acknowledged_seq=30, waiting=0))
        lines.append(self.station.record("log.pruned", epoch=1, first=1, last=20, count=20, what="all"))
        self.finding(self.host(lines[20:], EXPLAINED, "--workstation"), "pruned", epoch=1, first=1, last=20)
        self.finding(self.host(lines[21:], UNEXPLAINED, "--workstation"), "missing", epoch=1, first=21)
        self.finding(self.host(lines[20:], UNEXPLAINED), "missing", epoch=1, first=1, last=20)

    def test_what_was_pruned_before_there_was_a_centre_never_came_to_it(self):
        lines = self.whole()
        lines.append(self.station.record("log.pruned", epoch=1, first=1, last=20, count=20, what="all"))
        lines.append(self.station.record("heartbeat", sessions=0, acknowledged_epoch=1, acknowledged_seq=41, waiting=0))
        self.finding(self.host(lines[20:], EXPLAINED), "pruned", epoch=1, first=1, last=20)
        self.finding(self.host(lines[21:], UNEXPLAINED), "missing", epoch=1, first=21)

    def test_routine_records_of_an_earlier_epoch_are_counted_in_the_next(self):
        leaving = self.whole(5)
        staying = [self.station.record("card.removed")]
        leaving += self.whole(5)
        self.station.begin_epoch()
        leaving.append(self.station.record("log.routine", epoch=1, **counted(staying)))
        self.finding(self.host(leaving, EXPLAINED), "counted", epoch=1, first=6, last=6)

    def test_what_damage_took_is_counted(self):
        lines = self.whole()
        lines.append(self.station.record("log.pruned", epoch=1, first=1, last=30, count=10, what="damage"))
        self.finding(self.host(lines[:10] + lines[20:], EXPLAINED, "--workstation"), "pruned")
        self.finding(self.host(lines[:10] + lines[21:], UNEXPLAINED, "--workstation"), "missing")

    def test_routine_records_pruned_are_counted(self):
        leaving, staying = self.counting()
        leaving.append(self.station.record("log.pruned", epoch=1, first=2, last=15, count=10, what="routine"))
        leaving.append(self.station.record("log.pruned", epoch=1, first=17, last=30, count=10, what="routine"))
        self.finding(self.host(leaving, EXPLAINED, "--workstation"), "pruned")
        self.finding(self.host(leaving[:3] + leaving[4:], UNEXPLAINED, "--workstation"), "missing")

    # --- clocks and silence

    def test_a_clock_that_jumps_is_told(self):
        lines = self.whole(20)
        self.station.set_clock(minutes=-10)
        lines += self.station.records(20)
        self.finding(self.host(lines, EXPLAINED), "clock", epoch=1, first=21)

    def test_a_clock_that_was_set_and_says_so_is_no_gap(self):
        lines = self.whole(20)
        self.station.set_clock(minutes=-10)
        lines.append(self.station.record("clock.changed", by_ms=-600000))
        lines += self.station.records(20)
        host = self.host(lines, COMPLETE)
        self.assertIn("as clock.changed tells", self.finding(host, "clock", epoch=1, first=21)["text"])

    def test_a_silent_host_is_told_and_one_that_stopped_in_order_is_only_noted(self):
        quiet, stopped = Workstation("quiet"), Workstation("stopped")
        lines = quiet.records(5) + stopped.records(5) + [stopped.record("agent.stopping", cause="shutdown")]
        self.station.wait(hours=1)
        hosts = self.lines(lines + self.whole(), EXPLAINED)
        self.assertEqual([hosts[name]["verdict"] for name in ("quiet", "stopped", "ward-pc-7")],
                         ["explained", "complete", "complete"])
        self.finding(hosts["quiet"], "silent")
        self.finding(hosts["stopped"], "stopped")

    # --- people, pipes and hostile text

    def test_people_get_a_table_and_a_line_that_sums_up(self):
        lines = self.whole()
        done = run("-", given=text_of(lines[:9] + lines[10:]))
        self.assertEqual((done.returncode, done.stderr), (UNEXPLAINED, ""))
        self.assertNotIn("\x1b", done.stdout)
        rows = done.stdout.splitlines()
        self.assertRegex(rows[0], r"^ward-pc-7  unexplained  39 records  2026-03-02T06:00:01.000Z to ")
        self.assertEqual(rows[1:4], ["  complete  epoch 1: 1-9", "  complete  epoch 1: 11-40",
                                     "  missing   epoch 1: 10     1 missing at the centre"])
        self.assertEqual(rows[-1], "1 hosts, 39 records: 0 complete, 0 explained, 1 unexplained")

    def test_hostile_text_neither_commands_the_terminal_nor_forges_a_line(self):
        station = Workstation("x\\u001b[2J\\nward-pc-9  complete")
        done = run("-", given=text_of(station.records(3) + ["\x1b[2Jward-pc-9  complete"]))
        self.assertEqual(done.returncode, UNEXPLAINED)
        self.assertNotIn("\x1b", done.stdout)
        self.assertFalse([row for row in done.stdout.splitlines() if row.startswith("ward-pc-9")])

    def test_lines_that_are_no_record_are_tampering_and_named(self):
        lines = self.whole()
        _, summary = self.verdict("-", status=UNEXPLAINED, given=text_of(lines[:20] + ["what?"] + lines[20:]))
        self.assertEqual((summary["refused"], summary["refused_count"]), (["-, line 21"], 1))

    def test_a_bar_shows_how_far_it_is_where_somebody_looks(self):
        text = text_of(self.whole(2000)).encode()
        ours, terminal = pty.openpty()
        process = subprocess.Popen([vaktpost, "log", "verify", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=terminal)
        while not select.select([ours], [], [], 0)[0]:
            process.stdin.write(text)
        said = process.communicate(timeout=PATIENCE)[0].decode()
        self.assertRegex(os.read(ours, 4096).decode(), r"^\r[0-9]+ records")
        os.close(ours)
        os.close(terminal)
        self.assertEqual((process.returncode, said.splitlines()[-1]),
                         (COMPLETE, "1 hosts, 2000 records: 1 complete, 0 explained, 0 unexplained"))

    def test_without_sources_it_is_wrong_usage(self):
        for words in ([], ["--nonsense", "-"]):
            self.assertEqual(run(*words, given="").returncode, WRONG_USAGE)
        self.assertEqual(subprocess.run([vaktpost, "log"], capture_output=True, check=False).returncode, WRONG_USAGE)

    def test_a_centre_that_cannot_be_asked_is_unreadable(self):
        done = run("postgresql://nobody@127.0.0.1:1/vaktpost?connect_timeout=5")
        self.assertEqual((done.returncode, done.stdout), (UNREADABLE, ""))
        done = run("service=vaktpost", env={"PATH": "/nonexistent"})
        self.assertEqual((done.returncode, done.stderr),
                         (UNREADABLE, "vaktpost: run psql: not found; it is in the package postgresql-client\n"))


if __name__ == "__main__":
    main()
