# SPDX-License-Identifier: GPL-3.0-or-later
"""A VeraCrypt volume, made of what Debian has: the format's own documentation ("VeraCrypt Volume Format Specification")
says what its header holds, Python derives the key, and the guest's dm-crypt encrypts it."""
import hashlib
import os
import struct
import zlib

from sticks import PASSPHRASE, SIZE

PIM = 1  # the cheapest there is
ITERATIONS = 15000 + 1000 * PIM
SALT, HEADER = 64, 512  # bytes; behind the salt the header is encrypted
DATA_AT = 128 << 10  # bytes: two headers of 64 KiB before the data, and their copies behind it
OPEN = f"cryptsetup open --type tcrypt --veracrypt --veracrypt-pim {PIM} --hash sha512 --cipher aes"


def volume(lab, folder, name="veracrypt"):
    """An image with nothing in it yet. `lab`: encrypts its header."""
    salt = os.urandom(SALT)
    key = hashlib.pbkdf2_hmac("sha512", PASSPHRASE.encode(), salt, ITERATIONS, 64)
    image = folder / f"{name}.img"
    with open(image, "wb") as file:
        file.write(salt + _encrypted(lab, key, _header(SIZE - 2 * DATA_AT))[:HEADER - SALT])
        file.truncate(SIZE)
        for place in range(DATA_AT, SIZE, 1 << 20):  # a real one is full of what looks like chance
            file.seek(place)
            file.write(os.urandom(4096))
    return image


def _header(size):
    """What is encrypted; `size`: of the data, in bytes."""
    keys = os.urandom(64).ljust(256, b"\0")
    fields = struct.pack(">4sHHI16xQQQQII120x", b"VERA", 5, 0x010b, zlib.crc32(keys), 0, size, DATA_AT, size, 0, 512)
    return fields + struct.pack(">I", zlib.crc32(fields)) + keys


def _encrypted(lab, key, header):
    """By AES-XTS, as the one and only data unit."""
    return lab.run(f"""set -e; cd /run; cat >lab-header; truncate -s 512 lab-header lab-sector
        loop=$(losetup --show -f lab-sector)
        dmsetup create lab-header --table "0 1 crypt aes-xts-plain64 {key.hex()} 0 $loop 0"
        dd if=lab-header of=/dev/mapper/lab-header oflag=direct status=none
        dmsetup remove --retry lab-header; losetup -d $loop; cat lab-sector; rm lab-header lab-sector""", header,
                   timeout=60).stdout
