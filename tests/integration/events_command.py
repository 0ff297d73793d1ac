#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost events` beside a real log: what it prints, whom it lets read, and how it follows."""
import json
import os
import pathlib
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PATIENCE = 20  # seconds until something that should have come counts as missing
COLLEAGUE, REVIEWERS = 60001, 60002

vaktpost, stage = sys.argv[1:3]


class Log:
    """A log that is being written in a folder of its own."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="vaktpost-events-")
        self.folder = pathlib.Path(self.temporary.name)
        self.database = self.folder / "events.db"
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([stage, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def append(self, *types):
        for name in types:
            self.process.stdin.write(f"append {name}\n")
            self.process.stdin.flush()
            assert self.process.stdout.readline().strip().isdigit()

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0
        self.process.stdout.close()

    def close(self):
        if not self.process.stdin.closed:
            self.stop()
        self.temporary.cleanup()


def events(log, *options, **more):
    return subprocess.run([vaktpost, "events", "--database", log.database, *options], capture_output=True, text=True,
                          timeout=PATIENCE, check=False, **more)


class Follower:
    def __init__(self, log, *options):
        self.process = subprocess.Popen([vaktpost, "events", "--database", log.database, "--json", "--follow", *options],
                                        stdout=subprocess.PIPE)
        self.buffer = b""

    def line(self):
        while b"\n" not in self.buffer:
            if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
                raise AssertionError("nothing came")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError("it ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def end(self):
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status


class EventsCommand(unittest.TestCase):
    def setUp(self):
        self.log = Log()
        self.addCleanup(self.log.close)

    def types(self, *options):
        done = events(self.log, "--json", *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line)["type"] for line in done.stdout.splitlines()]

    def test_all_events_come_oldest_first_while_the_agent_runs_and_when_it_is_stopped(self):
        wanted = ["agent.started", "card.inserted", "card.removed"]
        self.log.append(*wanted)
        self.assertEqual(self.types(), wanted)
        self.log.stop()
        self.assertEqual(self.types(), wanted)

    def test_json_is_the_record_as_it_is_stored(self):
        self.log.append("card.inserted", "usb.blocked")
        stored = sqlite3.connect(self.log.database).execute("SELECT record FROM event ORDER BY epoch, seq").fetchall()
        self.assertEqual(events(self.log, "--json").stdout, "".join(row[0] + "\n" for row in stored))

    def test_types_times_and_counts_narrow_the_list(self):
        self.log.append("agent.started", "card.inserted", "usb.blocked", "card.removed", "card.inserted")
        self.assertEqual(self.types("--type", "card.inserted", "--type", "card.removed"),
                         ["card.inserted", "card.removed", "card.inserted"])
        self.assertEqual(self.types("--last", "2"), ["card.removed", "card.inserted"])
        self.assertEqual(self.types("--last", "1", "--type", "usb.blocked"), ["usb.blocked"])
        self.assertEqual(len(self.types("--since", "1h")), 5)
        self.assertEqual(self.types("--since", "2999-01-01T00:00:00Z"), [])
        self.assertEqual(len(self.types("--since", "2001-01-01T00:00:00+01:00", "--last", "100")), 5)

    def test_people_get_one_line_per_event(self):
        self.log.append("card.inserted", "usb.blocked")
        lines = events(self.log).stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[1], r"^\d{4}-\d\d-\d\dT\S+Z  warning  usb\.blocked +0002")
        self.assertNotIn("\x1b", "".join(lines))

    def test_wrong_usage_is_told_apart(self):
        for options in (["--last", "0"], ["--last", "x"], ["--since", "yesterday"], ["--type", "card.lent"], ["--nonsense"]):
            done = events(self.log, *options)
            self.assertEqual(done.returncode, 64, options)
            self.assertTrue(done.stderr)
            self.assertEqual(done.stdout, "")

    def test_following_shows_new_events_as_they_are_stored_and_ends_on_an_interrupt(self):
        self.log.append("agent.started")
        follower = Follower(self.log)
        self.assertEqual(follower.line()["seq"], 1)
        for seq, name in enumerate(["card.inserted", "usb.blocked", "card.removed"], 2):
            self.log.append(name)
            self.assertEqual(follower.line()["seq"], seq)
        follower.process.send_signal(signal.SIGINT)
        self.assertEqual(follower.end(), 0)

    def test_following_goes_on_over_a_restart_and_a_new_database(self):
        self.log.append("agent.started")
        follower = Follower(self.log, "--last", "1")
        self.addCleanup(follower.process.stdout.close)
        self.addCleanup(follower.process.kill)
        self.assertEqual(follower.line()["seq"], 1)
        self.log.stop()
        self.log.start()
        self.log.append("card.inserted")
        self.assertEqual(follower.line()["seq"], 2)
        self.log.stop()
        for path in self.log.folder.glob("events.db*"):
            path.unlink()
        self.log.start()
        self.log.append("card.removed")
        record = follower.line()
        self.assertEqual((record["epoch"], record["seq"]), (2, 1))
        follower.process.send_signal(signal.SIGTERM)
        self.assertEqual(follower.end(), 0)

    def test_following_ends_when_nobody_reads(self):
        self.log.append("agent.started")
        follower = Follower(self.log)
        follower.line()
        follower.process.stdout.close()
        self.assertEqual(follower.process.wait(PATIENCE), 0)

    def test_following_sleeps_while_nothing_happens(self):
        self.log.append("agent.started")
        follower = Follower(self.log)
        follower.line()
        stat = pathlib.Path(f"/proc/{follower.process.pid}/status")

        def switches():
            return [line for line in stat.read_text().splitlines() if line.startswith("voluntary_ctxt")]

        while "\nState:\tS" not in stat.read_text():
            pass
        before = switches()
        self.assertEqual(select.select([follower.process.stdout], [], [], 1.5)[0], [])
        self.assertEqual(switches(), before)
        follower.process.send_signal(signal.SIGINT)
        self.assertEqual(follower.end(), 0)

    def test_a_damaged_record_is_named_and_the_others_are_shown(self):
        self.log.append("card.inserted", "usb.blocked", "card.removed")
        self.log.stop()
        with sqlite3.connect(self.log.database) as database:
            database.execute("UPDATE event SET record = 'gone' WHERE seq = 2")
        database.close()
        done = events(self.log, "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertIn("record 1/2 is damaged", done.stderr)

    def test_a_copied_log_is_read_from_a_folder_that_cannot_be_written_to(self):
        self.log.append("card.inserted", "card.removed")
        with tempfile.TemporaryDirectory() as copy:
            for name in ("events.db", "events.db-wal", "events.db-shm"):
                shutil.copy(self.log.folder / name, copy)
            os.chmod(copy, 0o500)
            done = subprocess.run([vaktpost, "events", "--database", f"{copy}/events.db"], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 2), done.stderr)

    @unittest.skipIf(os.geteuid() != 0, "taking on other users takes root")
    def test_only_the_group_reads_and_others_are_told_what_it_takes(self):
        os.chown(self.log.folder, 0, REVIEWERS)
        os.chmod(self.log.folder, 0o2750)
        for path in self.log.folder.iterdir():
            os.chown(path, 0, REVIEWERS)
        self.log.append("card.inserted")
        reviewer = events(self.log, "--json", user=COLLEAGUE, group=COLLEAGUE, extra_groups=[REVIEWERS])
        self.assertEqual((reviewer.returncode, len(reviewer.stdout.splitlines())), (0, 1), reviewer.stderr)
        other = events(self.log, user=COLLEAGUE, group=COLLEAGUE, extra_groups=[])
        self.assertEqual((other.returncode, other.stdout), (1, ""))
        self.assertIn("group vaktpost-review", other.stderr)


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    for test, reason in result.skipped:
        print(f"skip {test.id()}: {reason}")
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
