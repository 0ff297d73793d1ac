# SPDX-License-Identifier: GPL-3.0-or-later
"""Optical discs: images with ISO 9660 (ECMA-119) and one file in it."""
import struct
from pathlib import Path

BLOCK = 2048
DESCRIPTORS, ROOT, FILE, BLOCKS = 16, 18, 19, 512
NAME, CONTENT = b"IMAGE.TXT;1", b"pictures from another hospital\n"


def data(folder, name="disc"):
    image = Path(folder) / f"{name}.iso"
    blocks = {DESCRIPTORS: _descriptor(), DESCRIPTORS + 1: b"\xffCD001\1", ROOT: _root(), FILE: CONTENT}
    with open(image, "wb") as file:
        file.truncate(BLOCKS * BLOCK)
        for block, content in blocks.items():
            file.seek(block * BLOCK)
            file.write(content)
    return image


def _both(form, value):
    """A number in both byte orders."""
    return struct.pack(f"<{form}", value) + struct.pack(f">{form}", value)


def _record(name, block, size, folder):
    """A directory record, 9.1."""
    body = (b"\0" + _both("I", block) + _both("I", size) + bytes(7) + bytes([2 if folder else 0, 0, 0]) + _both("H", 1)
            + bytes([len(name)]) + name)
    body += b"\0" * ((len(body) + 1) % 2)
    return bytes([len(body) + 1]) + body


def _root():
    return (_record(b"\0", ROOT, BLOCK, True) + _record(b"\1", ROOT, BLOCK, True)
            + _record(NAME, FILE, len(CONTENT), False))


def _descriptor():
    """The primary volume descriptor, 8.4."""
    head = b"\1CD001\1\0" + b" " * 32 + b"PATIENT".ljust(32) + bytes(8) + _both("I", BLOCKS) + bytes(32)
    head += _both("H", 1) + _both("H", 1) + _both("H", BLOCK) + _both("I", 0) + bytes(16)
    return head + _record(b"\0", ROOT, BLOCK, True) + b" " * 623 + b"\0" * 68 + b"\1"
