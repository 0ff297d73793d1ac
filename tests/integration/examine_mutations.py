# SPDX-License-Identifier: GPL-3.0-or-later
"""Damages images at random: vaktpost-examine must neither crash nor hang, nor call a plain medium encrypted."""
import subprocess

import examine_makers as makers
from examine_luks import change_luks2, set_luks1_cipher

MIB = 1 << 20
# Where formats keep what they are judged by.
PLACES = (0, 0, 0, 446, 512, 1024, 4096, 8192, 16384, 20480, 32768, 65536, MIB)
FRAGMENTS = (b"LUKS\xba\xbe\0\1", b"LUKS\xba\xbe\0\2", b"SKUL\xba\xbe\0\2", b"\xeb\x58\x90-FVE-FS-", b"MSWIN4.1", b"EFI PART",
             b"\x55\xaa", b"\x53\xef", b"CD001", b"LABELONE", b"CS\1\0", b"\0" * 64, b"\xff" * 64)


def bases(work):
    """(image, is it plain)"""
    yield work / "luks1", False
    yield work / "luks2", False
    yield work / "ext4", True
    yield work / "fat", True
    yield work / "iso", True
    disk = makers.partition_table(work / "fat-disk", 16 * MIB, "label: gpt\nstart=1MiB, size=8MiB\n")
    makers.put(disk, MIB, work / "fat")
    yield disk, True
    null1 = bytearray((work / "luks1").read_bytes())
    set_luks1_cipher(null1, b"cipher_null", b"ecb")
    (work / "null1").write_bytes(null1)
    yield work / "null1", True
    null2 = bytearray((work / "luks2").read_bytes())
    change_luks2(null2, lambda document: document["segments"]["0"].update(encryption="cipher_null-ecb"))
    (work / "null2").write_bytes(null2)
    yield work / "null2", True
    for name, plain in (("bitlk-aes-xts-128", False), ("bitlk-aes-xts-128-clearkey-only", True), ("fvault2-small", False)):
        if (work / f"{name}.img").exists():
            yield work / f"{name}.img", plain


def damage(image, draw):
    """Changes up to eight places of the open file `image`; returns what was there before."""
    image.seek(0, 2)
    size = image.tell()
    before = []
    for _ in range(draw.randint(1, 8)):
        data = draw.choice((draw.randbytes(draw.randint(1, 8)), draw.choice(FRAGMENTS)))
        place = min(draw.choice(PLACES) + draw.choice((0, 0, draw.randint(0, 600))), size - len(data))
        image.seek(place)
        before.append((place, image.read(len(data))))
        image.seek(place)
        image.write(data)
    image.flush()
    return before


def mutate(work, examine, count, draw):
    images = list(bases(work))
    problems = 0
    for number in range(count):
        path, plain = images[number % len(images)]
        with open(path, "r+b") as image:
            before = damage(image, draw)
            try:
                status, report = examine.run(path)
            except subprocess.TimeoutExpired:
                status, report = "timeout", None
            for place, data in reversed(before):
                image.seek(place)
                image.write(data)
        if report is None or (plain and status == 0):
            problems += 1
            changes = [place for place, _ in before]
            examine.say("FAIL", f"mutation {number} of {path.name}", f"exit status {status}, {report}, changed at {changes}")
    if problems == 0:
        examine.say("ok", f"{count} damaged images: no crash, no hang, no plain one called encrypted")
