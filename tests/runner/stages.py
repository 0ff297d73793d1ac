# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of a test run. Each returns a Tally; its output goes to out/tests/<stage>.log."""
import os
import subprocess
import time
from pathlib import Path

import tally
from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "out" / "tests"
PYTHON = "/usr/bin/python3"


class StageFailed(Exception):
    """A step without which the stage cannot go on."""


def run(stage):
    name = stage.__name__
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    print(f"== {name}", flush=True)
    with open(LOGS / f"{name}.log", "w") as log:
        try:
            result = stage(log)
        except StageFailed as failure:
            result = Tally(failed=1, failures=[f"{name}: {failure}"])
    if result.failed:
        print((LOGS / f"{name}.log").read_text(errors="replace")[-12000:])
    print(f"   {result.passed} passed, {result.failed} failed, {result.skipped} skipped"
          f" in {time.monotonic() - started:.0f} s", flush=True)
    return result


def step(log, *command, env=None, check=True, timeout=3000):
    """Runs a command into the log; a dot every ten seconds says that it lives."""
    log.write(f"$ {' '.join(map(str, command))}\n")
    log.flush()
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                               stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
    began = time.monotonic()
    while True:
        try:
            code = process.wait(timeout=10)
            break
        except subprocess.TimeoutExpired:
            print(".", end="", flush=True)
            if time.monotonic() - began > timeout:
                process.kill()
                process.wait()
                raise StageFailed(f"{command[0]} took longer than {timeout} s")
    if time.monotonic() - began > 10:
        print()
    if check and code != 0:
        raise StageFailed(f"{' '.join(map(str, command[:4]))} exited {code}")
    return code


def output_of(log, name, *command, **options):
    """A script that prints its own closing line."""
    start = log.tell()
    code = step(log, *command, check=False, **options)
    with open(log.name, errors="replace") as text:
        text.seek(start)
        return tally.of_text(name, text.read(), code)


def build_and_test(log, preset, env=None):
    step(log, "cmake", "--preset", preset)
    step(log, "cmake", "--build", "--preset", preset)
    junit = LOGS / f"{preset}.xml"
    junit.unlink(missing_ok=True)
    # Many tests wait more than they work.
    step(log, "ctest", "--preset", preset, "-j4", "--output-junit", junit, "--test-output-truncation", "head",
         check=False, env=env, timeout=8 * 3600 if os.environ.get("VAKTPOST_SOAK") == "1" else 3000)
    if not junit.exists():
        raise StageFailed("ctest wrote no result")
    return tally.of_junit(preset, junit)


def lint(log):
    return output_of(log, "lint", PYTHON, "tests/lint/check.py")


def developer_build(log):
    return build_and_test(log, "dev")


def changed_sources():
    """The sources that the newest commits touched: the others were looked at when they were. None: git does not tell."""
    told = subprocess.run(["git", "log", "-n", "60", "--name-only", "--format=", "--", "*.cpp"], cwd=ROOT,
                          capture_output=True, text=True)
    if told.returncode != 0:
        return None
    ours = ("agent/", "platform/", "smartcard/", "config/")
    return sorted({name for name in told.stdout.split() if name.startswith(ours) and (ROOT / name).exists()})


def tidy(log):
    step(log, "cmake", "--preset", "dev")
    soak = os.environ.get("VAKTPOST_SOAK") == "1"
    # The analyzer's walk from function into function takes four times as long as all the other checks.
    depth = [] if soak else ["-analyzer-config", "ipa=none"]
    options = [f"-extra-arg={word}" for option in depth for word in ("-Xclang", option)]
    changed = None if soak else changed_sources()
    if changed is None:
        files = [f"^{ROOT}/(agent|platform|smartcard|config)/"]
    elif changed:
        files = [f"^{ROOT}/{name}$" for name in changed]
    else:
        return Tally(passed=1)
    code = step(log, "run-clang-tidy", "-quiet", "-p", "build/dev", *options, *files, check=False)
    return Tally(passed=1) if code == 0 else Tally(failed=1, failures=["clang-tidy"])


def address_sanitizer(log):
    return build_and_test(log, "asan", {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})


def thread_sanitizer(log):
    return build_and_test(log, "tsan", {"TSAN_OPTIONS": "halt_on_error=1"})


def fuzzers(log):
    return output_of(log, "fuzzers", PYTHON, "tests/fuzz/run.py")


def virtual_workstation(log):
    step(log, "installer/package")
    # Making an initrd or installing PostgreSQL in an emulated guest takes minutes.
    slow = ["boot", "centre", "--all"] if os.environ.get("VAKTPOST_SOAK") == "1" else []
    return output_of(log, "virtual workstation", PYTHON, "tests/lab/shift.py", "shift", "sessions", "media", "x11",
                     "seats", *slow)
