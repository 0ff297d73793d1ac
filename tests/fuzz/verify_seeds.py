# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the verifier's fuzzer: short logs with holes that are explained. verify_seeds.py FOLDER"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from record_maker import Workstation, checkpoint, counted


def log():
    station = Workstation("h")
    staying = station.records(2, "card.removed")
    lines = station.records(2) + [station.record("log.routine", **counted(staying))]
    station.lose(2)
    lines.append(station.record("log.gap", first=6, last=7, count=2, cause="full"))
    lines.append(station.record("log.pruned", epoch=1, first=1, last=2, count=2, what="all"))
    lines.append(station.record("log.pruned", epoch=1, first=1, last=4, count=2, what="routine"))
    lines.append(station.record("heartbeat", acknowledged_epoch=1, acknowledged_seq=8))
    station.set_clock(minutes=5)
    lines.append(station.record("clock.changed", by_ms=300000))
    station.boot()
    station.begin_epoch()
    return lines + [checkpoint(lines[0], 3)] + station.records(2) + [station.head()]


for flags in range(8):
    Path(sys.argv[1], f"log-{flags}").write_text(chr(48 + flags) + "\n".join(log()))
