# SPDX-License-Identifier: GPL-3.0-or-later
"""Smartcards in QEMU's reader, played by the lab through QEMU's ccid-card-passthru.

Messages are a header of three big-endian words (type, reader, length) and a body. QEMU's other card,
ccid-card-emulated, hangs the whole machine when it is pulled before its own thread has begun to wait.
"""
import hashlib
import socket
import struct
import threading

from waiting import LabError

CONNECT_SECONDS = 30
_INIT, _ERROR, _READER_ADD, _ATR, _CARD_REMOVE, _APDU = 1, 2, 3, 5, 6, 7
_HEADER = struct.Struct(">III")
_INIT_BODY = b"VSCD" + struct.pack(">II", 2, 0)  # magic, version, capabilities
_NOT_SUPPORTED, _NOT_FOUND, _DONE = b"\x6d\x00", b"\x6a\x82", b"\x90\x00"
# NIST SP 800-73-4: the PIV application, and its Card Holder Unique Identifier.
_SELECT_PIV = b"\x00\xa4\x04\x00\x0b\xa0\x00\x00\x03\x08\x00\x00\x10\x00\x01\x00"
_GET_CHUID = b"\x00\xcb\x3f\xff\x05\x5c\x03\x5f\xc1\x02"


def answer_to_reset(name):
    """A card that speaks T=0, told from others by ten historical bytes (ISO 7816-3, 8.2)."""
    return b"\x3b\x7a\x18\x00\x00" + name.encode().ljust(10)[:10]


class PlainCard:
    """A card of this name that tells nobody who it is."""

    def __init__(self, name):
        self.atr = answer_to_reset(name)

    def answer(self, _command):
        return _NOT_SUPPORTED


class PivCard(PlainCard):
    """An identity card: all of one model have the same answer to reset, and each its own identifier."""

    def __init__(self, holder):
        super().__init__("piv-card")
        self.guid = hashlib.sha256(holder.encode()).digest()[:16]
        # 16-byte GUID, expiry, and the empty signature and error code that end a CHUID.
        elements = b"\x34\x10" + self.guid + b"\x35\x08" + b"20301231" + b"\x3e\x00\xfe\x00"
        self._chuid = b"\x53" + bytes([len(elements)]) + elements

    def answer(self, command):
        if command.startswith(_SELECT_PIV):
            return b"\x61\x02\x4f\x00" + _DONE
        if command.startswith(_GET_CHUID):
            return self._chuid + _DONE
        return _NOT_FOUND


class CardSlot:
    """The slot of one reader; a thread of its own answers QEMU."""

    def __init__(self, path):
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._listener.settimeout(CONNECT_SECONDS)
        self._ready = threading.Event()
        self._sending = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def insert(self, card):
        self._require_reader()
        self._card = card
        self._send(_ATR, card.atr)

    def pull(self):
        self._require_reader()
        self._send(_CARD_REMOVE)

    def _require_reader(self):
        if not self._ready.wait(CONNECT_SECONDS):
            raise LabError("QEMU's reader does not take cards")

    def _serve(self):
        with self._listener:
            self._socket, _ = self._listener.accept()
        self._socket.settimeout(None)
        with self._socket, self._socket.makefile("rb") as stream:
            try:
                self._send(_INIT, _INIT_BODY)
                self._send(_READER_ADD, b"lab")
                while header := stream.read(_HEADER.size):
                    kind, _, length = _HEADER.unpack(header)
                    body = stream.read(length)
                    if kind == _ERROR:  # also how QEMU says yes
                        self._ready.set()
                    elif kind == _APDU:
                        self._send(_APDU, self._card.answer(body))
            except OSError:  # the reader is unplugged
                pass

    def _send(self, kind, body=b""):
        with self._sending:
            self._socket.sendall(_HEADER.pack(kind, 0, len(body)) + body)
