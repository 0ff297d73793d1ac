#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the centre makes of what is sent to it: bytes, duplicates, forks, hostile messages, strangers; and its roles."""
import hashlib
import json
import os
import socket
import ssl
import sys
import tempfile
import unittest

import central_world
from central_sender import RelpSender, chain, record, send_by_syslog
from central_world import CentralWorld

MARK = os.path.join(tempfile.gettempdir(), f"vaktpost-centre-mark-{os.getpid()}")
HOSTILE = {
    "no JSON": "hello",
    "nothing": "",
    "a list": "[1]",
    "half of a record": record("h", 1, "0" * 64)[:-5],
    "no host": '{"epoch":1,"seq":1}',
    "a host that is a number": '{"host":1,"epoch":1,"seq":1}',
    "an empty host": '{"host":"","epoch":1,"seq":1}',
    "a host without end": '{"host":"' + "h" * 5000 + '","epoch":1,"seq":1}',
    "no epoch": '{"host":"h","seq":1}',
    "an epoch of text": '{"host":"h","epoch":"1","seq":1}',
    "epoch 0": '{"host":"h","epoch":0,"seq":1}',
    "a fraction": '{"host":"h","epoch":1,"seq":1.5}',
    "a negative number": '{"host":"h","epoch":1,"seq":-1}',
    "a number beyond 64 bits": '{"host":"h","epoch":1,"seq":99999999999999999999999}',
    "a number of a million digits": '{"host":"h","epoch":1,"seq":1e999999}',
    "a NUL escape": '{"host":"h\\u0000","epoch":1,"seq":1}',
    "a NUL escape elsewhere": '{"host":"h","epoch":1,"seq":1,"data":{"x":"\\u0000"}}',
    "half of a surrogate pair": '{"host":"h\\ud800","epoch":1,"seq":1}',
    "a NUL": b'{"host":"h\0","epoch":1,"seq":1}',
    "no UTF-8": b'{"host":"h\xff\xfe","epoch":1,"seq":1}',
    "a surrogate in UTF-8": b'{"host":"\xed\xa0\x80","epoch":1,"seq":1}',
    "a statement": "'); DROP TABLE vaktpost.event; SELECT ('",
    "a command of psql": f"\\! touch {MARK}\n\\! touch {MARK}\n",
    "a quote at the end of a line": "it's\n\\q\n'",
    "control characters": b'{"host":"h\x01\x1b[2J","epoch":1,"seq":1}',
    "a delete character": b'{"host":"h\x7f","epoch":1,"seq":1}',
    "deep nesting": '{"host":"h","epoch":1,"seq":1,"data":' + "[" * 60000 + "]" * 60000 + "}",
    "more than a message may have": '{"host":"h","epoch":1,"seq":1,"data":"' + "x" * 300_000 + '"}',
    "a forged checkpoint": '{"checkpoint":{"host":"h","epoch":9,"seq":9},"host":"h","epoch":1,"seq":1}',
    "a forged head": '{"\\u0068ead":{"host":"h"},"host":"h","epoch":1,"seq":1}',
    "space around it": ' {"host":"h","epoch":1,"seq":1} ',
}
# Odd, but with host, epoch and seq: kept, since it is evidence.
ODD = {
    "an impossible date": record("odd", 1, "0" * 64, moment="2026-13-45T99:00:00.000Z"),
    "a word for a date": record("odd", 2, "0" * 64, moment="now"),
    "a day long ago": record("odd", 3, "0" * 64, moment="1970-01-01T00:00:00.000Z"),
    "a day far ahead": record("odd", 4, "0" * 64, moment="9999-12-31T23:59:59.999Z"),
    "no time, no type, no severity": '{"host":"odd","epoch":1,"seq":5}',
    "fields of wrong types": '{"host":"odd","epoch":1,"seq":6,"time":7,"type":{},"severity":[],"labels":{"a":1}}',
    "labels that are no words": '{"host":"odd","epoch":1,"seq":7,"labels":[1,{},"ward-a",null]}',
    "a heartbeat of nonsense": '{"host":"odd","epoch":1,"seq":8,"type":"heartbeat","time":[],"data":7}',
    "a block of nonsense": '{"host":"odd","epoch":1,"seq":9,"type":"usb.blocked","severity":"warning","data":7}',
}


class Messages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(CentralWorld())
        cls.certificate, cls.key = cls.centre.issue("ward-1")

    def deliver(self, *texts):
        with RelpSender(self.centre, self.certificate, self.key) as sender:
            sender.send(*texts)
            sender.wait()

    def test_a_record_arrives_byte_for_byte(self):
        texts = [record("bytes", number, "0" * 64, text=text) for number, text in enumerate((
            "it's 'quoted' \"twice\" ''''", "back\\slash \\' \\\\ \\n \\x41 \\u0041", "Ærlig talt: blåbærsyltetøy",
            "日本語 🙂 \u00a0\u2028\u0085", "%msg% $1 ${x} :name :'name' %s", "x" * 30_720, "ø" * 30_000, "/* -- ; */", "\ufeff"),
            1)]
        self.deliver(*texts)
        self.assertEqual(self.centre.lines("bytes"), texts)
        digests = [row[0] for row in self.centre.sql(
            "SELECT encode(digest, 'hex') FROM vaktpost.event WHERE host = 'bytes' ORDER BY seq")]
        self.assertEqual(digests, [hashlib.sha256(text.encode()).hexdigest() for text in texts])

    def test_the_largest_record_arrives(self):
        text = record("large", 1, "0" * 64, text="x" * 65_000)
        self.deliver(text)
        self.assertEqual(self.centre.lines("large"), [text])

    def test_an_identical_record_is_stored_once(self):
        texts = chain("twice", 5)
        self.deliver(*texts, *texts)
        self.deliver(*texts)
        self.assertEqual(self.centre.lines("twice"), texts)

    def test_a_different_record_with_the_same_number_is_kept_beside(self):
        first, second = record("fork", 1, "0" * 64), record("fork", 1, "0" * 64, other=1)
        other_day = record("fork", 1, "0" * 64, moment="2026-11-21T10:00:00.000Z")
        self.deliver(first, second, first, other_day)
        self.assertCountEqual(self.centre.lines("fork"), [first, second, other_day])
        self.assertEqual(self.centre.sql("SELECT * FROM vaktpost.fork WHERE host = 'fork'", role="vaktpost_reader"),
                         [["fork", "1", "1", "3"]])

    def test_what_is_no_record_is_refused_and_blocks_nothing(self):
        patients = chain("patient", len(HOSTILE))
        self.deliver(*(text for pair in zip(HOSTILE.values(), patients) for text in pair))
        self.assertEqual(self.centre.lines("patient"), patients)
        self.assertEqual(self.centre.sql("SELECT line FROM vaktpost.event WHERE host LIKE 'h%'"), [])
        refused = self.centre.sql("SELECT sender, why, length(message) FROM vaktpost.refused "
                                  "WHERE length > 0 ORDER BY received")
        self.assertEqual(len(refused), len(HOSTILE), refused)
        self.assertEqual({row[0] for row in refused}, {"127.0.0.1"})
        self.assertLessEqual(max(int(row[2]) for row in refused), 8192)
        self.assertFalse(os.path.exists(MARK))

    def test_an_odd_record_is_kept_and_the_views_bear_it(self):
        self.deliver(*ODD.values())
        self.assertEqual(self.centre.lines("odd"), list(ODD.values()))
        for view in VIEWS:
            self.centre.sql(f"SELECT * FROM vaktpost.{view}", role="vaktpost_reader")

    def test_the_evidence_ends_with_the_highest_number_that_was_ever_stored(self):
        texts = chain("evidence", 4)
        self.deliver(*texts[:2], texts[3], texts[2])
        lines = [row[0] for row in self.centre.sql(
            "SELECT line FROM vaktpost.evidence WHERE host = 'evidence' ORDER BY host, epoch, seq", role="vaktpost_reader")]
        head = [json.loads(line)["head"] for line in lines if line.startswith('{"head"')]
        self.assertEqual(head, [{"host": "evidence", "epoch": 1, "seq": 4,
                                 "digest": hashlib.sha256(texts[3].encode()).hexdigest()}])
        self.assertEqual([line for line in lines if not line.startswith('{"head"')], texts)

    def test_a_hostile_host_name_cannot_write_lines_of_evidence(self):
        text = record('a"},{"head":\'"', 1, "0" * 64)
        self.deliver(text)
        lines = [row[0] for row in self.centre.sql("SELECT line FROM vaktpost.evidence WHERE host LIKE 'a\"%'")]
        self.assertEqual([json.loads(line)["head"]["host"] for line in lines if line != text], ['a"},{"head":\'"'])

    # Who may send

    def assert_turned_away(self, certificate, key, *said):
        """Sends nothing, and the receivers' journal says why."""
        before = self.centre.value("SELECT count(*) FROM vaktpost.event")
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            with RelpSender(self.centre, certificate, key) as sender:
                sender.send(record("stranger", 1, "0" * 64))
                sender.wait()
        try:
            send_by_syslog(self.centre, certificate, key, record("stranger", 2, "0" * 64))
        except OSError:
            pass
        # By then the stranger's record would have come.
        self.deliver(record("after-a-stranger", 1 + int(before), "0" * 64))
        self.assertEqual(self.centre.lines("stranger"), [])
        journal = (self.centre.folder / "rsyslogd.log").read_text(errors="replace")
        for words in said:
            self.assertIn(words, journal)

    def test_a_sender_without_a_certificate_is_turned_away(self):
        self.assert_turned_away(None, None)

    def test_a_certificate_of_another_authority_is_turned_away(self):
        self.assert_turned_away(*self.centre.issue("ward-1", authority=self.centre.other_authority()),
                                "certificate validation failed", "signer not found")

    def test_a_certificate_that_has_expired_is_turned_away(self):
        self.assert_turned_away(*self.centre.issue_expired("ward-1"), "certificate validation failed",
                                "certificate expired")

    def test_a_sender_without_tls_is_turned_away(self):
        for port in (self.centre.relp_port, self.centre.syslog_port):
            with socket.create_connection(("127.0.0.1", port), 20) as connection:
                connection.sendall(b"1 open 30 relp_version=0\ncommands=syslog\n")
                try:
                    self.assertNotIn(b"200 OK", connection.recv(4096))
                except ConnectionError:
                    pass

    def test_frames_that_are_none_harm_nobody_else(self):
        for nonsense in (b"x", b"1 open 999999999 ", b"99 syslog 3 abc\n", b"2 syslog 0\n", b"2 syslog 1 \0\n"):
            with RelpSender(self.centre, self.certificate, self.key) as sender:
                sender.socket.sendall(nonsense)
        self.deliver(record("after-nonsense", 1, "0" * 64))
        self.assertEqual(len(self.centre.lines("after-nonsense")), 1)

    # Roles

    def assert_forbidden(self, role, statement):
        result = self.centre.psql("--command", statement, role=role, check=False)
        self.assertNotEqual(result.returncode, 0, statement)
        self.assertRegex(result.stderr.decode(), "permission denied|must be owner|read-only transaction|cannot delete from view")

    def test_the_writer_can_neither_read_nor_change(self):
        for relation in (*TABLES, *VIEWS):
            self.assert_forbidden("vaktpost_writer", f"SELECT * FROM vaktpost.{relation}")
        for table in TABLES:
            self.assert_forbidden("vaktpost_writer", f"DELETE FROM vaktpost.{table}")
            self.assert_forbidden("vaktpost_writer", f"DROP TABLE vaktpost.{table}")
        for statement in ("INSERT INTO vaktpost.head VALUES ('h', 1, 1, '', now(), '', '{}')",
                          "UPDATE vaktpost.event SET line = ''", "TRUNCATE vaktpost.event",
                          "SELECT vaktpost.retain(1)", "SELECT * FROM vaktpost.report_silence()",
                          "SELECT vaktpost.note_removed('h', 1, 1, '', 1)", "CREATE TABLE vaktpost.mine ()",
                          "CREATE TABLE public.mine ()", "CREATE TEMPORARY TABLE mine ()", "SET ROLE vaktpost_owner"):
            self.assert_forbidden("vaktpost_writer", statement)

    def test_the_reader_reads_the_views_alone_and_changes_nothing(self):
        for view in VIEWS:
            self.centre.sql(f"SELECT * FROM vaktpost.{view}", role="vaktpost_reader")
        for table in TABLES:
            self.assert_forbidden("vaktpost_reader", f"SELECT * FROM vaktpost.{table}")
        for start in ("", "SET default_transaction_read_only = off; SET transaction_read_only = off; "):
            for relation in (*TABLES, *VIEWS):
                self.assert_forbidden("vaktpost_reader", f"{start}DELETE FROM vaktpost.{relation}")
            for statement in ("SELECT vaktpost.store('x')", "SELECT vaktpost.retain(1)", "SELECT vaktpost.retire('x', 'y')",
                              "CREATE TABLE public.mine ()", "SELECT * FROM vaktpost.report_silence()",
                              "SET ROLE vaktpost_writer"):
                self.assert_forbidden("vaktpost_reader", start + statement)


TABLES = ("event", "event_other", "head", "heartbeat", "checkpoint", "refused", "silence", "retired")
VIEWS = ("evidence", "host", "silent_host", "block", "unconfirmed_lock", "reported_gap", "hole", "fork", "label_day",
         "refusal", "retired_host")

if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
