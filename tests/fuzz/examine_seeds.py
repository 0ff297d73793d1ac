#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the first inputs of examine_fuzz and examine_fve_fuzz.

Usage: examine_seeds.py FOLDER        writes FOLDER/examine_fuzz/* and FOLDER/examine_fve_fuzz/*
"""
import os
import pathlib
import struct
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import examine_makers as makers  # noqa: E402
from examine_luks import luks_format  # noqa: E402

MIB = 1 << 20
# Enough for every header, little enough to mutate fast.
LONGEST = 72 * 1024


def media(work):
    yield luks_format(work / "luks1", "luks1")
    yield luks_format(work / "luks2", "luks2")
    yield makers.make(work / "ext4", 4 * MIB, "mkfs.ext4", "-q", "-F")
    yield makers.make(work / "fat", 4 * MIB, "mkfs.vfat")
    yield makers.make(work / "swap", 4 * MIB, "mkswap")
    yield makers.iso9660(work / "iso")
    yield makers.lvm_member(work / "lvm")
    for label in ("dos", "gpt"):
        yield makers.partition_table(work / label, MIB + 65536, f"label: {label}\nstart=64, size=1000\n")


def fve_area():
    """A valid metadata area with one password protector."""
    entry = struct.pack("<4H", 52, 2, 8, 1) + bytes(26) + struct.pack("<H", 0x2000) + struct.pack("<4H", 16, 0, 3, 1) + bytes(8)
    size = 48 + len(entry)
    checked = -(-(64 + size) // 16) * 16
    block = b"-FVE-FS-" + struct.pack("<4HQ", checked // 16, 2, 4, 4, LONGEST + MIB)
    metadata = struct.pack("<4I", size, 1, 48, size) + bytes(20) + struct.pack("<H", 0x8004)
    area = (block.ljust(64, b"\0") + metadata.ljust(48, b"\0") + entry).ljust(checked, b"\0")
    return (area + struct.pack("<2HI", 8, 2, zlib.crc32(area))).ljust(1024, b"\0")


def bitlocker():
    guid = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
    sector = (b"\xeb\x58\x90-FVE-FS-\0\2".ljust(160, b"\0") + guid + struct.pack("<3Q", 4096, 8192, 12288)).ljust(4096, b"\0")
    return sector + fve_area().ljust(4096, b"\0") * 3


def core_storage():
    header = bytearray(512)
    header[8:10], header[88:90] = b"\1\0", b"CS"
    header[96:112] = struct.pack("<IIQ", 4096, 4 * MIB, 1)
    return bytes(header).ljust(16384, b"\0")


def main(folder):
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    seeds, fve_seeds = folder / "examine_fuzz", folder / "examine_fve_fuzz"
    seeds.mkdir(parents=True, exist_ok=True)
    fve_seeds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for image in media(pathlib.Path(work)):
            (seeds / image.name).write_bytes(makers.read(image, 0, LONGEST))
    (seeds / "bitlocker").write_bytes(bitlocker())
    (seeds / "core_storage").write_bytes(core_storage())
    (fve_seeds / "area").write_bytes(fve_area())
    (fve_seeds / "boot_sector").write_bytes(bitlocker()[:512])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
