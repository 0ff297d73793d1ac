# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of `vaktpost log verify` share: asking it, and a workstation's log. Their scripts take VAKTPOST and
EVENTS_APPENDER."""
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PATIENCE = 50  # seconds until something that should have come counts as missing
COMPLETE, EXPLAINED, UNEXPLAINED, UNREADABLE, WRONG_USAGE = 0, 1, 2, 3, 64

vaktpost, appender = sys.argv[1:3]


def run(*words, given=None, **more):
    return subprocess.run([vaktpost, "log", "verify", *map(str, words)], input=given, capture_output=True, text=True,
                          timeout=PATIENCE, check=False, **more)


def text_of(lines):
    return "".join(line + "\n" for line in lines)


class Verified(unittest.TestCase):
    """Asserts on what the command says."""

    def verdict(self, *words, status, given=None):
        done = run("--json", *words, given=given)
        self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
        *hosts, last = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertIn("summary", last)
        return {host["host"]: host for host in hosts}, last["summary"]

    def finding(self, host, kind, **wanted):
        """The finding of that kind with these fields."""
        for finding in host["findings"]:
            if finding["kind"] == kind and all(finding.get(key) == value for key, value in wanted.items()):
                return finding
        raise AssertionError(f"no {kind} {wanted} in {json.dumps(host['findings'], indent=1)}")

    def lines(self, lines, status, *words):
        return self.verdict("-", *words, status=status, given=text_of(lines))[0]

    def kinds(self, host):
        return {finding["kind"] for finding in host["findings"]}


class WorkstationLog(Verified):
    """A log as the agent's writer leaves it on a workstation."""

    HOST = "ward-pc-7"

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="vaktpost-verify-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.path = self.folder / "events.db"
        self.append(60)

    def append(self, count):
        process = subprocess.Popen([appender, self.folder], stdout=subprocess.PIPE, text=True)
        first = int(process.stdout.readline())
        while int(process.stdout.readline()) < first + count:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        process.stdout.close()

    def sql(self, *statements):
        with sqlite3.connect(self.path) as database:
            for statement in statements:
                database.execute(*(statement if isinstance(statement, tuple) else (statement,)))
        database.close()

    def record(self, seq, epoch=1):
        with sqlite3.connect(self.path) as database:
            (text,) = database.execute("SELECT record FROM event WHERE epoch = ? AND seq = ?", (epoch, seq)).fetchone()
        database.close()
        return text

    def insert(self, epoch, seq, text):
        with sqlite3.connect(self.path) as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(event)")]
            values = {"epoch": epoch, "seq": seq, "record": text, "class": 1}
            database.execute(f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                             [values[name] for name in columns])
        database.close()

    def last(self):
        with sqlite3.connect(self.path) as database:
            (seq,) = database.execute("SELECT max(seq) FROM event").fetchone()
        database.close()
        return seq

    def host(self, status):
        hosts, summary = self.verdict(self.path, status=status)
        self.assertEqual(list(hosts), [self.HOST])
        self.assertEqual(summary["verdict"], ["complete", "explained", "unexplained"][status])
        return hosts[self.HOST]


def main():
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    for test, reason in result.skipped:
        print(f"skip {test.id()}: {reason}")
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
