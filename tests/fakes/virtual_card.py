# SPDX-License-Identifier: GPL-3.0-or-later
"""The card side of vpcd, the virtual reader of the package vsmartcard-vpcd.

pcscd's driver listens on TCP, one port per slot; a card that is in is a connection. Messages have a length of two bytes,
big endian, before them. One byte is a command to the card: 0 power off, 1 power on, 2 reset, 4 asks for the ATR, the only
one with an answer; anything longer is an APDU.
"""

import socket
import struct
import threading

FIRST_PORT = 35963  # slot 0; slot 1 is the next
POWER_ON, ASK_ATR = b"\x01", b"\x04"


class VirtualCard:
    """A card that answers every APDU with 90 00. It stays in when pcscd goes: it connects again as soon as it can."""

    ATR = bytes.fromhex("3b00")
    RETRY = 0.02  # seconds

    def __init__(self, slot=0):
        self.address = ("127.0.0.1", FIRST_PORT + slot)
        self.power_up = 0  # seconds it takes
        self._out = threading.Event()
        self._out.set()
        self._thread = None
        self._socket = None
        self._lock = threading.Lock()

    def insert(self):
        """Returns at once; the driver looks for a card every 400 ms."""
        if not self._out.is_set():
            return
        self._out.clear()
        self._thread = threading.Thread(target=self._stay_in, daemon=True)
        self._thread.start()

    def remove(self):
        """The card is out when this returns; the driver finds out within 400 ms."""
        self._out.set()
        with self._lock:
            if self._socket:
                self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread:
            self._thread.join()
            self._thread = None

    def _stay_in(self):
        while not self._out.is_set():
            try:
                with socket.create_connection(self.address) as connection:
                    self._serve(connection)
            except OSError:
                pass
            self._out.wait(self.RETRY)

    def _serve(self, connection):
        busy = 0
        with self._lock:
            if self._out.is_set():
                return
            self._socket = connection
        try:
            while (message := _receive(connection)) is not None:
                if message == POWER_ON:
                    busy = self.power_up
                answer = self._answer(message)
                if answer:
                    self._out.wait(busy)
                    busy = 0
                    connection.sendall(struct.pack(">H", len(answer)) + answer)
        finally:
            with self._lock:
                self._socket = None

    def _answer(self, message):
        if len(message) > 1:
            return b"\x90\x00"
        return self.ATR if message == ASK_ATR else None


class PivCard(VirtualCard):
    """A PIV card (NIST SP 800-73-4) as far as its CHUID, in parts as a card with T=0 sends it."""

    SELECT = bytes.fromhex("00a404000ba000000308000010000100")
    GET_CHUID = bytes.fromhex("00cb3fff055c035fc102")

    def __init__(self, slot, guid):
        super().__init__(slot)
        self.asked = threading.Event()
        self.hangs = False  # once it is asked for its CHUID
        chuid = b"\x34\x10" + guid + b"\x3e\x82\x02\x00" + bytes(512) + b"\xfe\x00"
        self._object = b"\x53\x82" + struct.pack(">H", len(chuid)) + chuid
        self._left = b""

    def _answer(self, message):
        if message == self.SELECT:
            return b"\x90\x00"
        if message == self.GET_CHUID:
            self.asked.set()
            if self.hangs:
                self._out.wait()
            self._left = self._object
            return b"\x61\x00"
        if message[:2] == b"\x00\xc0":
            size = message[4] or 256
            part, self._left = self._left[:size], self._left[size:]
            return part + (struct.pack(">BB", 0x61, min(len(self._left), 256) % 256) if self._left else b"\x90\x00")
        return super()._answer(message) if len(message) == 1 else b"\x6a\x82"


def _receive(connection):
    header = _receive_exactly(connection, 2)
    return header and _receive_exactly(connection, struct.unpack(">H", header)[0])


def _receive_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            return None
        data += part
    return data
