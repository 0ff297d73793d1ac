# SPDX-License-Identifier: GPL-3.0-or-later
"""Good reports to begin with: examiner_report_seeds.py FOLDER"""
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
for status, verdict in enumerate(("encrypted", "plain", "unknown", "error")):
    for count in (0, 1, 3):
        parts = [{"offset": i << 20, "size": 1 << 20, "type": "luks2", "verdict": verdict, "evidence": "luks2_header"}
                 for i in range(count)]
        report = {"verdict": verdict, "parts": parts, "reason": ""}
        token = {"state": "none"}
        if verdict == "encrypted":
            token = {"state": "valid", "organisation": "hospital", "unit": "4410", "serial": "S-17",
                     "issued": "2026-11-25", "expires": "2028-11-25"}
        for name, more in (("", {}), ("-identified", {"volumes": ["0a1b-2c3d"] * count, "token": token})):
            text = json.dumps({**report, **more}, separators=(",", ":"))
            (folder / f"{verdict}-{count}{name}").write_bytes(bytes([status]) + text.encode() + b"\n")
