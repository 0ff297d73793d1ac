# SPDX-License-Identifier: GPL-3.0-or-later
"""Partitioned media, and tables that lie."""
import os
import subprocess

import examine_makers as makers
from examine_luks import MIB

NEVER_ENCRYPTED = ("plain", "unknown")


def partitions(work, examine, made):
    def disk(table, *content):
        path = makers.partition_table(work / "disk", 64 * MIB, table)
        for number, image in enumerate(content):
            if image is not None:
                makers.put(path, (1 + 21 * number) * MIB, image)
        return path

    two = "start=1MiB, size=20MiB\nstart=22MiB, size=20MiB\n"
    luks1, luks2, fat = made["luks1"], made["luks2"], made["fat"]
    for label in ("dos", "gpt"):
        table = f"label: {label}\n" + two
        examine.check(f"{label}: two LUKS partitions are encrypted", disk(table, luks1, luks2), "encrypted",
                      parts=["encrypted", "encrypted"])
        examine.check(f"{label}: LUKS and FAT are plain", disk(table, luks2, fat), "plain", "file_system",
                      parts=["encrypted", "plain"])
        examine.check(f"{label}: LUKS and an empty partition are unknown", disk(table, luks2), "unknown",
                      parts=["encrypted", "unknown"])
        examine.check(f"{label}: no partitions are unknown", disk(f"label: {label}\n"), "unknown", parts=[])
        path = disk(table, luks1, luks2)
        makers.overwrite(path, 22 * MIB, makers.mbr((0x83, 2048, 4096)))
        examine.check(f"{label}: a table within a partition is unknown", path, "unknown", "nested_table")
        path = disk(table, luks1, luks2)
        os.truncate(path, 30 * MIB)
        examine.check(f"{label}: a medium cut within a partition is never encrypted", path, NEVER_ENCRYPTED)

    extended = "label: dos\nstart=1MiB, size=20MiB\nstart=21MiB, size=42MiB, type=5\nstart=22MiB, size=20MiB\n"
    examine.check("a FAT in an extended partition is plain", disk(extended, luks2, fat), "plain",
                  parts=["encrypted", "plain"])
    examine.check("a LUKS in an extended partition is encrypted", disk(extended, luks2, luks1), "encrypted")

    path = makers.blank(work / "disk", 64 * MIB)
    makers.put(path, MIB, luks1)
    makers.put(path, 31 * MIB, luks2)
    makers.overwrite(path, 0, makers.mbr((0x83, 2048, 40 * 2048), (0x83, 31 * 2048, 20 * 2048)))
    examine.check("partitions that overlap are unknown", path, "unknown", "partitions_overlap")
    makers.overwrite(path, 0, makers.mbr((0x83, 2048, 0x7fffffff)))
    examine.check("a partition beyond the end is unknown", path, "unknown", "partition_beyond_end")
    makers.overwrite(path, 0, makers.mbr((0xee, 1, 0x7fffffff)))
    examine.check("a protective MBR that protects nothing is unknown", path, "unknown")

    hybrid = disk("label: gpt\n" + two, luks1, luks2)
    subprocess.run(["sgdisk", "--hybrid=1:2", str(hybrid)], check=True, capture_output=True)
    examine.check("a hybrid MBR that agrees with its GPT is encrypted", hybrid, "encrypted")
    makers.overwrite(hybrid, 446 + 16 + 12, b"\1")
    examine.check("a hybrid MBR that differs from its GPT is unknown", hybrid, "unknown", "tables_differ")
