# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors of a keyboard and of a stick to begin with: descriptors_seeds.py FOLDER"""
import sys
from pathlib import Path

folder = Path(sys.argv[1])
device = bytes([18, 1, 0, 2, 0, 0, 0, 64, 0x6D, 4, 0x1C, 0xC3, 0, 1, 1, 2, 3, 1])
endpoint = bytes([7, 5, 0x81, 3, 8, 0, 10])
for name, kind in (("keyboard", (3, 1, 1)), ("stick", (8, 6, 0x50))):
    body = bytes([9, 4, 0, 0, 1, *kind, 0]) + endpoint
    head = bytes([9, 2, *(9 + len(body)).to_bytes(2, "little"), 1, 1, 0, 0x80, 50])
    (folder / name).write_bytes(device + head + body)
