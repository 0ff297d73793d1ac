#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost convert` as a command: files and standard input, what is no record, hostile texts, exit status."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from convert_schemas import atna_record, cef_fields

HOSTILE = ("a|b=c\\d", "x cs1=forged", "\n<9>1 forged", "\r\n", "</AuditMessage>", "]]><!--&amp;\"'", "\u001b[2J\u0000\u007f\u009b1m",
           "\u2028\ufffe\ufffd", "\U0001f512", "CEF:0|x|y|1|z|w|9|")


class Convert(unittest.TestCase):
    command = None
    samples = None

    @classmethod
    def setUpClass(cls):
        lines = subprocess.run([cls.samples, "short"], check=True, capture_output=True).stdout
        cls.records = lines.split(b"\n")[:-1]
        cls.blocked = next(line for line in cls.records if b'"type":"usb.blocked"' in line)

    def run_with(self, *words, data=b""):
        return subprocess.run([self.command, "convert", *map(str, words)], input=data, capture_output=True)

    def lines(self, form, data):
        result = self.run_with("--to", form, data=data)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode().split("\n")[:-1]

    def test_files_are_converted_in_their_order(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("one", "two")]
            files[0].write_bytes(self.records[0] + b"\n")
            files[1].write_bytes(self.records[1])  # its end is missing
            result = self.run_with("--to", "ocsf", *files)
        self.assertEqual(result.returncode, 0)
        kept = [json.loads(line)["raw_data"].encode() for line in result.stdout.splitlines()]
        self.assertEqual(kept, self.records[:2])

    def test_a_file_that_is_not_there_is_named_and_the_others_are_converted(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "records"
            file.write_bytes(self.records[0] + b"\n")
            result = self.run_with("--to", "cef", Path(folder) / "missing", file)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, b"^vaktpost: .*/missing: No such file or directory\n$")
        self.assertEqual(result.stdout.count(b"\n"), 1)

    def test_a_line_that_is_no_record_is_named_by_its_number_and_the_others_are_converted(self):
        good = self.records[0]
        wrong = {
            b"": b"no JSON",
            b"{": b"no JSON",
            b"[]": b"no JSON object",
            b'{"checkpoint":{"host":"h","epoch":3}}': b"v is not 1",
            good[:-1]: b"no JSON",
            good + b"}": b"no JSON",
            good.replace(b"ward-3", b"ward-\xff"): b"no JSON",
            good.replace(b"ward-3", b"ward-\\ud800"): b"no JSON",
            good.replace(b"ward-3", b"\x1b[2J"): b"control character",
            good.replace(b"ward-3", b"\xc2\x9b2J"): b"control character",
            good + b"\r": b"control character",
            good.replace(b"agent.started", b"card.lent"): b"type is unknown",
            good.replace(b'"v":1', b'"v":2'): b"v is not 1",
            good.replace(b'"epoch":1', b'"epoch":0'): b"epoch and seq",
            good.replace(b'"seq":32', b'"seq":"32"'): b"epoch and seq",
            good.replace(b'"seq":32', b'"seq":99999999999999999999'): b"epoch and seq",
            good.replace(b".250Z", b".250+01:00"): b"time is to be as",
            good.replace(b"2026-03-01", b"0000-01-01"): b"time is to be as",
            good.replace(b'"host":"ward-pc-7"', b'"host":""'): b"no host",
            good.replace(b'"severity":"info"', b'"severity":"dire"'): b"severity is unknown",
            good.replace(b'"outcome":"enforced"', b'"outcome":7'): b"outcome is unknown",
            b"[" * 100000: b"no JSON",
            b"x" * (1 << 20) + b"yz": b"longer than 1 MiB",
        }
        for form in ("ocsf", "ecs", "cef", "atna"):
            result = self.run_with("--to", form, data=b"".join(line + b"\n" + good + b"\n" for line in wrong))
            errors = result.stderr.split(b"\n")[:-1]
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stdout.count(b"\n"), len(wrong))
            self.assertEqual(len(errors), len(wrong))
            for number, (error, why) in enumerate(zip(errors, wrong.values())):
                self.assertIn(b"vaktpost: standard input:%d: not a record: " % (2 * number + 1), error)
                self.assertIn(why, error)

    def test_wrong_usage_is_64_and_help_is_none(self):
        for words in ([], ["--to"], ["--to", "xml"], ["--to", "cef", "--syslog"], ["--to", "ocsf", "--as"]):
            result = self.run_with(*words)
            self.assertEqual((result.returncode, result.stdout), (64, b""), words)
            self.assertNotEqual(result.stderr, b"")
        result = self.run_with("--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn(b"--to", result.stdout)

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([self.command, "convert", "--to", "ecs"], input=self.blocked, stdout=full,
                                    stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"cannot write", result.stderr)

    def hostile(self):
        """Records with each hostile text wherever one may stand."""
        for text in HOSTILE:
            record = json.loads(self.blocked)
            record.update(host=text, boot_id=text, labels=[text], rule=text, seat=text, session={"id": text, "class": text})
            record["policy"]["sha256"] = text
            record["data"] = {key: text for key in record["data"]} | {"reason": text, text: text}
            yield json.dumps(record, ensure_ascii=True, separators=(",", ":"))

    def test_hostile_texts_neither_end_a_line_nor_a_field(self):
        for record in self.hostile():
            for form in ("ocsf", "ecs", "cef", "atna"):
                lines = self.lines(form, record.encode() + b"\n")
                self.assertEqual(len(lines), 1)
                self.assertIsNone(re.search("[\x00-\x1f\x7f-\x9f]", lines[0]), form)

    def test_the_record_is_kept_whatever_it_holds(self):
        for record in self.hostile():
            ocsf, ecs, cef, atna = (self.lines(form, record.encode())[0] for form in ("ocsf", "ecs", "cef", "atna"))
            self.assertEqual(json.loads(ocsf)["raw_data"], record)
            self.assertEqual(json.loads(ecs)["event"]["original"], record)
            self.assertEqual(cef_fields(cef)[1]["VaktpostAgentRecord"], record)
            self.assertEqual(atna_record(atna), record)

    def test_hostile_texts_forge_no_field_of_cef(self):
        fields, pairs = cef_fields(self.lines("cef", self.blocked)[0])
        for record in self.hostile():
            forged_fields, forged_pairs = cef_fields(self.lines("cef", record.encode())[0])
            self.assertEqual(forged_fields, fields)
            self.assertLessEqual(set(forged_pairs), set(pairs) | {"reason"})
            self.assertEqual(forged_pairs["cs6Label"], "recordSha256")

    def test_hostile_texts_forge_no_element_of_an_audit_message(self):
        def shape(element):
            return [element.tag, sorted(element.keys()), [shape(each) for each in element]]

        shapes = [shape(xml.fromstring(self.lines("atna", record.encode())[0])) for record in self.hostile()]
        self.assertTrue(all(each == shapes[0] for each in shapes))

    def test_a_hostile_host_forges_no_syslog_header(self):
        for record in self.hostile():
            result = self.run_with("--to", "atna", "--syslog", data=record.encode())
            self.assertRegex(result.stdout, rb"^<84>1 \S+Z [!-~]+ vaktpost - IHE\+RFC-3881 - <AuditMessage>")

    def test_values_are_cut_where_cef_wants_them_shorter(self):
        record = json.loads(self.blocked)
        record["host"] = "\u00e6" * 120
        record["data"]["reason"] = "\u20ac" * 2000
        pairs = cef_fields(self.lines("cef", json.dumps(record).encode())[0])[1]
        self.assertEqual(pairs["dvchost"], "\u00e6" * 50)
        self.assertEqual(pairs["reason"], "\u20ac" * 341)

    def test_a_lasting_finding_is_closed_by_the_record_that_says_it_is_over(self):
        record = json.loads(next(line for line in self.records if b'"type":"host.disk_plain"' in line))
        record["data"].update(use="swap", device="dm-1")
        opened, closed = (json.loads(self.lines("ocsf", json.dumps(
            {**record, "data": {**record["data"], "present": present}}).encode())[0]) for present in (True, False))
        self.assertEqual((opened["activity_id"], closed["activity_id"]), (1, 3))
        self.assertEqual((opened["status_id"], closed["status_id"]), (1, 4))
        self.assertEqual(opened["finding_info"]["uid"], "ward-pc-7/host.disk_plain/swap/dm-1")
        self.assertEqual(closed["finding_info"]["uid"], opened["finding_info"]["uid"])

    def test_many_records_come_out_whole(self):
        for form in ("ocsf", "ecs", "cef", "atna"):
            result = self.run_with("--to", form, data=(self.records[7] + b"\n") * 20000)
            self.assertEqual((result.returncode, result.stdout.count(b"\n")), (0, 20000))


if __name__ == "__main__":
    Convert.command, Convert.samples = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
