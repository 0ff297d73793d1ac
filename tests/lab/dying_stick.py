# SPDX-License-Identifier: GPL-3.0-or-later
"""A memory stick that stops answering: reads from a certain place on never end, as on worn-out flash."""
import struct

from redirected import (BULK, IN, OUT, STALL, RedirectedDevice, configuration_descriptor, device_descriptor,
                        endpoint_descriptor, interface_descriptor)

MASS_STORAGE, SCSI_TRANSPARENT, BULK_ONLY = 0x08, 0x06, 0x50
SECTOR = 512
_COMMAND = struct.Struct("<4sIIBBB16s")  # command block wrapper of the bulk-only transport, table 5.1
_STATUS = struct.Struct("<4sIIB")  # command status wrapper, table 5.2
PASSED, FAILED = 0, 1
NO_SENSE, ILLEGAL_REQUEST = 0, 5


class DyingStick(RedirectedDevice):
    """`hangs` tells whether a read was left without an answer."""

    def __init__(self, image, dead_from):
        """Serves the image, read-only, and never answers a read that touches the byte `dead_from` or one behind it."""
        super().__init__(
            device_descriptor(0x46f4, 0x0bad, strings=3),
            configuration_descriptor(interface_descriptor(0, (MASS_STORAGE, SCSI_TRANSPARENT, BULK_ONLY), 2),
                                     endpoint_descriptor(IN, BULK, 512, 0), endpoint_descriptor(OUT, BULK, 512, 0)),
            ["Vaktpost lab", "dying stick", "LABDYING"])
        self._content = image.read_bytes()
        self._dead_from = dead_from
        self.hangs = False
        self._scsi = {0x00: self._ready, 0x03: self._sense, 0x12: self._inquiry, 0x1a: self._mode_sense,
                      0x1b: self._ready, 0x1e: self._ready, 0x25: self._capacity, 0x28: self._read, 0x35: self._ready}
        self._sense_key = NO_SENSE
        self.reset()

    def reset(self):
        self._tag = self._expected = 0
        self._data, self._result = None, PASSED
        self._unanswered = {}
        self._dead = False

    def class_request(self, request_type, request, value, index, length):
        if request_type == 0xa1:  # the number of the last logical unit
            return b"\0"
        return b""  # bulk-only reset, clear a halted endpoint

    def cancelled(self, number):
        if number in self._unanswered:
            self.reply_bulk(number, self._unanswered.pop(number), status=1)

    def bulk_out(self, number, endpoint, data):
        """A command. Data for a write is taken and forgotten."""
        if len(data) == _COMMAND.size and data.startswith(b"USBC"):
            _, self._tag, self._expected, flags, _, _, command = _COMMAND.unpack(data)
            answer = self._scsi.get(command[0], self._unknown)(command)
            self._result = FAILED if answer is None else PASSED
            self._data = (answer or b"")[:self._expected] if flags & 0x80 and self._expected else None
        self.reply_bulk(number, endpoint, taken=len(data))

    def bulk_in(self, number, endpoint, length):
        if self._dead:
            self._unanswered[number] = endpoint
            self.hangs = True
        elif self._data is None:
            self.reply_bulk(number, endpoint, _STATUS.pack(b"USBS", self._tag, self._expected, self._result))
        elif self._data:
            part, rest = self._data[:length], self._data[length:]
            self._expected -= len(part)
            self._data = rest or None
            self.reply_bulk(number, endpoint, part)
        else:  # less than was asked for
            self._data = None
            self.reply_bulk(number, endpoint, status=STALL)

    # -- SCSI: each returns the data, or None for a refused command ----------------------------------------------

    def _ready(self, _command):
        return b""

    def _unknown(self, _command):
        self._sense_key = ILLEGAL_REQUEST
        return None

    def _sense(self, _command):
        key, self._sense_key = self._sense_key, NO_SENSE
        return bytes([0x70, 0, key, 0, 0, 0, 0, 10]) + bytes(10)

    def _inquiry(self, command):
        if command[1] & 1:  # vital product data: none
            return self._unknown(command)
        return bytes([0, 0x80, 4, 2, 31, 0, 0, 0]) + b"VAKTPOST" + b"DYING STICK".ljust(16) + b"1.0 "

    def _mode_sense(self, _command):
        return bytes([3, 0, 0x80, 0])  # write-protected

    def _capacity(self, _command):
        return struct.pack(">II", len(self._content) // SECTOR - 1, SECTOR)

    def _read(self, command):
        block, count = struct.unpack(">2xIxH", command[:9])
        end = (block + count) * SECTOR
        self._dead = end > self._dead_from
        return self._content[block * SECTOR:end]
