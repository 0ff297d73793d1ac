#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost media list` on registers as the agent writes them.

Usage: media_commands.py VAKTPOST
"""
import datetime
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

vaktpost = ""
TODAY = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date(1970, 1, 1)).days


def day(number):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(days=number))


class MediaList(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vaktpost-media-")
        self.addCleanup(folder.cleanup)
        self.register = pathlib.Path(folder.name) / "media.db"

    def fill(self, *rows, application_id=0x56706D72):
        with sqlite3.connect(self.register) as database:
            database.execute("CREATE TABLE medium(tag TEXT PRIMARY KEY, first INTEGER, last INTEGER, kind TEXT, "
                             "unit TEXT, serial TEXT) WITHOUT ROWID")
            database.executemany("INSERT INTO medium VALUES(?, ?, ?, ?, ?, ?)", rows)
            database.execute(f"PRAGMA application_id={application_id}")

    def list(self, *options):
        return subprocess.run([vaktpost, "media", "list", "--database", self.register, *options],
                              capture_output=True, text=True, check=False)

    def test_each_medium_is_a_line_the_one_not_seen_for_longest_first(self):
        self.fill(("5e21", TODAY - 400, TODAY - 10, "encrypted", "ward-4", "S-17"),
                  ("77aa", TODAY - 300, TODAY - 200, "plain", "", ""))
        done = self.list()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [
            f"77aa first_seen={day(TODAY - 300)} last_seen={day(TODAY - 200)} kind=plain",
            f"5e21 first_seen={day(TODAY - 400)} last_seen={day(TODAY - 10)} kind=encrypted unit=ward-4 serial=S-17"])

    def test_not_seen_leaves_out_what_was_here_since(self):
        self.fill(("here", TODAY - 300, TODAY - 179, "encrypted", "", ""),
                  ("lost", TODAY - 300, TODAY - 180, "encrypted", "", ""))
        done = self.list("--not-seen", "180d", "--json")
        self.assertEqual([json.loads(line)["tag"] for line in done.stdout.splitlines()], ["lost"])

    def test_a_line_of_json_has_unit_and_serial_of_an_enrolled_one_alone(self):
        self.fill(("a", 1, 2, "encrypted", "", ""), ("b", 1, 3, "encrypted", "4410", "S-1"))
        first, second = [json.loads(line) for line in self.list("--json").stdout.splitlines()]
        self.assertEqual(first, {"tag": "a", "first_seen": day(1), "last_seen": day(2), "kind": "encrypted"})
        self.assertEqual((second["unit"], second["serial"]), ("4410", "S-1"))

    def test_a_register_that_does_not_exist_yet_is_empty(self):
        done = self.list()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_hostile_text_commands_no_terminal(self):
        self.fill(("a", 1, 2, "\x1b[2J", "", ""))
        self.assertNotIn("\x1b", self.list().stdout)

    def test_something_else_is_no_register(self):
        self.fill(application_id=7)
        self.assertEqual(self.list().returncode, 1)
        self.register.write_text("x" * 5000)
        done = self.list()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertTrue(done.stderr)

    def test_wrong_words_are_64(self):
        for options in (["--not-seen", "soon"], ["--not-seen", "5min"], ["--not-seen"], ["more"]):
            self.assertEqual(self.list(*options).returncode, 64, options)
        self.assertEqual(subprocess.run([vaktpost, "media"], capture_output=True, check=False).returncode, 64)


if __name__ == "__main__":
    vaktpost = sys.argv.pop(1)
    unittest.main()
