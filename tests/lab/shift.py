#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A nurse's shift on the virtual workstation, with the Vaktpost package installed in it.

Leaves shift.json, report.html, screenshots and logs in the output folder. Exit status 0 only if every step passed.
"""
import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import report
import steps_faults
import steps_lock
import steps_media
import sticks
from agent import Agent
from build_guest import BuildError
from runner import closing_line, run_step, select
from shift_context import Shift
from waiting import LabError
from workstation import Plugged, Workstation

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "dist" / "lab" / "shift"
PRELUDE = [steps_lock.install, steps_lock.boot]
STEPS = [steps_lock.card, steps_lock.card_bounce, steps_lock.reader_unplugged, steps_lock.idle, steps_media.plain_stick,
         steps_media.encrypted_stick, steps_media.mixed_stick, steps_media.formatted_stick, steps_media.dying_stick,
         steps_faults.killed, steps_faults.killed_while_examining, steps_faults.pcscd_stopped,
         steps_media.row_of_sticks, steps_faults.logind_restarted]


def main():
    options = arguments()
    chosen = select(STEPS, options.only)
    package = options.package or built_package()
    started = time.time()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        plugged = Plugged(sticks=[sticks.fat_partition(folder, "at-power-on")])
        with Workstation(options.output, plugged) as lab:
            shift = Shift(lab, Agent(lab), folder, package)
            lab.wait_for_desktop()
            records = play(shift, chosen)
            verdicts = [record["passed"] for record in records]
            if not all(verdicts):
                lab.save_logs(options.output)
    result = {"started": started, "seconds": time.time() - started, "boot_seconds": lab.boot_seconds, "steps": records}
    (options.output / "shift.json").write_text(json.dumps(result, indent=1))
    print(f"report: {report.write(options.output)}")
    print(closing_line(verdicts))
    sys.exit(not all(verdicts))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ", ".join(step.__name__ for step in STEPS)
    parser.add_argument("--only", action="append", default=[], metavar="STEP",
                        help=f"this step alone, behind install and boot; may be repeated: {names}")
    parser.add_argument("--package", type=Path, help="the .deb to install; else the one in dist/")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser.parse_args()


def built_package():
    packages = sorted((ROOT / "dist").glob("vaktpost_*.deb"))
    if len(packages) != 1:
        raise LabError("dist/ holds no package, or several: run ./installer/package")
    return packages[0]


def play(shift, chosen):
    """Runs the steps; each record holds the outcome, its events and its screenshots."""
    lab, records = shift.lab, []
    for step in PRELUDE + chosen:
        events, pictures = len(shift.agent.events), len(lab.screenshots)
        prepare = {} if step in PRELUDE else {"prepare": shift.settle}
        outcome = run_step(step, lambda name: lab.save_logs(lab.output / name), shift, **prepare)
        records.append({**asdict(outcome), "events": shift.agent.events[events:],
                        "screenshots": lab.screenshots[pictures:]})
        if step in PRELUDE and not outcome.passed:
            break  # without an agent the rest says nothing
    return records


if __name__ == "__main__":
    try:
        main()
    except (LabError, BuildError) as error:
        sys.exit(f"shift: {error}")
