#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost devices`, `allow`, `policy explain` and `policy suggest`: what they print and their exit statuses."""
import json
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

PATIENCE = 20  # seconds
vaktpost, events_stage = sys.argv[1:3]

DEVICE = {"device": "1-2", "vendor": "0a5f", "product": "00d3", "serial_tag": "0123456789abcdef", "descriptors": "a" * 64,
          "connect_type": "hotplug", "code": "00A7", "interfaces": [
              {"interface": 0, "classes": ["03:00:00"], "keyboard": False, "verdict": "block", "rule": "no-hid",
               "tried": [{"rule": "near", "differs": ["serial"]}, {"rule": "no-hid", "differs": []}],
               "lacks": ["rule near would allow it but for serial"]}]}
MEDIUM = {"medium": "sdb-7", "size": 1024, "phase": "blocked", "device": "1-3", "rule": "media.unencrypted",
          "verdict": "plain", "reason": "evil\x1b[2J", "parts": [{"offset": 0, "size": 1024, "type": "vfat",
                                                                  "verdict": "plain", "evidence": "boot sector"}],
          "lacks": ["encryption of the part at byte 0, which is vfat (plain)"]}
POLICY = """format = 1
[usb]
default = "block"
[[usb.rule]]
id = "headsets"
interface = ["01:*:*", "03:00:00"]
vendor = "0b0e"
action = "allow"
[[usb.rule]]
id = "ecg"
vendor = "0a5f"
product = "00d3"
serial = "E-17"
action = "audit"
[[usb.rule]]
id = "while-open"
interface = ["0e:*:*"]
user = ["doctor-*"]
screen = "open"
action = "allow"
"""


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE, check=False)


class InFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="vaktpost-rules-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.socket = self.folder / "control.sock"
        self.policy = self.folder / "policy.toml"
        self.policy.write_text(POLICY)
        self.asked = []

    def answer_once(self, answer):
        """An agent of the test's own that answers whatever it is asked with that."""
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self.socket))
        listening.listen()

        def serve():
            with listening, listening.accept()[0] as client:
                self.asked.append(json.loads(client.recv(4096)))
                client.sendall(json.dumps(answer).encode() + b"\n")

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)


class Devices(InFolder):
    def devices(self, *options):
        self.answer_once({"ok": True, "devices": {"screen": "open", "usb": [DEVICE], "media": [MEDIUM]}})
        return run(vaktpost, "devices", "--socket", self.socket, *options)

    def test_each_device_stands_with_verdict_rule_evidence_and_what_it_lacks(self):
        done = self.devices()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [
            "usb 1-2 vendor=0a5f product=00d3 serial_tag=0123456789abcdef connect_type=hotplug code=00A7",
            "  descriptors " + "a" * 64,
            "  interface 0 [03:00:00]  block rule=no-hid",
            "    rule near: no, serial differs",
            "    rule no-hid: yes",
            "    it lacks: rule near would allow it but for serial",
            'medium sdb-7  blocked device=1-3 verdict=plain rule=media.unencrypted reason="evil\\x1b[2J"',
            '  part offset=0 size=1024 type=vfat verdict=plain evidence="boot sector"',
            "  it lacks: encryption of the part at byte 0, which is vfat (plain)"])

    def test_json_is_one_object_for_each(self):
        self.assertEqual([json.loads(line) for line in self.devices("--json").stdout.splitlines()], [DEVICE, MEDIUM])

    def test_who_may_not_see_them_is_told_so(self):
        self.answer_once({"ok": False, "error": "only root, reviewers and operators may"})
        done = run(vaktpost, "devices", "--socket", self.socket)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("only root, reviewers and operators may", done.stderr)

    def test_without_an_agent_it_is_2(self):
        self.assertEqual(run(vaktpost, "devices", "--socket", self.socket).returncode, 2)


class Allow(InFolder):
    def allow(self, time="30min", reason="service"):
        return run(vaktpost, "allow", "1-2", "--for", time, "--reason", reason, "--socket", self.socket)

    def test_it_says_until_when_and_by_which_rule(self):
        self.answer_once({"ok": True, "rule": "exception.00A7", "until": "2027-02-20T00:00:00Z"})
        done = self.allow()
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout,
                         "Device 1-2 may be used until 2027-02-20T00:00:00Z (rule exception.00A7).\n")
        self.assertEqual(self.asked, [{"op": "allow", "device": "1-2", "seconds": 1800, "reason": "service"}])

    def test_a_reason_that_is_none_is_wrong_usage_and_lists_them(self):
        self.answer_once({"ok": False, "error": "no such reason", "reasons": ["service"]})
        done = self.allow(reason="because")
        self.assertEqual(done.returncode, 64)
        self.assertIn("because is no reason; the policy knows service", done.stderr)

    def test_a_refusal_is_1(self):
        self.answer_once({"ok": False, "error": "no such device"})
        done = self.allow()
        self.assertEqual((done.returncode, done.stderr), (1, "vaktpost: refused: no such device\n"))

    def test_a_time_that_is_none_is_wrong_usage(self):
        self.assertEqual(self.allow(time="soon").returncode, 64)
        self.assertEqual(self.allow(time="0s").returncode, 64)


class Explain(InFolder):
    def explain(self, device, *options):
        return run(vaktpost, "policy", "explain", self.policy, "--device", device, *options)

    def test_a_described_device_meets_its_rule_and_is_told_why_not_the_others(self):
        done = self.explain("vendor=0a5f product=00d3 serial=E-17 interface=03:00:00")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [
            "device described vendor=0a5f product=00d3", "  interface 0 03:00:00  allow rule=ecg",
            "    rule headsets: no, vendor differs", "    rule ecg: yes"])

    def test_where_no_rule_meets_the_default_stands_behind_them_all(self):
        done = self.explain("vendor=0a5f product=00d3 serial=E-18 port=1-2 interface=03:01:01 interface=08:06:50")
        self.assertEqual(done.stdout.splitlines()[1:5], [
            "  interface 0 03:01:01  block rule=usb.default", "    rule headsets: no, vendor, interface differ",
            "    rule ecg: no, serial differs", "    rule while-open: no, interface, user differ"])
        self.assertIn("  interface 1 08:06:50  examine rule=builtin.storage", done.stdout)

    def test_who_is_in_front_and_the_screen_are_what_the_caller_says(self):
        camera = "vendor=046d product=0825 interface=0e:01:00"
        self.assertIn("allow rule=while-open", self.explain(camera, "--user", "doctor-7").stdout)
        done = self.explain(camera, "--user", "doctor-7", "--screen", "locked")
        self.assertIn("rule while-open: no, screen differs", done.stdout)

    def test_a_device_that_is_present_is_asked_for(self):
        self.answer_once({"ok": True, "devices": {"screen": "open", "usb": [DEVICE], "media": []}})
        done = self.explain("1-2", "--socket", self.socket)
        self.assertEqual(done.returncode, 0)
        self.assertIn("device 1-2 vendor=0a5f", done.stdout)

    def test_what_cannot_be_explained_has_its_exit_status(self):
        self.assertEqual(self.explain("vendor=xyz interface=03:00:00").returncode, 64)
        self.assertEqual(self.explain("vendor=0a5f product=00d3").returncode, 64)
        self.assertEqual(self.explain("1-2", "--socket", self.socket).returncode, 2)
        self.policy.write_text("format = 2\n")
        done = self.explain("vendor=0a5f product=00d3 interface=03:00:00")
        self.assertEqual(done.returncode, 1)
        self.assertIn("policy.toml:1:10: format must be 1", done.stderr)


class Suggest(InFolder):
    def setUp(self):
        super().setUp()
        self.database = self.folder / "events.db"
        with subprocess.Popen([events_stage, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as log:
            log.stdin.write("append heartbeat\n")
            log.stdin.flush()
            log.stdout.readline()
            log.stdin.close()
            log.wait(PATIENCE)

    def record(self, *records):
        with sqlite3.connect(self.database) as database:
            epoch, seq = database.execute("SELECT max(epoch), max(seq) FROM event").fetchone()
            for number, record in enumerate(records, seq + 1):
                database.execute("INSERT INTO event(epoch, seq, record) VALUES (?, ?, ?)",
                                 (epoch, number, json.dumps(record)))

    def suggest(self, *options):
        done = run(vaktpost, "policy", "suggest", "--database", self.database, *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        draft = self.folder / "draft.toml"
        draft.write_text(done.stdout)
        self.assertEqual(run(vaktpost, "policy", "check", draft).stderr, "")
        return done.stdout

    @staticmethod
    def usb(vendor, product, rule="usb.default", serial=None, blocked=(), allowed=("0=03:00:00",)):
        data = {"vendor": vendor, "product": product, "allowed": list(allowed), "blocked": list(blocked), "examined": []}
        return {"type": "usb.blocked" if blocked else "usb.allowed", "time": "2026-11-25T10:00:00Z", "rule": rule,
                "data": data | ({"serial": serial} if serial else {})}

    def test_one_rule_for_each_model_that_the_policy_check_accepts(self):
        self.record(self.usb("0a5f", "00d3", serial="0123456789abcdef"),
                    self.usb("0a5f", "00d3", serial="fedcba9876543210", blocked=["1=ff:00:00,ff:01:00"]),
                    self.usb("1d6b", "0002", rule="builtin.hub", allowed=["0=09:00:00"]))
        draft = self.suggest()
        self.assertEqual(draft.count("[[usb.rule]]"), 1)
        self.assertIn('interface = ["03:00:00", "ff:00:00", "ff:01:00"]\nvendor = "0a5f"\nproduct = "00d3"\n'
                      'action = "allow"\n', draft)
        self.assertIn("# Recorded 2 times, the last on 2026-11-25; a rule blocks it or a part of it now", draft)

    def test_this_machine_tells_devices_of_a_model_apart(self):
        self.record(self.usb("0a5f", "00d3", serial="0123456789abcdef"), self.usb("0a5f", "00d3", serial="fedcba9876543210"))
        draft = self.suggest("--this-machine")
        self.assertEqual(draft.count("[[usb.rule]]"), 2)
        self.assertIn('serial_tag = "fedcba9876543210"', draft)

    def test_a_forged_record_does_not_become_toml(self):
        self.record(self.usb('"\naction = "block', "00d3"), self.usb("0a5f", "00d3", allowed=['0="]\nx = 1', "1=03:01:01"]),
                    {"type": "usb.allowed", "time": "\n[x]", "data": {"vendor": "0001", "product": "0001",
                                                                    "allowed": ["0=03:00:00"]}})
        draft = self.suggest()
        self.assertEqual(draft.count("[[usb.rule]]"), 2)
        self.assertIn('interface = ["03:01:01"]', draft)

    def test_nothing_recorded_is_a_policy_without_rules(self):
        self.assertNotIn("usb.rule", self.suggest())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
