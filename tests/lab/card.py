# SPDX-License-Identifier: GPL-3.0-or-later
"""Smartcards in QEMU's reader, played by the lab through QEMU's ccid-card-passthru.

Messages are a header of three big-endian words (type, reader, length) and a body. QEMU's other card,
ccid-card-emulated, hangs the whole machine when it is pulled before its own thread has begun to wait.
"""
import socket
import struct
import threading

from waiting import LabError

CONNECT_SECONDS = 30
_INIT, _ERROR, _READER_ADD, _ATR, _CARD_REMOVE, _APDU = 1, 2, 3, 5, 6, 7
_HEADER = struct.Struct(">III")
_INIT_BODY = b"VSCD" + struct.pack(">II", 2, 0)  # magic, version, capabilities
_NOT_SUPPORTED = b"\x6d\x00"


def answer_to_reset(name):
    """A card that speaks T=0, told from others by ten historical bytes (ISO 7816-3, 8.2)."""
    return b"\x3b\x7a\x18\x00\x00" + name.encode().ljust(10)[:10]


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

    def insert(self, name):
        self._require_reader()
        self._send(_ATR, answer_to_reset(name))

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
                    stream.read(length)
                    if kind == _ERROR:  # also how QEMU says yes
                        self._ready.set()
                    elif kind == _APDU:
                        self._send(_APDU, _NOT_SUPPORTED)
            except OSError:  # the reader is unplugged
                pass

    def _send(self, kind, body=b""):
        with self._sending:
            self._socket.sendall(_HEADER.pack(kind, 0, len(body)) + body)
