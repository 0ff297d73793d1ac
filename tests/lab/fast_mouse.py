# SPDX-License-Identifier: GPL-3.0-or-later
"""A mouse that reports up to 1000 times a second, as gaming mice do. QEMU's own sends 125 at most."""
import time

from hid import MOUSE, HidDevice

# Three buttons and two relative axes of 8 bits: appendix E.10 of the HID specification 1.11.
_REPORT = bytes([
    0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x01, 0xa1, 0x00,
    0x05, 0x09, 0x19, 0x01, 0x29, 0x03, 0x15, 0x00, 0x25, 0x01, 0x95, 0x03, 0x75, 0x01, 0x81, 0x02,
    0x95, 0x01, 0x75, 0x05, 0x81, 0x01,
    0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81, 0x25, 0x7f, 0x75, 0x08, 0x95, 0x02, 0x81, 0x06,
    0xc0, 0xc0])


class FastMouse(HidDevice):
    def __init__(self):
        super().__init__(0x1000, "fast mouse", MOUSE, _REPORT)

    def move(self, seconds, rate=1000):
        """Moves to and fro so many times a second; returns the number of reports sent."""
        started = time.monotonic()
        total = int(seconds * rate)
        for number in range(total):
            self.send_report(0, 1 if number // 100 % 2 else 0xff, 0)
            time.sleep(max(0, started + (number + 1) / rate - time.monotonic()))
        return total
