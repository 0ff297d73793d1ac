# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the network fuzzer: a kernel's answers, as the unit tests have them. network_seeds.py FOLDER"""
import sys
from pathlib import Path

RECORDED = Path(__file__).resolve().parents[1] / "unit/network/recorded"

for file in sorted(RECORDED.glob("*.hex")):
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    Path(sys.argv[1], file.stem).write_bytes(bytes.fromhex("".join(lines)))
