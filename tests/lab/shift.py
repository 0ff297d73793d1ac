#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A nurse's shift on the virtual workstation, with the Vaktpost package installed in it.

Leaves shift.json, report.html, screenshots and logs in the output folder. Exit status 0 only if no step failed.
"""
import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import report
import sticks
from agent import Agent
from build_guest import BuildError
from playlists import PLAYLISTS
from runner import closing_line, run_step, select
from shift_context import Shift
from waiting import LabError
from workstation import Plugged, Workstation

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "dist" / "lab"


def main():
    options = arguments()
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where programs that make file systems are
    package = options.package or built_package()
    verdicts, failed = [], []
    for name in options.playlists:
        playlist = PLAYLISTS[name]
        slow = playlist.slow if options.all or options.only else []
        chosen = select(playlist.steps + slow, options.only)
        records = play_all(playlist, chosen, package, options.output / name)
        verdicts += [record["verdict"] for record in records]
        failed += [f"{name}: {record['name']}: {record['reason'].splitlines()[-1]}"
                   for record in records if record["verdict"] == "failed"]
    for line in failed:
        print(f"FAILED: {line}")
    print(closing_line(verdicts))
    sys.exit("failed" in verdicts)


def play_all(playlist, chosen, package, output):
    """Plays on a workstation of its own; returns the record of each step."""
    started = time.time()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        card = sticks.luks(folder, "sd-card").image if playlist.sd_card else None
        plugged = Plugged(sticks=[sticks.fat_partition(folder, "at-power-on")], sd_card=card, **playlist.plugged)
        with Workstation(output, plugged, playlist.desktop) as lab:
            shift = Shift(lab, Agent(lab), folder, package)
            lab.wait_for_desktop()
            records = play(shift, playlist.prelude, chosen)
            if any(record["verdict"] == "failed" for record in records):
                lab.save_logs(output)
    result = {"started": started, "seconds": time.time() - started, "boot_seconds": lab.boot_seconds, "steps": records}
    (output / "shift.json").write_text(json.dumps(result, indent=1))
    print(f"report: {report.write(output)}")
    return records


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("playlists", nargs="*", default=["shift"], metavar="PLAYLIST",
                        help=f"each on a workstation of its own: {', '.join(PLAYLISTS)}; default shift")
    parser.add_argument("--only", action="append", default=[], metavar="STEP",
                        help="this step alone, behind what comes first; may be repeated")
    parser.add_argument("--all", action="store_true", help="the slow steps too")
    parser.add_argument("--package", type=Path, help="the .deb to install; else the one in dist/")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="a folder for each playlist is made there")
    options = parser.parse_args()
    for name in options.playlists:
        if name not in PLAYLISTS:
            parser.error(f"no such playlist: {name}")
    return options


def built_package():
    packages = sorted((ROOT / "dist").glob("vaktpost_*.deb"))
    if len(packages) != 1:
        raise LabError("dist/ holds no package, or several: run ./installer/package")
    return packages[0]


def play(shift, prelude, chosen):
    """Runs the steps; each record holds the outcome, its events and its screenshots."""
    lab, records = shift.lab, []
    for step in prelude + chosen:
        events, pictures = len(shift.agent.events), len(lab.screenshots)
        prepare = {} if step in prelude else {"prepare": shift.settle}
        outcome = run_step(step, lambda name: lab.save_logs(lab.output / name), shift, **prepare)
        records.append({**asdict(outcome), "events": shift.agent.events[events:],
                        "screenshots": lab.screenshots[pictures:]})
        if step in prelude and outcome.verdict != "passed":
            break  # without an agent the rest says nothing
    return records


if __name__ == "__main__":
    try:
        main()
    except (LabError, BuildError) as error:
        sys.exit(f"shift: {error}")
