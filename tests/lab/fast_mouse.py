# SPDX-License-Identifier: GPL-3.0-or-later
"""A mouse that reports up to 1000 times a second, as gaming mice do. QEMU's own sends 125 at most."""
import threading
import time

from redirected import (FULL_SPEED, RedirectedDevice, configuration_descriptor, device_descriptor,
                        endpoint_descriptor, interface_descriptor)
from waiting import LabError

HID, BOOT, MOUSE = 3, 1, 2
HID_DESCRIPTOR, REPORT_DESCRIPTOR = 0x21, 0x22
IN, INTERRUPT = 0x81, 3
START_SECONDS = 30

# Three buttons and two relative axes of 8 bits: appendix E.10 of the HID specification 1.11.
_REPORT = bytes([
    0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x01, 0xa1, 0x00,
    0x05, 0x09, 0x19, 0x01, 0x29, 0x03, 0x15, 0x00, 0x25, 0x01, 0x95, 0x03, 0x75, 0x01, 0x81, 0x02,
    0x95, 0x01, 0x75, 0x05, 0x81, 0x01,
    0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81, 0x25, 0x7f, 0x75, 0x08, 0x95, 0x02, 0x81, 0x06,
    0xc0, 0xc0])
_HID = bytes([9, HID_DESCRIPTOR, 0x11, 0x01, 0, 1, REPORT_DESCRIPTOR, len(_REPORT), 0])


class FastMouse(RedirectedDevice):
    speed = FULL_SPEED

    def __init__(self):
        super().__init__(
            device_descriptor(0x46f4, 0x1000, strings=2),
            configuration_descriptor(interface_descriptor(0, (HID, BOOT, MOUSE), 1), _HID,
                                     endpoint_descriptor(IN, INTERRUPT, 4, 1)),  # polled each millisecond
            ["Vaktpost lab", "fast mouse"])
        self._listened_to = threading.Event()

    def class_request(self, request_type, request, value, index, length):
        if request == 6 and value >> 8 == REPORT_DESCRIPTOR:
            return _REPORT
        return b""  # idle rate, protocol

    def interrupt_started(self, endpoint):
        self._listened_to.set()

    def move(self, seconds, rate=1000):
        """Moves to and fro so many times a second; returns the number of reports sent."""
        if not self._listened_to.wait(START_SECONDS):
            raise LabError("the guest does not listen to the mouse")
        started = time.monotonic()
        total = int(seconds * rate)
        for number in range(total):
            right = 1 if number // 100 % 2 else 0xff
            self.send_interrupt(number, IN, bytes([0, right, 0]))
            time.sleep(max(0, started + (number + 1) / rate - time.monotonic()))
        return total
