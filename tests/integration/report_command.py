#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost report`: what it reads, refuses and writes. How the page looks and works is report_browser.py.

report_command.py VAKTPOST"""
import html
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import unittest

import report_world
from record_maker import Workstation

PATIENCE = 50  # seconds until an answer counts as missing
COMPLETE, EXPLAINED, UNEXPLAINED, UNREADABLE, WRONG_USAGE = 0, 1, 2, 3, 64

vaktpost = sys.argv[1]
WEEK = ("--from", report_world.FIRST_DAY, "--to", report_world.LAST_DAY)


def run(*words, lines=()):
    return subprocess.run([vaktpost, "report", *map(str, words)], input="".join(line + "\n" for line in lines),
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


def words_of(page):
    """The page's text as one line, without style, script and tags."""
    page = re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def rows_of(page, table):
    body = re.search(rf'(?s)<table id="{table}">.*?<tbody>(.*?)</tbody>', page).group(1)
    return [[" ".join(words_of(cell).split()) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"(?s)<tr.*?</tr>", body)]


class Report(unittest.TestCase):
    def page(self, *words, lines, status=UNEXPLAINED):
        done = run(*WEEK, *words, "-", lines=lines)
        self.assertEqual((done.returncode, done.stderr), (status, ""))
        return done.stdout

    def test_the_verdict_counts_hosts(self):
        text = words_of(self.page(lines=report_world.week()))
        self.assertIn("10 of 13 hosts complete; 1 with an unexplained gap or tampering; "
                      "2 with gaps that are all explained, or silent.", text)

    def test_a_whole_log_is_complete(self):
        station = report_world.station(1, "ward-3")
        self.assertIn("1 of 1 host complete.", words_of(self.page(lines=station.lines, status=COMPLETE)))

    def test_blocks_are_counted_by_day_and_by_label(self):
        page = self.page(lines=report_world.week())
        days = rows_of(page, "by-day")
        self.assertEqual([day[0] for day in days], [f"2026-03-0{day}" for day in range(2, 9)])
        self.assertEqual(days[1][1:3], ["1", "0"])
        self.assertEqual(sum(int(day[4]) for day in days), 7)
        wards = {ward[0]: ward[1:] for ward in rows_of(page, "by-ward")}
        self.assertEqual(wards["icu"][1], "1")
        self.assertEqual(wards["icu"][3:], ["7", "1"])
        self.assertIn("trolley", wards)

    def test_what_a_record_says_twice_counts_once(self):
        station = Workstation("ward-pc-1", report_world.MONDAY)
        report_world.blocks(station, 3)
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "copy.jsonl"
            copy.write_text("\n".join(station.lines) + "\n")
            page = self.page(copy, lines=station.lines, status=COMPLETE)
        self.assertEqual(rows_of(page, "by-day")[0][3], "3")

    def test_nothing_of_routine_and_no_tag_is_in_the_page(self):
        page = self.page(lines=report_world.week())
        for word in (report_world.TAG, "card.inserted", "session.unlocked", "confirmed_ms", "waited_ms", "9123", "412"):
            self.assertNotIn(word, page)
        self.assertEqual(words_of(page).count("Reader of nobody"), 1)  # of card.forgotten

    def test_records_outside_of_the_period_are_not_listed(self):
        lines = report_world.week()
        done = run("--from", "2026-03-05", "--to", "2026-03-06T00:00:00Z", "-", lines=lines)
        self.assertEqual({row[0][:10] for row in rows_of(done.stdout, "incident-rows")}, {"2026-03-05"})

    def test_no_markup_of_a_record_is_markup(self):
        page = self.page(lines=report_world.week())
        self.assertNotIn("<script>alert", page)
        self.assertEqual(page.count("<script"), 1)
        self.assertNotRegex(page, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
        self.assertIn(" ".join(report_world.HOSTILE_SHOWN.split()), words_of(page))

    def test_of_many_warnings_the_urgent_and_the_newest_are_listed(self):
        station = Workstation("ward-pc-1", report_world.MONDAY)
        report_world.warn(station, "session.lock_unconfirmed", "urgent", trigger="idle")
        report_world.blocks(station, 2500)
        page = self.page(lines=station.lines, status=COMPLETE)
        rows = rows_of(page, "incident-rows")
        self.assertEqual((len(rows), rows[-1][2]), (2000, "Lock unconfirmed"))
        self.assertIn("The other 501 are left out here, and counted below.", words_of(page))

    def test_a_file_is_the_owners_alone_and_replaced_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "report.html"
            output.write_text("old")
            done = run(*WEEK, "--output", output, "-", lines=report_world.station(1, "ward-3").lines)
            self.assertEqual((done.returncode, done.stdout), (COMPLETE, ""))
            self.assertTrue(output.read_text().rstrip().endswith("</html>"))
            self.assertEqual(stat.S_IMODE(output.stat().st_mode), 0o600)
            self.assertEqual([path.name for path in output.parent.iterdir()], ["report.html"])

    def test_what_cannot_be_written_or_read(self):
        lines = report_world.station(1, "ward-3").lines
        for words in (("--output", "/dev/null", "-"), ("--output", "/none/report.html", "-"), ("/none",), ("/dev/null",)):
            done = run(*WEEK, *words, lines=lines)
            self.assertEqual((done.returncode, done.stdout), (UNREADABLE, ""), words)
            self.assertTrue(done.stderr.startswith("vaktpost: "))

    def test_wrong_usage(self):
        for words in ((), ("--from", "yesterday", "-"), ("--to", "2026-02-30", "-"), ("--from", "2020-01-01", "-"),
                      ("--from", "2026-03-02", "--to", "2026-03-01", "-")):
            self.assertEqual(run(*words).returncode, WRONG_USAGE, words)

    def test_without_a_period_it_is_the_last_seven_days(self):
        station = Workstation("ward-pc-1", report_world.MONDAY)
        station.records(3)
        done = run("-", lines=station.lines)
        self.assertEqual(done.returncode, COMPLETE)
        self.assertEqual(len(rows_of(done.stdout, "by-day")), 7)

    def test_the_password_of_the_centre_is_not_shown(self):
        done = run("postgresql://reader:s3cret@127.0.0.1:1/none")
        self.assertNotIn("s3cret", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
