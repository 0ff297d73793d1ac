# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of several types, one a file."""
import json
import sys
from pathlib import Path

RECORD = {"v": 1, "type": "", "code": "0010", "outcome": "enforced", "time": "2026-03-01T08:15:30.250Z", "boot_us": 1,
          "boot_id": "3f2b", "host": "ward-pc-7", "labels": ["ward-3"], "epoch": 1, "seq": 32, "salt": "5a" * 16,
          "prev": "0" * 64, "severity": "info", "purpose": "security", "policy": {"version": 42, "sha256": "a" * 64},
          "rule": "builtin.x", "seat": "seat0", "session": {"id": "2", "class": "graphical"}, "data": {}}
DATA = {"usb.blocked": {"device": "1-2", "rules": ["0=a|b=c\\d"]}, "host.disk_plain": {"use": "swap", "present": False},
        "session.unlocked": {"witness": "hint"}, "media.bypass": {"medium": "sdb 12", "how": "<mounted>"},
        "log.gap": {"first": 1, "last": 9, "count": 9, "cause": "full\u001b"}, "agent.started": {"version": "0.1"}}

for name, data in DATA.items():
    text = json.dumps({**RECORD, "type": name, "data": data}, separators=(",", ":"))
    (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
