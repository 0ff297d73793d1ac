# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts of tests, and where they come from."""
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field

CLOSING_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
FAIL_LINE = re.compile(r"^FAIL(?:ED:)? (.*)$", re.MULTILINE)
SKIP_LINE = re.compile(r"^skip\w*[: ].*$", re.MULTILINE)


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)
    skips: list = field(default_factory=list)

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips
        return self

    def print_details(self):
        for reason in self.skips:
            print(f"skipped: {reason}")
        for failure in self.failures:
            print(f"FAILED: {failure}")


def of_text(name, text, exit_code):
    """A script's own closing line; without one the script is one test."""
    closing = CLOSING_LINE.findall(text)
    if not closing:
        return Tally(passed=1) if exit_code == 0 else Tally(failed=1, failures=[name])
    passed, failed, skipped = (int(number or 0) for number in closing[-1])
    if exit_code != 0 and failed == 0:
        failed = 1
    named = FAIL_LINE.findall(text) or [f"{failed} of its tests"]
    return Tally(passed, failed, skipped,
                 [f"{name}: {line}" for line in named] if failed else [],
                 [f"{name}: {line}" for line in SKIP_LINE.findall(text)])


def of_junit(name, path):
    """What ctest --output-junit wrote; a test that counts its own cases is taken at its word."""
    total = Tally()
    for case in xml.parse(path).getroot().iter("testcase"):
        text = case.findtext("system-out") or ""
        label = f"{name}: {case.get('name')}"
        if case.get("status") == "notrun" or case.find("skipped") is not None:
            total += Tally(skipped=1, skips=[label + ": " + (text.strip().splitlines() or ["not run"])[-1]])
        elif case.find("failure") is not None:
            total += of_text(label, text, 1)
        else:
            total += of_text(label, text, 0) if CLOSING_LINE.search(text) else Tally(passed=1)
    return total
