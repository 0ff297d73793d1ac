# SPDX-License-Identifier: GPL-3.0-or-later
"""Good cards to begin with: piv_seeds.py FOLDER"""
import struct
import sys
from pathlib import Path

folder = Path(sys.argv[1])
OK = b"\x90\x00"


def conversation(*answers):
    return b"".join(struct.pack("<H", len(answer)) + answer for answer in answers)


fasc_n = b"\x30\x19" + bytes(range(25))
guid = b"\x34\x10" + bytes(range(16))
for name, fields in (("both", fasc_n + guid), ("guid", guid), ("fasc_n", fasc_n), ("signed", guid + b"\x3e\x82\x01\x00" + bytes(256))):
    chuid = b"\x53\x82" + struct.pack(">H", len(fields)) + fields
    (folder / f"{name}-object").write_bytes(chuid)
    (folder / f"{name}-whole").write_bytes(conversation(b"\x61\x02" + OK, chuid + OK))
    parts = conversation(OK, b"\x61\x08", b"\x6c\x08", chuid[:8] + b"\x61\x00", chuid[8:] + OK)
    (folder / f"{name}-parts").write_bytes(parts)
(folder / "other-card").write_bytes(conversation(b"\x6a\x82"))
