#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates what events_samples prints against the committed JSON Schema, and that the schema refuses what is wrong."""
import json
import subprocess
import sys

SKIPPED = 77


def wrong_versions(record):
    """The same record with one thing wrong each time."""
    yield {**record, "type": "card.lent"}
    yield {**record, "patient": "Kari Nordmann"}
    yield {**record, "severity": "terrible"}
    yield {**record, "data": {**record["data"], "file_name": "x.doc"}}
    yield {**record, "prev": "0"}
    yield {key: value for key, value in record.items() if key != "salt"}


def main(samples, schema_path):
    try:
        import jsonschema
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        return SKIPPED
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = subprocess.run([samples], check=True, capture_output=True).stdout.decode().splitlines()
    failures = 0
    for line in lines:
        record = json.loads(line)
        for error in validator.iter_errors(record):
            failures += 1
            print(f"{record['type']}: {error.message}")
        for wrong in wrong_versions(record):
            if validator.is_valid(wrong):
                failures += 1
                print(f"{record['type']}: accepted although wrong: {json.dumps(wrong)[:200]}")
    routine = next(json.loads(line) for line in lines if '"type":"session.unlocked"' in line and '"session"' in line)
    if validator.is_valid({**routine, "session": {"id": "2", "class": "graphical"}}):
        failures += 1
        print("a routine record that names its session was accepted")
    print(f"{len(lines)} records of {len(lines) // 2} types, {failures} failures")
    return 1 if failures or not lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
