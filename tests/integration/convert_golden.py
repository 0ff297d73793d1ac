#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One record of every type, in every format of `vaktpost convert`, against tests/golden/convert. With --renew the files
are written anew: `ninja renew_golden_conversions`, and look at the difference."""
import difflib
import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "convert"
FORMATS = {"ocsf": "ocsf.jsonl", "ecs": "ecs.jsonl", "cef": "cef.log", "atna": "atna.log"}


def main(command, samples, *options):
    records = subprocess.run([samples, "short"], check=True, capture_output=True).stdout
    drifted = 0
    for form, name in FORMATS.items():
        text = subprocess.run([command, "convert", "--to", form], input=records, check=True,
                              capture_output=True).stdout.decode()
        file = GOLDEN / name
        if "--renew" in options:
            file.write_text(text, encoding="utf-8")
            continue
        committed = file.read_text(encoding="utf-8") if file.exists() else ""
        if text != committed:
            drifted += 1
            changes = difflib.unified_diff(committed.split("\n"), text.split("\n"), name, "now", lineterm="", n=0)
            print("\n".join(line[:2000] for line in list(changes)[:20]))
    print(f"{len(FORMATS)} formats, {drifted} drifted"
          + ("; renew them with: ninja renew_golden_conversions" if drifted else ""))
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
