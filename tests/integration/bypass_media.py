# SPDX-License-Identifier: GPL-3.0-or-later
"""Media for the bypass table and the virtual workstation: plain ones that look encrypted, encrypted ones that are not, and
honest ones."""
import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

import examine_makers as makers
import media_corpus
from examine_luks import LUKS1_HEADER, MIB, change_luks2, half_encrypted, luks_format, set_luks1_cipher

CORPUS = {"bitlk-aes-xts-128": False, "bitlk-aes-xts-128-clearkey-only": True, "luks2_valid_hdr": False,
          "blkid-luks2-pv": True, "img_fs_ext4": True, "img_fs_vfat": True}


@dataclass(frozen=True)
class BypassMedium:
    name: str
    image: pathlib.Path
    plain: bool  # what lies on it, or is written to it, can be read without a key


def media(folder):
    """All of them, as files in the folder. Those of the corpus only where it is."""
    return [*_honest(folder), *_polyglots(folder), *_headers_that_lie(folder), *_partitioned(folder), *_corpus(folder)]


def _honest(folder):
    yield BypassMedium("ext4", makers.make(folder / "ext4", 8 * MIB, "mkfs.ext4", "-q", "-F"), True)
    yield BypassMedium("FAT", makers.make(folder / "fat", 8 * MIB, "mkfs.vfat"), True)
    yield BypassMedium("ISO 9660", makers.iso9660(folder / "iso"), True)
    yield BypassMedium("empty", makers.blank(folder / "empty", 8 * MIB), True)
    yield BypassMedium("LUKS1", luks_format(folder / "luks1", "luks1"), False)
    yield BypassMedium("LUKS2", luks_format(folder / "luks2", "luks2"), False)


def _polyglots(folder):
    marks = {"LUKS1's magic": b"LUKS\xba\xbe\0\1", "a LUKS1 header": makers.read(folder / "luks1", 0, LUKS1_HEADER),
             "LUKS2's magic": b"LUKS\xba\xbe\0\2", "BitLocker's magic": b"\xeb\x58\x90-FVE-FS-"}
    for mark, data in marks.items():
        for kind in ("ext4", "iso"):
            image = pathlib.Path(shutil.copy(folder / kind, folder / f"{kind}-{len(data)}-{data[7]}"))
            makers.overwrite(image, 0, data)
            yield BypassMedium(f"{kind} with {mark}", image, True)
    noise = pathlib.Path(shutil.copy(folder / "ext4", folder / "random-boot"))
    makers.overwrite(noise, 0, os.urandom(1024))
    yield BypassMedium("ext4 with a random boot block", noise, True)


def _headers_that_lie(folder):
    null1 = bytearray((folder / "luks1").read_bytes())
    set_luks1_cipher(null1, b"cipher_null", b"ecb")
    (folder / "null1").write_bytes(null1)
    yield BypassMedium("LUKS1 with cipher_null", folder / "null1", True)
    for name, change in {
            "LUKS2 with cipher_null": lambda d: d["segments"]["0"].update(encryption="cipher_null-ecb"),
            "LUKS2 with a linear segment": lambda d: d["segments"].update({"1": {
                "type": "linear", "offset": str(int(d["segments"]["0"]["offset"]) + MIB), "size": "dynamic"},
                "0": {**d["segments"]["0"], "size": str(MIB)}})}.items():
        image = bytearray((folder / "luks2").read_bytes())
        change_luks2(image, change)
        path = folder / name.replace(" ", "-")
        path.write_bytes(image)
        yield BypassMedium(name, path, True)
    yield BypassMedium("ext4 while it is being encrypted", half_encrypted(folder / "half"), True)


def _partitioned(folder):
    def disk(name, table, *content):
        path = makers.partition_table(folder / name, 64 * MIB, table)
        for number, image in enumerate(content):
            makers.put(path, (1 + 21 * number) * MIB, folder / image)
        return path

    two = "start=1MiB, size=20MiB\nstart=22MiB, size=20MiB\n"
    yield BypassMedium("MBR: LUKS and FAT", disk("mixed", "label: dos\n" + two, "luks2", "fat"), True)
    extended = "label: dos\nstart=1MiB, size=20MiB\nstart=21MiB, size=42MiB, type=5\nstart=22MiB, size=20MiB\n"
    yield BypassMedium("MBR: FAT in an extended partition", disk("extended", extended, "luks2", "fat"), True)
    yield BypassMedium("GPT: two LUKS partitions", disk("both", "label: gpt\n" + two, "luks1", "luks2"), False)
    hybrid = disk("hybrid", "label: gpt\n" + two, "luks2", "fat")
    subprocess.run(["sgdisk", "--hybrid=1", hybrid], check=True, capture_output=True)
    yield BypassMedium("hybrid: FAT that the GPT shows and the MBR does not", hybrid, True)
    nested = disk("nested", "label: dos\n" + two, "luks2")
    makers.overwrite(nested, 22 * MIB, makers.mbr((0x0c, 2048, 16 * 2048)))
    makers.put(nested, 23 * MIB, folder / "fat")
    yield BypassMedium("FAT in a table within a partition", nested, True)


def _corpus(folder):
    for name, plain in CORPUS.items():
        if image := media_corpus.unpack(name, folder):
            yield BypassMedium(f"corpus: {name}", image, plain)
