#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Vaktpost beside other programs on the virtual workstation, in one run.

Prints a table and leaves result.json in the output folder. It judges nothing: exit status 0 says that everything asked
for could be measured.
"""
import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))

import measure_devices  # noqa: E402  the lab's modules are found from here on
import measure_lock  # noqa: E402
import measure_many  # noqa: E402
import measure_resources  # noqa: E402
import table  # noqa: E402
from bench import Bench, Counts  # noqa: E402
from build_guest import BuildError  # noqa: E402
from runner import select  # noqa: E402
from shift import built_package  # noqa: E402
from waiting import LabError  # noqa: E402
from workstation import Workstation  # noqa: E402

OUTPUT = Path(__file__).resolve().parents[2] / "dist" / "bench"
# USBGuard comes last: for it the agent is stopped and started again.
MEASURES = [measure_lock.lock_request, measure_devices.media, measure_resources.mouse, measure_resources.memory,
            measure_resources.idle, measure_devices.usb, measure_many.crowd, measure_many.rules, measure_many.growth]


def main():
    options = arguments()
    chosen = select(MEASURES, options.only)
    package = options.package or built_package()
    started = time.time()
    with tempfile.TemporaryDirectory() as folder, Workstation(options.output) as lab:
        bench = Bench(lab, Path(folder), options.output, Counts.of(options.rounds))
        bench.set_up(package)
        rows, failures = measure(bench, chosen)
    result = {"started": started, "seconds": round(time.time() - started), "package": package.name,
              "rows": [row.as_json() for row in rows], "details": bench.details, "failures": failures}
    (options.output / "result.json").write_text(json.dumps(result, indent=1))
    print(f"\n{table.text(rows)}\n\n{options.output / 'result.json'}")
    for name, reason in failures.items():
        print(f"not measured: {name}: {reason}")
    sys.exit(bool(failures))


def measure(bench, chosen):
    """All rows, and why a measure could not be made, by its name."""
    rows, failures = [], {}
    for one in chosen:
        bench.say(f"{one.__name__}: {one.__doc__.splitlines()[0]}")
        try:
            with bench.quietly():
                bench.settle()
                new = one(bench)
        except Exception as error:  # the other measures are worth having all the same
            failures[one.__name__] = str(error) if isinstance(error, LabError) else traceback.format_exc()
            bench.say(failures[one.__name__])
            bench.lab.save_logs(bench.output / one.__name__)
            continue
        rows += new
        bench.say(table.text(new))
    return rows, failures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ", ".join(one.__name__ for one in MEASURES)
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help=f"this measure alone; may be repeated: {names}")
    parser.add_argument("--rounds", type=int, metavar="N", help="pulls and plugs of each kind")
    parser.add_argument("--package", type=Path, metavar="DEB", help="the .deb to install; else the one in dist/")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="DIR")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except (LabError, BuildError) as error:
        sys.exit(f"bench: {error}")
