# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine can see about the tree: formatting, licence lines, layout, shell scripts, arrows between the boxes."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "agent", "config", "installer", "platform",
             "smartcard", "tests"}
# Which boxes a box may include from; `agent` itself is the composition root and may use all.
MAY_INCLUDE = {
    "agent/core": {"agent/core"},
    "agent/ports": {"agent/core", "agent/ports"},
    "agent/events": {"agent/core", "agent/ports", "agent/events", "platform/base"},
    "agent/convert": {"agent/core", "agent/events", "agent/convert"},
    "agent/control": {"agent/core", "agent/ports", "agent/control", "config", "platform/base"},
    "config": {"agent/core", "config", "platform/base"},
    "smartcard": {"agent/core", "agent/ports", "smartcard", "platform/base"},
    "agent/replay": {"agent/core", "agent/events", "agent/replay", "config"},
    "agent/media": {"agent/core", "agent/ports", "agent/media", "agent/events", "platform/base"},
    "agent/verify": {"agent/core", "agent/events", "agent/verify", "platform/base"},
    "agent/report": {"agent/core", "agent/events", "agent/convert", "agent/verify", "agent/report"},
    "platform/examine": {"agent/core", "platform/examine", "platform/token"},
    "platform/token": {"agent/core", "platform/token"},
    "platform/enroll": {"agent/core", "platform/enroll", "platform/token", "platform/devices", "platform/base"},
    "platform/base": {"agent/core", "platform/base"},
    "platform/devices": {"agent/core", "agent/ports", "platform/devices", "platform/base"},
    "platform/mounts": {"agent/core", "agent/ports", "platform/mounts", "platform/devices", "platform/base",
                        "platform/service"},
    "platform/sessions": {"agent/core", "agent/ports", "platform/sessions", "platform/base"},
    "platform/activity": {"agent/core", "agent/ports", "platform/activity", "platform/base"},
    "platform/link": {"agent/core", "agent/events", "config", "platform/link", "platform/base", "platform/service"},
    "platform/service": {"agent/core", "platform/service", "platform/base"},
    "platform/curtain": {"agent/core", "platform/curtain", "platform/base"},
    "platform/prove_keyboard": {"agent/core", "platform/prove_keyboard", "platform/devices", "platform/base"},
    "platform/session_helper": {"platform/session_helper"},
}
FORBIDDEN_IN_CORE = re.compile(r"#include <(boost|systemd|libudev|libusb|sys/|unistd|sqlite|thread|mutex)")


def tracked(*patterns):
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", *patterns], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file()]


def sources():
    return tracked("*.cpp", "*.h")


def formatting():
    """C++ is formatted by .clang-format"""
    names = [str(path) for path in sources()]
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *names], cwd=ROOT, capture_output=True, text=True)
    return sorted({line.split(":")[0] for line in result.stderr.splitlines() if "error:" in line})


def licence_lines():
    """every source, script and build file names its licence"""
    kinds = {".cpp", ".h", ".def", ".py", ".sh", ".rules", ".service", ".scenario", ".toml", ".cmake", ".css", ".js"}
    named = {"CMakeLists.txt", ".clang-format", ".clang-tidy"}
    missing = []
    for path in tracked():
        head = (ROOT / path).read_bytes()[:400]
        if path.suffix in kinds or path.name in named or head.startswith(b"#!"):
            if b"SPDX-License-Identifier: GPL-3.0-or-later" not in head:
                missing.append(str(path))
    return missing


def layout():
    """the top level holds what was agreed, and each of its folders says what belongs there"""
    wrong = sorted({path.parts[0] for path in tracked()} - TOP_LEVEL)
    wrong = [name for name in wrong if not name.startswith(".")]
    wrong += [f"{name}/README.md is missing" for name in TOP_LEVEL
              if (ROOT / name).is_dir() and not (ROOT / name / "README.md").is_file()]
    return wrong


def arrows():
    """boxes include only from the boxes they may use"""
    wrong = []
    for path in sources():
        text = (ROOT / path).read_text()
        box = next((name for name in MAY_INCLUDE if str(path).startswith(name + "/")), None)
        if box is None:
            continue
        for included in re.findall(r'#include "([^"]+)"', text):
            if not any(included.startswith(name + "/") for name in MAY_INCLUDE[box]):
                wrong.append(f"{path} includes {included}")
        if box in ("agent/core", "agent/ports") and FORBIDDEN_IN_CORE.search(text):
            wrong.append(f"{path} includes a system or library header")
    return wrong


def shell():
    """shell scripts pass shellcheck"""
    scripts = [str(path) for path in tracked()
               if (ROOT / path).read_bytes()[:40].startswith((b"#!/bin/bash", b"#!/bin/sh"))]
    result = subprocess.run(["shellcheck", *scripts], cwd=ROOT, capture_output=True, text=True)
    return result.stdout.splitlines() if result.returncode else []


def manuals():
    """manual pages render without a warning"""
    wrong = []
    for page in tracked("installer/man/*"):
        if page.suffix not in (".1", ".5", ".8"):
            continue
        result = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(ROOT / page)],
                                capture_output=True, text=True, env={"MANROFFSEQ": "", "PATH": "/usr/bin:/bin"})
        wrong += [f"{page}: {line}" for line in result.stderr.splitlines()]
    return wrong


def main():
    failed = 0
    checks = [formatting, licence_lines, layout, arrows, shell, manuals]
    for check in checks:
        problems = check()
        failed += bool(problems)
        print(("FAIL " if problems else "ok   ") + check.__doc__)
        for problem in problems:
            print("     " + problem)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
