# SPDX-License-Identifier: GPL-3.0-or-later
"""Media without a partition table: good file systems, nothing at all, and file systems that look encrypted."""
import pathlib
import random
import shutil

import examine_makers as makers
from examine_luks import LUKS1_HEADER, MIB, luks_format


def copy_of(work, original):
    return pathlib.Path(shutil.copy(original, work / "copy"))


def contents(work, examine):
    """Whole media without a partition table; returns the images that other checks build on."""
    made = {
        "luks1": luks_format(work / "luks1", "luks1"),
        "luks2": luks_format(work / "luks2", "luks2"),
        "ext4": makers.make(work / "ext4", 8 * MIB, "mkfs.ext4", "-q", "-F"),
        "fat": makers.make(work / "fat", 8 * MIB, "mkfs.vfat"),
    }
    examine.check("LUKS1 is encrypted", made["luks1"], "encrypted", "luks1_header")
    examine.check("LUKS2 is encrypted", made["luks2"], "encrypted", "luks2_header")
    examine.check("ext4 is plain", made["ext4"], "plain", "file_system")
    examine.check("FAT is plain", made["fat"], "plain", "file_system")
    examine.check("FAT32 is plain", makers.make(work / "fat32", 64 * MIB, "mkfs.vfat", "-F32"), "plain")
    examine.check("swap is plain", makers.make(work / "swap", 4 * MIB, "mkswap"), "plain", "swap_or_journal")
    examine.check("ISO 9660 is plain", makers.iso9660(work / "iso"), "plain", "file_system")
    examine.check("an LVM member is unknown", makers.lvm_member(work / "lvm"), "unknown", "raid_member")
    examine.check("an empty file is unknown", makers.blank(work / "zero", 0), "unknown", "empty", parts=[])
    examine.check("an empty medium is unknown", makers.blank(work / "blank", 8 * MIB), "unknown", "no_signature")
    for size in (1, 511, 512, 1024, 4097):
        examine.check(f"{size} bytes are unknown", makers.blank(work / "small", size), "unknown")
    noise = work / "noise"
    noise.write_bytes(random.Random(1).randbytes(8 * MIB))
    examine.check("a random medium is unknown", noise, "unknown", "no_signature")
    return made


def polyglots(work, examine, made):
    """Good file systems that also look encrypted."""
    luks1 = makers.read(made["luks1"], 0, LUKS1_HEADER)
    luks2 = makers.read(made["luks2"], 0, 1024)
    marks = {
        "LUKS1's magic": b"LUKS\xba\xbe\0\1",
        "LUKS2's magic": b"LUKS\xba\xbe\0\2",
        "a whole LUKS1 header": luks1,
        "the start of a LUKS2 header": luks2,
        "BitLocker's magic": b"\xeb\x58\x90-FVE-FS-",
        "BitLocker's old magic": b"\xeb\x52\x90-FVE-FS-",
        "BitLocker To Go's magic": b"\xeb\x58\x90MSWIN4.1",
    }
    for name, mark in marks.items():
        for kind in ("ext4", "iso"):
            image = copy_of(work, work / kind)
            makers.overwrite(image, 0, mark)
            examine.check(f"{kind} with {name} is plain", image, "plain")
    image = copy_of(work, made["fat"])
    makers.overwrite(image, 0, b"\xeb\x58\x90MSWIN4.1")
    examine.check("FAT with BitLocker To Go's magic is plain", image, "plain")

    # The fields that a FAT driver reads fit behind the end of LUKS1's cipher name.
    fat = makers.make(work / "fat16", 16 * MIB, "mkfs.vfat", "-F16", "-R", "4096")
    fields = makers.read(fat, 11, 25)
    makers.overwrite(fat, 0, luks1)
    makers.overwrite(fat, 11, fields + bytes(4))
    examine.check("FAT hidden in a valid LUKS1 header is plain", fat, "plain", "hidden_file_system")

    image = copy_of(work, made["ext4"])
    makers.overwrite(image, 0, makers.mbr((0x83, 2048, 4096)))
    examine.check("ext4 with a partition table is plain", image, "plain", "conflict")
    image = copy_of(work, made["luks2"])
    makers.overwrite(image, 1024, makers.read(made["ext4"], 1024, 1024))
    examine.check("LUKS2 with a superblock inside is plain", image, "plain", "conflict")


def silence(work, examine):
    """Nothing that somebody wrote on the medium reaches the report."""
    name = "OLA-NORDMANN"
    images = {
        "ext4": makers.make(work / "named", 8 * MIB, "mkfs.ext4", "-q", "-F", "-L", name),
        "FAT": makers.make(work / "named-fat", 8 * MIB, "mkfs.vfat", "-n", name[:11]),
        "GPT": makers.partition_table(work / "named-disk", 8 * MIB, f'label: gpt\nstart=1MiB, size=4MiB, name="{name}"\n'),
    }
    for kind, image in images.items():
        _, report = examine.run(image)
        problem = str(report) if report is None or name[:8] in str(report) else ""
        examine.say("FAIL" if problem else "ok", f"{kind}: no label in the report", problem)
