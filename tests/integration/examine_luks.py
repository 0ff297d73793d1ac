# SPDX-License-Identifier: GPL-3.0-or-later
"""LUKS images for the tests of vaktpost-examine, and changes to their headers that keep them valid."""
import hashlib
import json
import os
import struct
import subprocess

import examine_makers as makers

MIB = 1 << 20
LUKS1_HEADER = 592
FAST = ["-q", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"]


def half_encrypted(path):
    """ext4 as cryptsetup begins to encrypt it in place."""
    makers.make(path, 8 * MIB, "mkfs.ext4", "-q", "-F")
    os.truncate(path, 40 * MIB)
    # Where there is no device-mapper cryptsetup fails at its last step; the header is written by then.
    subprocess.run(["cryptsetup", "reencrypt", "--encrypt", "--init-only", "--reduce-device-size", "16M", *FAST, path],
                   input=b"passphrase", capture_output=True, check=False)
    return path


def luks_format(path, kind, size=20 * MIB):
    """An image file with an empty LUKS volume; needs no privilege."""
    path.write_bytes(b"")
    with open(path, "r+b") as image:
        image.truncate(size)
    subprocess.run(["cryptsetup", "luksFormat", "--type", kind, *FAST, str(path), "-"], input=b"passphrase",
                   check=True, capture_output=True)
    return path


def _checksummed(binary, area):
    blank = binary[:448] + bytes(64) + binary[512:]
    return binary[:448] + hashlib.sha256(blank + area).digest() + bytes(32) + binary[512:] + area


def change_luks2(image, change):
    """Applies `change` to the JSON of both LUKS2 headers of `image` (a bytearray) and makes their checksums right."""
    size = struct.unpack(">Q", image[8:16])[0]
    for start in (0, size):
        binary = bytes(image[start:start + 4096])
        document = json.loads(bytes(image[start + 4096:start + size]).split(b"\0", 1)[0])
        change(document)
        area = json.dumps(document, separators=(",", ":")).encode().ljust(size - 4096, b"\0")
        image[start:start + size] = _checksummed(binary, area)


def set_luks2_uuid(image, uuid):
    """In both LUKS2 headers of `image` (a bytearray), whatever it is."""
    size = struct.unpack(">Q", image[8:16])[0]
    for start in (0, size):
        binary = bytes(image[start:start + 168]) + uuid.ljust(40, b"\0") + bytes(image[start + 208:start + 4096])
        image[start:start + size] = _checksummed(binary, bytes(image[start + 4096:start + size]))


def forge_first_luks2_uuid(image, uuid):
    """In the first LUKS2 header of `image` (a bytearray) alone; the second, which is newer then, keeps its own."""
    size = struct.unpack(">Q", image[8:16])[0]
    first = bytes(image[:168]) + uuid.ljust(40, b"\0") + bytes(image[208:4096])
    image[:size] = _checksummed(first, bytes(image[4096:size]))
    newer = struct.pack(">Q", struct.unpack(">Q", image[size + 16:size + 24])[0] + 1)
    second = bytes(image[size:size + 16]) + newer + bytes(image[size + 24:size + 4096])
    image[size:2 * size] = _checksummed(second, bytes(image[size + 4096:2 * size]))


def set_luks1_cipher(image, name, mode):
    image[8:40] = name.ljust(32, b"\0")
    image[40:72] = mode.ljust(32, b"\0")
