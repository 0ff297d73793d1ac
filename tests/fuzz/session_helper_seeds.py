# SPDX-License-Identifier: GPL-3.0-or-later
"""Good lines to begin with: session_helper_seeds.py FOLDER"""
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
lines = {
    "registered": {"ok": True, "locker": {"wayland": ["swaylock", "-f"], "x11": ["i3lock"]}},
    "accepted": {"ok": True},
    "refused": {"ok": False, "error": "no such session"},
    "notice": {"notice": "idle_warning", "session": "2", "code": "00A7", "seconds": 30, "hold": "patient"},
    "lock": {"do": "lock", "session": "c2"},
    "sign_out": {"do": "sign_out", "session": "2", "command": ["/usr/bin/x", "arg"]},
    "sign_out_long": {"do": "sign_out", "session": "2", "command": ["x" * 100] * 21},
}
for name, line in lines.items():
    (folder / name).write_text(json.dumps(line, separators=(",", ":")))
