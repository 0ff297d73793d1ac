# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs vaktpost-examine and keeps the score."""
import hashlib
import json
import os
import subprocess

STATUS = {"encrypted": 0, "plain": 1, "unknown": 2, "error": 3}
HASHED = 64 << 20


def digest(path):
    if not os.path.isfile(path) or os.path.getsize(path) > HASHED or not os.access(path, os.R_OK):
        return None
    with open(path, "rb") as image:
        return hashlib.file_digest(image, "sha256").hexdigest()


class Examiner:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.count = {"ok": 0, "FAIL": 0, "skip": 0}
        # The leak checker of a sanitized build wants to trace its own process, which the sandbox ends it for.
        self.environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}

    def say(self, outcome, name, detail=""):
        self.count[outcome] += 1
        print(f"{outcome:4} {name}{': ' + detail if detail else ''}", flush=True)

    def run(self, path, before=(), options=()):
        """(exit status, report or None); never waits long."""
        done = subprocess.run([*before, self.program, *options, str(path)], capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, env=self.environment, check=False)
        lines = done.stdout.decode().splitlines()
        return done.returncode, json.loads(lines[0]) if len(lines) == 1 else None

    def check(self, name, path, verdict, reason=None, before=(), parts=None):
        """`verdict`: one or several words, any of which will do. The medium must be left as it was."""
        wanted = (verdict,) if isinstance(verdict, str) else verdict
        earlier = digest(path)
        status, report = self.run(path, before)
        problem = ""
        if report is None or status != STATUS.get(report["verdict"]):
            problem = f"exit status {status}, report {report}"
        elif report["verdict"] not in wanted:
            problem = f"{report}, wanted {' or '.join(wanted)}"
        elif reason is not None and report["reason"] != reason:
            problem = f"{report}, wanted reason {reason}"
        elif parts is not None and [part["verdict"] for part in report["parts"]] != parts:
            problem = f"{report}, wanted parts {parts}"
        elif digest(path) != earlier:
            problem = "the medium was changed"
        self.say("FAIL" if problem else "ok", name, problem)

    def finish(self):
        print("{ok} passed, {FAIL} failed, {skip} skipped".format(**self.count))
        return 1 if self.count["FAIL"] else 0
