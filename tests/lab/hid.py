# SPDX-License-Identifier: GPL-3.0-or-later
"""Input devices of the lab's own making, on the USB bus like real ones. QEMU has no touch screen, no pen that is
one, no scanner with an identity of its own, and no mouse that reports 1000 times a second."""
import threading

from redirected import (FULL_SPEED, RedirectedDevice, configuration_descriptor, device_descriptor,
                        endpoint_descriptor, interface_descriptor)
from waiting import LabError

HID, NO_SUBCLASS, BOOT = 3, 0, 1
NO_PROTOCOL, KEYBOARD, MOUSE = 0, 1, 2
HID_DESCRIPTOR, REPORT_DESCRIPTOR = 0x21, 0x22
IN, INTERRUPT = 0x81, 3
START_SECONDS = 30
VENDOR = 0x46f4


class HidDevice(RedirectedDevice):
    """`report` is the report descriptor: what the bytes of a report mean."""

    speed = FULL_SPEED

    def __init__(self, product, name, protocol, report):
        hid = bytes([9, HID_DESCRIPTOR, 0x11, 0x01, 0, 1, REPORT_DESCRIPTOR, len(report), 0])
        subclass = BOOT if protocol else NO_SUBCLASS
        super().__init__(
            device_descriptor(VENDOR, product, strings=2),
            configuration_descriptor(interface_descriptor(0, (HID, subclass, protocol), 1), hid,
                                     endpoint_descriptor(IN, INTERRUPT, 8, 1)),  # polled each millisecond
            ["Vaktpost lab", name])
        self._report = report
        self._sent = 0
        self._listened_to = threading.Event()

    def class_request(self, request_type, request, value, index, length):
        if request == 6 and value >> 8 == REPORT_DESCRIPTOR:
            return self._report
        return b""  # idle rate, protocol

    def interrupt_started(self, endpoint):
        self._listened_to.set()

    def send_report(self, *values):
        if not self._listened_to.wait(START_SECONDS):
            raise LabError("the guest does not listen to the device")
        self._sent += 1
        self.send_interrupt(self._sent, IN, bytes(values))


# Two bits (tip, in range) and two axes of 7 bits, as HID usage tables 1.12 have it in chapter 16.
_PEN = bytes([
    0x05, 0x0d, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x20, 0xa1, 0x00,
    0x09, 0x42, 0x09, 0x32, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x02, 0x81, 0x02, 0x95, 0x06, 0x81, 0x03,
    0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x25, 0x7f, 0x75, 0x08, 0x95, 0x02, 0x81, 0x02,
    0xc0, 0xc0])
# Tip, number of the contact, two axes; and how many contacts there are, by which Linux knows a touch screen.
_TOUCH = bytes([
    0x05, 0x0d, 0x09, 0x04, 0xa1, 0x01, 0x09, 0x22, 0xa1, 0x02,
    0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02, 0x95, 0x07, 0x81, 0x03,
    0x25, 0x7f, 0x75, 0x08, 0x95, 0x01, 0x09, 0x51, 0x81, 0x02,
    0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x95, 0x02, 0x81, 0x02, 0xc0,
    0x05, 0x0d, 0x09, 0x54, 0x95, 0x01, 0x81, 0x02, 0xc0])


class Pen(HidDevice):
    def __init__(self):
        super().__init__(0x1002, "pen", NO_PROTOCOL, _PEN)

    def tap(self):
        for state in (0b10, 0b11, 0b10, 0):  # near the glass, on it, near it, away
            self.send_report(state, 30, 30)


class TouchScreen(HidDevice):
    def __init__(self):
        super().__init__(0x1001, "touch screen", NO_PROTOCOL, _TOUCH)

    def tap(self):
        for tip in (1, 0):
            self.send_report(tip, 0, 30, 30, 1)


class Scanner(HidDevice):
    """A barcode scanner: a keyboard that types digits."""

    PRODUCT = 0x1003

    # A key code a report: appendix E.6 of the HID specification 1.11, without lights.
    def __init__(self):
        super().__init__(self.PRODUCT, "scanner", KEYBOARD, bytes([
            0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x15, 0x00, 0x25, 0x65,
            0x75, 0x08, 0x95, 0x01, 0x81, 0x00, 0xc0]))

    def scan(self, digits):
        for digit in digits:
            self.send_report(0x1e + (int(digit) - 1) % 10)
            self.send_report(0)

    def press_enter(self):
        self.send_report(0x28)
        self.send_report(0)
