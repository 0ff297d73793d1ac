# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory sticks: sparse image files, made without root and without a loop device."""
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SIZE = 32 * MIB
PARTITION_START = 1 * MIB
HIDDEN_START, HIDDEN_SIZE = 1 * MIB, 8 * MIB
RAID_SUPERBLOCK, RAID_DATA = 4096, 1 * MIB
PASSPHRASE = "vaktpost-lab"


@dataclass(frozen=True)
class Stick:
    """`kind` says what lies on it, `encrypted` what Vaktpost has to make of it."""
    kind: str
    image: Path
    encrypted: bool


def empty(folder, name="empty"):
    return Stick("empty", _blank(folder, name, SIZE), encrypted=False)


def fat(folder, name="fat"):
    """FAT without a partition table."""
    image = _blank(folder, name, SIZE)
    _mkfs_fat(image)
    return Stick("fat", image, encrypted=False)


def ext4(folder, name="ext4"):
    image = _blank(folder, name, SIZE)
    _run("mke2fs", "-q", "-t", "ext4", image)
    return Stick("ext4", image, encrypted=False)


def fat_partition(folder, name="fat-partition"):
    """One partition with FAT, as sticks are sold."""
    part = _part(folder, name, _mkfs_fat)
    return Stick("fat-partition", _partitioned(folder, name, [(part, "c")]), encrypted=False)


def file_system_id(stick):
    """The UUID of the file system in a `fat_partition`."""
    found = subprocess.run(["blkid", "--probe", "--offset", str(PARTITION_START), "--match-tag", "UUID",
                            "--output", "value", stick.image], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def luks(folder, name="luks", version=2):
    """LUKS over the whole stick, with nothing in it yet: the user makes the file system."""
    image = _blank(folder, name, SIZE)
    _luks_format(image, version)
    return Stick(f"luks{version}", image, encrypted=True)


def luks_partition(folder, name="luks-partition", version=2):
    part = _part(folder, name, lambda image: _luks_format(image, version))
    return Stick(f"luks{version}-partition", _partitioned(folder, name, [(part, "83")]), encrypted=True)


def btrfs(folder, name="btrfs"):
    image = _blank(folder, name, 128 * MIB)
    _run("mkfs.btrfs", "--quiet", image)
    return Stick("btrfs", image, encrypted=False)


def raid_member(folder, name="raid-member"):
    """The only disk of a mirror (md, superblock 1.2) with ext4 in it."""
    part = _part(folder, name, lambda image: _run("mke2fs", "-q", "-t", "ext4", image))
    image = _blank(folder, name, RAID_DATA + SIZE)
    _move_into(image, part, RAID_DATA)
    with open(image, "r+b") as file:
        file.seek(RAID_SUPERBLOCK)
        file.write(_raid_superblock())
    return Stick("raid-member", image, encrypted=False)


def _raid_superblock():
    """struct mdp_superblock_1 of linux/raid/md_p.h."""
    sectors = SIZE // 512
    array = struct.pack("<4I16s32sQIIQII", 0xa92b4efc, 1, 0, 0, b"vaktpost-lab-set", b"lab:0", 0, 1, 0, sectors, 0, 1)
    disk = struct.pack("<4Q2I16s", RAID_DATA // 512, sectors, RAID_SUPERBLOCK // 512, 0, 0, 0, b"vaktpost-lab-one")
    state = struct.pack("<QQQ", 0, 1, 2**64 - 1)

    def whole(checksum):
        head = array.ljust(128, b"\0") + disk.ljust(64, b"\0") + state + struct.pack("<II", checksum, 1)
        return head.ljust(256, b"\0") + struct.pack("<H", 0).ljust(4, b"\0")  # its role, and up to a whole word
    total = sum(word for word, in struct.iter_unpack("<I", whole(0)))
    return whole((total & 0xffffffff) + (total >> 32) & 0xffffffff)


def luks_and_hidden(folder, name="luks-and-hidden"):
    """One encrypted partition, and a file system where no partition is: nobody's who does not look for it."""
    hidden = _blank(folder, f"{name}.hidden", HIDDEN_SIZE)
    _run("mke2fs", "-q", "-t", "ext4", hidden)
    closed = _part(folder, name, lambda image: _luks_format(image, 2))
    start = HIDDEN_START + HIDDEN_SIZE
    image = _blank(folder, name, start + SIZE)
    for part, place in ((hidden, HIDDEN_START), (closed, start)):
        _move_into(image, part, place)
    table = f"label: dos\nstart={start // 512}, size={SIZE // 512}, type=83\n"
    _run("sfdisk", "--quiet", "--no-tell-kernel", image, stdin=table.encode())
    return Stick("luks-and-hidden", image, encrypted=True)


def luks_and_fat(folder, name="luks-and-fat"):
    """One encrypted partition and one that is not."""
    closed = _part(folder, f"{name}-1", lambda image: _luks_format(image, 2))
    open_ = _part(folder, f"{name}-2", _mkfs_fat)
    return Stick("luks-and-fat", _partitioned(folder, name, [(closed, "83"), (open_, "c")]), encrypted=False)


def with_parts(folder, name, parts):
    """A stick with these (image, type) partitions."""
    return Stick(name, _partitioned(folder, name, parts), encrypted=False)


def _part(folder, name, fill):
    image = _blank(folder, f"{name}.part", SIZE)
    fill(image)
    return image


def _partitioned(folder, name, parts):
    """A stick with an MBR and these (image, type) parts one after the other. The parts' files go."""
    image = _blank(folder, name, PARTITION_START + len(parts) * SIZE)
    table = "label: dos\n"
    for number, (part, kind) in enumerate(parts):
        start = PARTITION_START + number * SIZE
        table += f"start={start // 512}, size={SIZE // 512}, type={kind}\n"
        _move_into(image, part, start)
    _run("sfdisk", "--quiet", "--no-tell-kernel", image, stdin=table.encode())
    return image


def _move_into(image, part, place):
    """`place`: in bytes, whole MiB. The part's file goes."""
    _run("dd", f"if={part}", f"of={image}", "bs=1M", f"seek={place // MIB}", "conv=notrunc,sparse")
    part.unlink()


def _blank(folder, name, size):
    image = Path(folder) / f"{name}.img"
    with open(image, "wb") as file:
        file.truncate(size)
    return image


def _mkfs_fat(image):
    """With a file in it, so that a test can look for its words."""
    _run("mkfs.vfat", "-n", "PATIENTS", image)
    _write_root_file(image, b"READ    TXT", b"plain text on a plain stick\n")


def _write_root_file(image, name, content):
    """Puts a file of one cluster into the root of a fresh FAT12 or FAT16."""
    with open(image, "r+b") as file:
        boot = file.read(512)
        sector, = struct.unpack_from("<H", boot, 11)
        reserved, copies, root_entries = struct.unpack_from("<HBH", boot, 14)
        per_copy, = struct.unpack_from("<H", boot, 22)
        root = (reserved + copies * per_copy) * sector
        data = root + root_entries * 32
        for copy in range(copies):  # cluster 2 is the file's only one
            file.seek((reserved + copy * per_copy) * sector)
            fat16 = bytearray(file.read(6))
            fat16[4:6] = b"\xff\xff"
            file.seek(-6, 1)
            file.write(fat16)
        file.seek(root + 32)  # the first entry is the volume label
        file.write(name + b"\x20" + bytes(14) + struct.pack("<HI", 2, len(content)))
        file.seek(data)
        file.write(content)


def _luks_format(image, version):
    cheap = ["--pbkdf=pbkdf2", "--pbkdf-force-iterations=1000"]
    _run("cryptsetup", "luksFormat", "--batch-mode", f"--type=luks{version}", *cheap, "--key-file=-", image,
         stdin=PASSPHRASE.encode())


def _run(*argv, stdin=b""):
    subprocess.run([str(arg) for arg in argv], input=stdin, check=True, capture_output=True,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
