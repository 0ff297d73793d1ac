#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost replay` over a real database and over lines, with what it prints and how it ends.

usage: replay_command.py VAKTPOST EVENTS_STAGE
"""
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PATIENCE = 30  # seconds until something that should have come counts as missing

vaktpost, stage = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])

DEFAULT = "format = 1\n"
BLOCK = DEFAULT + '[[usb.rule]]\nid = "no-sticks"\ninterface = ["08:*:*"]\naction = "block"\n'
GRACE = DEFAULT + '[session]\ncard_removal_grace = "5s"\n'


def record(seq, kind, boot_s, data, **more):
    return {"v": 1, "type": kind, "code": f"{seq:04}", "outcome": "enforced", "time": f"2026-11-23T08:{boot_s // 60:02}:{boot_s % 60:02}.000Z",
            "boot_us": boot_s * 1_000_000, "boot_id": "b", "host": "ward-pc-7", "epoch": 1, "seq": seq, **more, "data": data}


def stick(seq, device="1-2"):
    return record(seq, "usb.allowed", 10, {
        "device": device, "vendor": "0781", "product": "5581", "allowed": [], "blocked": [], "examined": ["0=08:06:50"],
        "rules": ["0=builtin.storage"], "screen": "open", "front": "desktop", "utc_offset_min": 60})


CARD = [record(2, "card.removed", 20, {"reader": "A", "role": "presence", "depended": ["graphical:unlocked"],
                                       "unlock_with": ["keyboard", "card"]}, seat="seat0"),
        record(3, "session.lock_requested", 20, {"trigger": "card_removed", "step": "ask", "attempt": 1}, cause=2,
               session={"class": "graphical"}),
        record(4, "card.inserted", 22, {"reader": "A", "role": "presence"}),
        record(5, "session.lock_requested", 600, {"trigger": "idle", "step": "ask", "attempt": 1},
               session={"class": "graphical"})]


class ReplayCommand(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="vaktpost-replay-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def replay(self, policy, events, *options, text=""):
        path = self.folder / "policy.toml"
        path.write_text(policy)
        return subprocess.run([vaktpost, "replay", str(events), "--policy", path, *options], input=text, text=True,
                              capture_output=True, timeout=PATIENCE, check=False)

    def lines(self, *records):
        return "".join(json.dumps(each) + "\n" for each in records)

    def database(self, *records):
        done = subprocess.run([stage, self.folder], input="append agent.started\n", text=True, capture_output=True,
                              timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.folder / "events.db"
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM event")
            database.executemany("INSERT INTO event(epoch, seq, record) VALUES (1, ?, ?)",
                                 [(each["seq"], json.dumps(each)) for each in records])
        database.close()
        return path

    def test_nothing_differs_by_the_policy_that_decided(self):
        done = self.replay(DEFAULT, self.database(stick(1), *CARD))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("2 decisions about devices, media and cards: 2 the same, 0 differ", done.stdout)
        self.assertIn("1 idle locks left out", done.stdout)

    def test_a_decision_that_differs_is_one_line(self):
        done = self.replay(BLOCK, self.database(stick(1), *CARD))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout.splitlines()[0],
                         "2026-11-23T08:00:10.000Z  ward-pc-7  0001  tighter  usb 1-2 0781:5581: "
                         "0=08:06:50 examine by builtin.storage -> block by no-sticks")
        self.assertIn("1 the same, 1 differ (1 tighter, 0 looser, 0 otherwise), 0 cannot be told", done.stdout)

    def test_lines_are_read_from_a_file_and_from_standard_input(self):
        text = self.lines({"head": {"host": "ward-pc-7"}}, stick(1), *CARD)
        (self.folder / "events.json").write_text(text)
        for done in (self.replay(GRACE, self.folder / "events.json"), self.replay(GRACE, "-", text=text)):
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("looser  card A card.removed: graphical lock -> nothing by session.card_removal_grace",
                          done.stdout)

    def test_json_is_one_object_a_line_and_ends_with_the_summary(self):
        done = self.replay(BLOCK, "-", "--json", text=self.lines(stick(1), *CARD))
        difference, summary = (json.loads(line) for line in done.stdout.splitlines())
        self.assertEqual((difference["subject"], difference["direction"], difference["seq"]), ("usb", "tighter", 1))
        self.assertEqual(difference["changes"], [{"what": "0=08:06:50", "was": "examine", "was_rule": "builtin.storage",
                                                  "would_be": "block", "rule": "no-sticks"}])
        self.assertEqual((summary["summary"]["decisions"], summary["summary"]["differ"]), (2, 1))

    def test_hostile_names_neither_command_the_terminal_nor_forge_a_line(self):
        done = self.replay(BLOCK, "-", text=self.lines(stick(1, "1-2\x1b[2J\nforged")))
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("\x1b", done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 2)

    def test_damaged_lines_do_not_pass_for_nothing_differs(self):
        for text in ("gone\n", self.lines(stick(1)) + "{\n", "x" * 3_000_000 + "\n", "\0\n", "x" * 4095, "x" * 2 * 4095):
            done = self.replay(DEFAULT, "-", text=text)
            self.assertEqual(done.returncode, 3)
            self.assertIn("damaged", done.stderr)

    def test_what_cannot_be_read_is_3_and_wrong_usage_64(self):
        self.assertEqual(self.replay(DEFAULT, "/none/events.db").returncode, 3)
        bad = self.replay("format = 2\n", "-")
        self.assertEqual(bad.returncode, 3)
        self.assertRegex(bad.stderr, r"policy\.toml:1:\d+: ")
        done = subprocess.run([vaktpost, "replay"], capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 64)


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
