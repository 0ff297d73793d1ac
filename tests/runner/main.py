# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the stages of tests/run one after the other and adds their counts up."""
import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import stages  # noqa: E402
from tally import Tally  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description="Builds Vaktpost and runs every test.")
    parser.add_argument("--fast", action="store_true",
                        help="no sanitizers, fuzzers, clang-tidy and virtual workstation")
    parser.add_argument("--soak", action="store_true", help="the full counts")
    try:
        return parser.parse_args()
    except SystemExit as stop:
        sys.exit(64 if stop.code else 0)


def main():
    options = arguments()
    os.environ["VAKTPOST_SOAK"] = "1" if options.soak else "0"
    plan = [stages.lint, stages.developer_build]
    if not options.fast:
        plan += [stages.tidy, stages.address_sanitizer, stages.thread_sanitizer, stages.fuzzers,
                 stages.virtual_workstation]
    total = Tally()
    for stage in plan:
        total += stages.run(stage)
    total.print_details()
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
