# SPDX-License-Identifier: GPL-3.0-or-later
"""A receiver of the tests' own, which may behave or not. It keeps every message and which of them it acknowledged."""
import socket
import ssl
import threading


class Hangup(Exception):
    """The receiver goes without a word."""


class Frames:
    """RELP frames from a TLS socket."""

    def __init__(self, connection):
        self._file = connection.makefile("rb")

    def _word(self):
        word = b""
        while (byte := self._file.read(1)) not in (b" ", b"\n"):
            if not byte:
                raise Hangup
            word += byte
        return word.decode(), byte

    def next(self):
        number, _ = self._word()
        command, _ = self._word()
        size, end = self._word()
        data = b""
        if end == b" ":
            data = self._file.read(int(size))
            assert self._file.read(1) == b"\n"
        return int(number), command, data


class Receiver:
    """Serves RELP over TLS on a port of its own. `behave(receiver, send, frame)` answers each frame: send(bytes) sends."""

    def __init__(self, authority, identity, behave=None, version=None, demand=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*identity)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(demand or authority.certificate)
        if demand:
            context.verify_flags = ssl.VERIFY_CRL_CHECK_LEAF
        if version:
            context.maximum_version = version
        self._context = context
        self._behave = behave or Receiver.honest
        self.messages = []  # as they came
        self.kept = []      # those that were acknowledged
        self.connections = 0
        self.plain_bytes = 0  # what came over connections that TLS let pass
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"relp://localhost:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection:
            try:
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    frames = Frames(secure)
                    while True:
                        frame = frames.next()
                        self.plain_bytes += len(frame[2])
                        if frame[1] == "syslog":
                            self.messages.append(frame[2])
                        self._behave(self, secure.sendall, frame)
                        if frame[1] == "close":
                            return
            except (Hangup, OSError):
                return

    @staticmethod
    def open(send, frame):
        text = b"200 OK\nrelp_version=0\ncommands=syslog"
        send(b"%d rsp %d %s\n" % (frame[0], len(text), text))

    def acknowledge(self, send, frame):
        self.kept.append(frame[2])
        send(b"%d rsp 6 200 OK\n" % frame[0])

    @staticmethod
    def honest(receiver, send, frame):
        if frame[1] == "open":
            Receiver.open(send, frame)
        elif frame[1] == "close":
            send(b"%d rsp 0\n" % frame[0])
        else:
            receiver.acknowledge(send, frame)

    def records(self):
        return [message.split(b" - ", 2)[2].decode() if message.count(b" - ") >= 2 else message for message in self.kept]

    def close(self):
        # Wakes accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
