# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots: QEMU's PPM into PNG, and what the lab asks of a picture."""
import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    rgb: bytes

    def png(self):
        stride = self.width * 3
        rows = b"".join(b"\0" + self.rgb[at:at + stride] for at in range(0, len(self.rgb), stride))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6))
                + _chunk(b"IEND", b""))

    def colours(self):
        """How often each colour occurs in a sample of the picture's points."""
        counts = {}
        for at in range(0, len(self.rgb) - 2, 3 * 7):
            colour = self.rgb[at:at + 3]
            counts[colour] = counts.get(colour, 0) + 1
        return counts

    def share(self, colour):
        """Part of the picture, 0 to 1, that has just this colour, given as (r, g, b)."""
        counts = self.colours()
        return counts.get(bytes(colour), 0) / sum(counts.values())

    def difference(self, other):
        """Part of the picture's points, 0 to 1, that are not the same in the other one."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        points = range(0, len(self.rgb) - 2, 3 * 7)
        return sum(self.rgb[at:at + 3] != other.rgb[at:at + 3] for at in points) / len(points)


def parse_ppm(data):
    """A binary PPM as QEMU writes it: magic, size and depth on a line each, then the points."""
    magic, size, depth, rgb = data.split(b"\n", 3)
    if magic != b"P6" or depth != b"255":
        raise ValueError("not an 8-bit PPM")
    width, height = map(int, size.split())
    return Picture(width, height, rgb)


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
