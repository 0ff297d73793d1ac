# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the report's fuzzer: hosts of a hospital's week, the hostile one too. report_seeds.py FOLDER"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
import report_world

for number, ward in enumerate(("ward-3", ["emergency", "trolley"], report_world.HOSTILE), 3):
    station = report_world.station(number, ward, hostile=ward == report_world.HOSTILE)
    lines = [line for line in station.lines if "heartbeat" not in line]
    for period in ("", "2026-03-02 2026-03-08", "2026-03-04T00:00:00.000Z"):
        Path(sys.argv[1], f"{number}-{len(period)}").write_text("\n".join([period, *lines[20:32], station.head()]),
                                                               encoding="utf-8")
