# SPDX-License-Identifier: GPL-3.0-or-later
"""File systems, partition tables and other contents for the tests of vaktpost-examine."""
import struct
import subprocess
import zlib

MIB = 1 << 20
SECTOR = 512


def blank(path, size):
    with open(path, "wb") as image:
        image.truncate(size)
    return path


def make(path, size, *command):
    """A blank image of `size` bytes that `command` then formats."""
    blank(path, size)
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    return path


def overwrite(path, offset, data):
    with open(path, "r+b") as image:
        image.seek(offset)
        image.write(data)


def read(path, offset, size):
    with open(path, "rb") as image:
        image.seek(offset)
        return image.read(size)


def partition_table(path, size, script):
    """A blank disk with the table that `script` describes in sfdisk's words."""
    blank(path, size)
    subprocess.run(["sfdisk", "-q", "--no-reread", "--no-tell-kernel", str(path)], input=script.encode(), check=True,
                   capture_output=True)
    return path


def put(disk, offset, content):
    """Copies the image file `content` into the image file `disk`."""
    with open(content, "rb") as source, open(disk, "r+b") as target:
        target.seek(offset)
        while block := source.read(MIB):
            if any(block):
                target.write(block)
            else:
                target.seek(len(block), 1)


def iso9660(path):
    """The smallest ISO 9660 volume that mounts: one volume descriptor and an empty root directory."""
    def both(value, size):
        return value.to_bytes(size, "little") + value.to_bytes(size, "big")

    def record(name):
        return bytes([34, 0]) + both(18, 4) + both(2048, 4) + bytes(7) + b"\2\0\0" + both(1, 2) + b"\1" + name

    descriptor = bytearray(2048)
    descriptor[0:8] = b"\1CD001\1\0"
    descriptor[40:72] = b"TEST".ljust(32)
    descriptor[80:88] = both(20, 4)
    descriptor[120:124] = descriptor[124:128] = both(1, 2)
    descriptor[128:132] = both(2048, 2)
    descriptor[156:190] = record(b"\0")
    descriptor[881] = 1
    blank(path, MIB)
    overwrite(path, 16 * 2048, descriptor)
    overwrite(path, 17 * 2048, b"\xffCD001\1")
    overwrite(path, 18 * 2048, record(b"\0") + record(b"\1"))
    return path


def lvm_member(path, size=4 * MIB):
    """An LVM2 physical volume label, as pvcreate writes it."""
    label = bytearray(SECTOR)
    label[0:16] = b"LABELONE" + struct.pack("<Q", 1)
    label[20:64] = struct.pack("<I", 32) + b"LVM2 001" + b"a" * 32
    label[64:72] = struct.pack("<Q", size)
    checksum = zlib.crc32(label[20:], 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff
    label[16:20] = struct.pack("<I", checksum)
    blank(path, size)
    overwrite(path, SECTOR, label)
    return path


def mbr(*entries):
    """A boot sector with a partition table of (type, first sector, sectors)."""
    table = b"".join(struct.pack("<4xB3xII", *entry) for entry in entries)
    return bytes(446) + table.ljust(64, b"\0") + b"\x55\xaa"
