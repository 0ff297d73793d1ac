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
        report = json.dumps({"verdict": verdict, "parts": parts, "reason": ""}, separators=(",", ":"))
        (folder / f"{verdict}-{count}").write_bytes(bytes([status]) + report.encode() + b"\n")
