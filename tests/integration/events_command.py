#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost events` and `explain` beside a real log: what they print, whom they let read, and how `events` follows."""
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


class ExplainCommand(unittest.TestCase):
    LOCK = [(1, "agent.started", None), (2, "card.removed", None), (3, "session.lock_requested", 2),
            (4, "usb.blocked", None), (5, "session.locked", 3)]

    def setUp(self):
        self.log = Log()
        self.addCleanup(self.log.close)
        self.log.append("agent.started")
        self.log.stop()
        self.sql("DELETE FROM event")

    def sql(self, statement, rows=((),)):
        with sqlite3.connect(self.log.database) as database:
            database.executemany(statement, rows)
        database.close()

    def write(self, epoch, records):
        self.sql("INSERT INTO event(epoch, seq, record) VALUES (?, ?, ?)", [
            (epoch, seq, json.dumps({"type": name, "code": f"000{seq}", **({"cause": cause} if cause else {}),
                                     "outcome": "enforced", "time": f"2026-03-0{epoch}T08:15:0{seq}.000Z", "epoch": epoch,
                                     "seq": seq, "severity": "info", "data": {}})) for seq, name, cause in records])

    def explain(self, *arguments, **more):
        return subprocess.run([vaktpost, "explain", "--database", self.log.database, *arguments], capture_output=True,
                              text=True, timeout=PATIENCE, check=False, **more)

    def test_a_decision_is_told_from_its_first_cause_to_its_end(self):
        self.write(1, self.LOCK)
        done = self.explain("3")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout,
                         "0003  epoch 1  session.lock_requested: The agent took a step towards a lock.\n"
                         "  2026-03-01T08:15:02.000Z  info     card.removed              0002\n"
                         ">   2026-03-01T08:15:03.000Z  info     session.lock_requested    0003 because=0002\n"
                         "      2026-03-01T08:15:05.000Z  info     session.locked            0005 because=0003\n")

    def test_json_is_the_records_as_they_are_stored(self):
        self.write(1, self.LOCK)
        done = self.explain("--json", "0005")
        self.assertEqual([json.loads(line)["seq"] for line in done.stdout.splitlines()], [2, 3, 5])
        stored = sqlite3.connect(self.log.database).execute("SELECT record FROM event WHERE seq IN (2, 3, 5)").fetchall()
        self.assertEqual(done.stdout, "".join(row[0] + "\n" for row in stored))

    def test_the_newest_epoch_comes_first(self):
        self.write(1, self.LOCK)
        self.write(2, [(1, "agent.started", None), (2, "usb.blocked", None)])
        self.write(3, [(1, "agent.started", None)])
        done = self.explain("oo02")
        heads = [line for line in done.stdout.splitlines() if line.startswith("0002")]
        self.assertEqual([head.split()[2:4] for head in heads], [["2", "usb.blocked:"], ["1", "card.removed:"]])
        self.assertEqual([json.loads(line)["epoch"] for line in self.explain("--json", "2").stdout.splitlines()],
                         [2, 1, 1, 1])

    def test_a_code_that_no_event_has_is_1(self):
        self.write(1, self.LOCK)
        done = self.explain("00A7")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", "vaktpost: no event has the code 00A7\n"))

    def test_what_is_no_code_is_wrong_usage(self):
        for code in ("", "0000", "U", "00\x1b[2J", "ZZZZZZZZZZZZZZZ"):
            done = self.explain(code)
            self.assertEqual((done.returncode, done.stdout), (64, ""), code)
            self.assertIn("is no code", done.stderr)
            self.assertNotIn("\x1b", done.stderr)

    def test_what_is_damaged_is_passed_over_and_said(self):
        self.write(1, self.LOCK)
        self.sql("UPDATE event SET record = 'gone' WHERE seq = 3")
        done = self.explain("0002")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (1, 2))
        self.assertIn("missing or damaged", done.stderr)

    def test_a_hostile_record_neither_commands_the_terminal_nor_forges_a_line(self):
        self.write(1, [(1, "x\x1b[2J\n0001  epoch 9", None)])
        done = self.explain("1")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 2))
        self.assertNotIn("\x1b", done.stdout)

    def test_without_a_log_it_says_so(self):
        done = subprocess.run([vaktpost, "explain", "--database", "/none/events.db", "1"], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/none/events.db", done.stderr)

    @unittest.skipIf(os.geteuid() != 0, "taking on other users takes root")
    def test_who_may_not_read_the_log_is_told_what_it_takes(self):
        os.chmod(self.log.database, 0o600)
        done = self.explain("1", user=COLLEAGUE, group=COLLEAGUE, extra_groups=[])
        self.assertEqual((done.returncode, done.stdout), (1, ""))


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    for test, reason in result.skipped:
        print(f"skip {test.id()}: {reason}")
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
