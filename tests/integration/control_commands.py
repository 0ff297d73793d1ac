#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vaktpost status`, `hold`, `examine` and `policy check`: answers, exit statuses, and what they do when the other side fails."""
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PATIENCE = 20  # seconds
vaktpost, stage, examine_probe = sys.argv[1:4]

ARMED = {"state": "armed", "lost": [], "starting": [], "version": "0.1.0", "policy": {"version": 0, "sha256": ""},
         "modes": {"session": "enforce"}, "log": {"epoch": 1, "seq": 9}}
DEGRADED = {**ARMED, "state": "degraded", "lost": [{"source": "card", "cause": "no service\x1b[2J", "for_ms": 12}]}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


class InFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="vaktpost-control-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def script(self, text):
        path = self.folder / "examiner"
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path


class WithAgent(InFolder):
    def serve(self, status):
        agent = subprocess.Popen([stage, self.folder / "control.sock", json.dumps(status)], stdout=subprocess.PIPE)
        self.addCleanup(agent.wait)
        self.addCleanup(agent.stdout.close)
        self.addCleanup(agent.kill)
        self.assertEqual(agent.stdout.readline(), b"ready\n")

    def answer_once(self, line):
        """An agent of the test's own that answers whatever it is asked with that line."""
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self.folder / "control.sock"))
        listening.listen()

        def serve():
            with listening, listening.accept()[0] as client:
                client.recv(4096)
                client.sendall(line.encode() + b"\n")

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)


class Status(WithAgent):
    def status(self, *options):
        return run(vaktpost, "status", "--socket", self.folder / "control.sock", *options)

    def test_an_armed_agent_is_0(self):
        self.serve(ARMED)
        self.assertEqual(self.status().returncode, 0)
        self.assertEqual(self.status().stdout.splitlines()[0], "armed")
        done = self.status("--json")
        self.assertEqual((done.returncode, json.loads(done.stdout), done.stdout.count("\n")), (0, ARMED, 1))

    def test_a_degraded_agent_is_1_and_says_what_and_why(self):
        self.serve(DEGRADED)
        done = self.status()
        self.assertEqual(done.returncode, 1)
        self.assertIn('lost  source=card cause="no service\\x1b[2J" for_ms=12', done.stdout)
        self.assertEqual(self.status("--json").returncode, 1)

    def test_an_agent_that_is_still_starting_is_not_armed(self):
        self.serve({**ARMED, "state": "starting", "starting": ["devices"]})
        self.assertEqual(self.status().returncode, 1)
        self.assertIn("starting  devices", self.status().stdout)

    def test_what_to_know_before_leaving_the_machine_is_said_in_words(self):
        self.serve({**ARMED, "warnings": ["a session on seat0 cannot be locked", "x\x1b[2J"]})
        done = self.status()
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning  a session on seat0 cannot be locked\nwarning  x\\x1b[2J\n", done.stdout)

    def test_a_reviewer_sees_each_session_and_each_hold(self):
        self.serve({**ARMED, "sessions": [{"session": "2", "lock": "requested", "step": "curtain", "means": "locker"}],
                    "holds": [{"seat": "seat0", "reason": "patient", "for_ms": 90000}]})
        self.assertIn("sessions  session=2 lock=requested step=curtain means=locker\n"
                      "holds  seat=seat0 reason=patient for_ms=90000\n", self.status().stdout)

    def test_no_agent_is_2(self):
        done = self.status()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("not running", done.stderr)
        self.assertEqual(json.loads(self.status("--json").stdout), {"state": "not_running"})

    def test_a_socket_that_an_agent_left_behind_is_2(self):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(self.folder / "control.sock"))
        self.assertEqual(self.status().returncode, 2)

    def test_an_agent_that_hangs_up_is_1(self):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.folder / "control.sock"))
            listening.listen()
            asking = subprocess.Popen([vaktpost, "status", "--socket", self.folder / "control.sock"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            listening.accept()[0].close()
            self.assertEqual(asking.wait(PATIENCE), 1)
            self.assertTrue(asking.stderr.read().startswith("vaktpost: ask the agent"))
            asking.stderr.close()


class Hold(WithAgent):
    def hold(self, *arguments):
        return run(vaktpost, "hold", "--socket", self.folder / "control.sock", *arguments)

    def test_the_screen_in_front_is_held_and_until_when_is_said(self):
        self.serve(ARMED)
        done = self.hold("patient")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^The screen of session 2 stays open until \d\d:\d\d\.\n$")

    def test_a_session_may_be_named(self):
        self.serve(ARMED)
        self.assertEqual(self.hold("other", "--session", "2").returncode, 0)
        done = self.hold("other", "--session", "7")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "vaktpost: refused: no such session of this user\n")

    def test_a_reason_that_is_none_is_wrong_usage_and_answered_with_those_there_are(self):
        self.serve(ARMED)
        done = self.hold("the patient in bed 7")
        self.assertEqual((done.returncode, done.stdout), (64, ""))
        self.assertEqual(done.stderr, 'vaktpost: "the patient in bed 7" is no reason; the policy knows '
                                      "patient, procedure, other\n")

    def test_a_second_hold_right_after_the_first_is_refused(self):
        self.serve(ARMED)
        self.assertEqual(self.hold("patient").returncode, 0)
        done = self.hold("patient")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("a moment ago", done.stderr)

    def test_no_agent_is_2(self):
        done = self.hold("patient")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("not running", done.stderr)

    def test_a_hostile_answer_neither_commands_the_terminal_nor_passes_for_a_hold(self):
        for answer in ('{"ok":false,"error":"\\u001b[2J"}', '{"ok":"true"}', "[]", "nonsense",
                       '{"ok":false,"error":7,"reasons":["\\u001b[2J"]}'):
            self.answer_once(answer)
            done = self.hold("patient")
            self.assertIn(done.returncode, (1, 64), answer)
            self.assertEqual(done.stdout, "", answer)
            self.assertNotIn("\x1b", done.stderr, answer)
            (self.folder / "control.sock").unlink()


class Examine(InFolder):
    REPORT = {"verdict": "plain", "parts": [{"offset": 0, "size": 512, "type": "vfat", "verdict": "plain",
                                             "evidence": "file system"}], "reason": "a part is not encrypted"}

    def examiner(self, status, report=None):
        return self.script(f"cat <<'E'\n{json.dumps(report or self.REPORT)}\nE\nexit {status}\n")

    def test_the_examiner_s_exit_status_is_passed_on(self):
        for status in range(4):
            self.assertEqual(run(examine_probe, self.examiner(status), "x").returncode, status)

    def test_its_report_is_printed_for_machines_and_for_people(self):
        done = run(examine_probe, self.examiner(1), "x.img", "--json")
        self.assertEqual((json.loads(done.stdout), done.stdout.count("\n")), (self.REPORT, 1))
        done = run(examine_probe, self.examiner(1), "x.img")
        self.assertEqual(done.stdout, 'x.img: plain\n  "a part is not encrypted"\n'
                                      '  part  offset=0 size=512 type=vfat verdict=plain evidence="file system"\n')

    def test_a_path_that_looks_like_an_option_is_a_path(self):
        examiner = self.script('test "$1 $2" = "-- --help" || exit 9\necho "{}"\nexit 2\n')
        self.assertEqual(run(examine_probe, examiner, "--help").returncode, 2)

    def test_an_examiner_that_fails_is_an_error_never_a_verdict(self):
        for text in ("exit 0\n", "echo nonsense\nexit 0\n", "kill -9 $$\n", "echo '{}'\nexit 64\n"):
            done = run(examine_probe, self.script(text), "x", "--json")
            self.assertEqual((done.returncode, json.loads(done.stdout)["verdict"]), (3, "error"), text)
            self.assertTrue(done.stderr)
        self.assertEqual(run(examine_probe, self.folder / "none", "x").returncode, 3)


class PolicyCheck(InFolder):
    def check(self, text):
        (self.folder / "policy.toml").write_text(text)
        return run(vaktpost, "policy", "check", self.folder / "policy.toml")

    def test_a_valid_policy_is_0(self):
        done = self.check('format = 1\nversion = 7\n[session]\nidle_lock = "2min"\n')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_each_problem_is_a_line_with_its_place(self):
        done = self.check('format = 1\nversion = 7\n[session]\nidle_lok = "2min"\nlock_deadline = "x"\n')
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"/policy\.toml:4:1: .*idle_lock")
        self.assertRegex(lines[1], r"/policy\.toml:5:\d+: ")

    def test_a_policy_that_cannot_be_read_is_1(self):
        done = run(vaktpost, "policy", "check", self.folder / "none.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("none.toml", done.stderr)


class Usage(unittest.TestCase):
    def test_wrong_usage_is_64_with_the_error_on_standard_error(self):
        for arguments in ([], ["nonsense"], ["status", "--nonsense"], ["status", "x"], ["examine"], ["policy"],
                          ["policy", "check"], ["hold"], ["hold", "a", "b"], ["explain"], ["explain", "00A7", "x"]):
            done = run(vaktpost, *arguments)
            self.assertEqual((done.returncode, done.stdout), (64, ""), arguments)
            self.assertTrue(done.stderr, arguments)

    def test_help_and_version_are_0_for_each_command(self):
        self.assertRegex(run(vaktpost, "--version").stdout, r"^vaktpost \d+\.\d+\.\d+\n$")
        for arguments in ([], ["status"], ["events"], ["explain"], ["hold"], ["examine"], ["policy"], ["policy", "check"]):
            done = run(vaktpost, *arguments, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertIn("Usage:", done.stdout)


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
