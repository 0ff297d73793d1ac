# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs steps one after the other on one workstation and keeps what each gave."""
import time
import traceback
from dataclasses import dataclass, field

from waiting import LabError


@dataclass
class Outcome:
    name: str
    title: str
    verdict: str = "failed"  # or passed, skipped
    seconds: float = 0.0
    reason: str = ""
    details: dict = field(default_factory=dict)


class Expectation(AssertionError):
    """What a step had to show was not so."""


class Skipped(Exception):
    """What a step needs is not there: no fault of anything."""


def expect(condition, what):
    if not condition:
        raise Expectation(what)


def select(steps, only):
    """The steps with these names, in their own order; all without names."""
    unknown = set(only) - {step.__name__ for step in steps}
    if unknown:
        raise LabError(f"no such step: {', '.join(sorted(unknown))}")
    return [step for step in steps if not only or step.__name__ in only]


def run_step(step, save_logs, *arguments, prepare=lambda: None):
    """Runs one step, a function whose first line of documentation is its title, behind `prepare`. What it returns,
    a dictionary, is kept as details. A step that fails leaves its logs and does not end the run."""
    outcome = Outcome(step.__name__, step.__doc__.splitlines()[0].rstrip("."))
    started = time.monotonic()
    print(f"  {outcome.title} ...", flush=True)
    try:
        prepare()
        outcome.details = step(*arguments) or {}
        outcome.verdict = "passed"
    except Skipped as reason:
        outcome.verdict, outcome.reason = "skipped", str(reason)
    except (Expectation, LabError) as error:
        outcome.reason = str(error)
    except Exception:  # a fault of the lab itself is a failed step as well
        outcome.reason = traceback.format_exc()
    outcome.seconds = time.monotonic() - started
    failed = outcome.verdict == "failed"
    print(f"  {'FAILED' if failed else outcome.verdict} [{outcome.seconds:.1f} s] {outcome.title}", flush=True)
    if outcome.reason:
        print(outcome.reason, flush=True)
    if failed:
        save_logs(step.__name__)
    return outcome


def closing_line(verdicts):
    """The last line of a run, from the verdict of each step."""
    return ", ".join(f"{verdicts.count(word)} {word}" for word in ("passed", "failed", "skipped"))
