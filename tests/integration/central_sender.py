# SPDX-License-Identifier: GPL-3.0-or-later
"""Chained records as a workstation makes them, and a sender of them: RELP over TLS, or RFC 5425."""
import hashlib
import json
import re
import socket
import ssl
import time

from central_world import PATIENCE, Missing

WINDOW = 64  # records that may be under way


def record(host, seq, prev, epoch=1, kind="card.inserted", moment="2026-11-20T10:00:00.000Z", severity="info", **data):
    """The text of one record."""
    return json.dumps({"v": 1, "type": kind, "time": moment, "boot_us": 1000 * seq, "boot_id": "b", "host": host,
                       "labels": ["ward-a"], "epoch": epoch, "seq": seq, "salt": f"{seq:032x}", "prev": prev,
                       "severity": severity, "purpose": "operations", "policy": {"version": 1, "sha256": ""},
                       "data": data}, ensure_ascii=False, separators=(",", ":"))


def chain(host, count, first=1, prev="0" * 64, **more):
    """So many records, each with the hash of the one before."""
    made = []
    for seq in range(first, first + count):
        made.append(record(host, seq, prev, **more))
        prev = hashlib.sha256(made[-1].encode()).hexdigest()
    return made


def as_message(text):
    """RFC 5424 around a record, as vaktpost-link sends it."""
    body = text if isinstance(text, bytes) else text.encode()
    time, host, kind = (re.search(b'"%s":"([!-~]+?)"' % name, body) for name in (b"time", b"host", b"type"))
    return b"<86>1 %s %s vaktpost - %s - %s" % (*(found[1] if found else b"-" for found in (time, host, kind)), body)


def tls(centre, certificate, key, port):
    context = ssl.create_default_context(cafile=str(centre.authority))
    if certificate:
        context.load_cert_chain(str(certificate), str(key))
    raw = socket.create_connection(("127.0.0.1", port), PATIENCE)
    try:
        wrapped = context.wrap_socket(raw, server_hostname=centre.name)
        wrapped.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return wrapped
    except BaseException:
        raw.close()
        raise


class RelpSender:
    """One RELP session. `acknowledged` counts the records that the receiver answered with 200, in order."""

    def __init__(self, centre, certificate, key, port=None):
        self.socket = tls(centre, certificate, key, port or centre.relp_port)
        self.acknowledged = self.sent = 0
        self._buffer = b""
        self._number = 0
        try:
            self._command(b"open", b"relp_version=0\nrelp_software=vaktpost-test\ncommands=syslog")
            number, answer = self._answer(PATIENCE)
            if number != 1 or not answer.startswith(b"200"):
                raise Missing(f"no RELP session: {answer}")
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _command(self, command, data):
        self._number += 1
        self.socket.sendall(b"%d %s %d %s\n" % (self._number, command, len(data), data))

    def _answer(self, within):
        """The next answer: number and data. Raises TimeoutError when none comes, ConnectionError when none can come."""
        deadline = time.monotonic() + within
        while True:
            parts = self._buffer.split(b" ", 3)
            if len(parts) == 4 and len(parts[3]) > int(parts[2]):
                size = int(parts[2])
                self._buffer = parts[3][size + 1:].lstrip(b"\n")
                return int(parts[0]), parts[3][:size]
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionResetError("the receiver hung up")
            self._buffer += piece

    def send(self, *texts):
        """Sends, and takes the answers that must come before the window has room again."""
        for text in texts:
            while self.sent - self.acknowledged >= WINDOW:
                self.take_answer()
            self._command(b"syslog", as_message(text))
            self.sent += 1

    def take_answer(self, within=PATIENCE):
        number, answer = self._answer(within)
        # The answers come in the order of the commands; the first command was "open".
        if number != self.acknowledged + 2 or not answer.startswith(b"200"):
            raise AssertionError(f"answer {number} {answer!r} after {self.acknowledged} acknowledgements")
        self.acknowledged += 1

    def wait(self, within=PATIENCE):
        """Until everything sent is acknowledged."""
        while self.acknowledged < self.sent:
            self.take_answer(within)

    def silent(self, seconds):
        """Whether nothing is acknowledged for so long."""
        try:
            self.take_answer(seconds)
        except (TimeoutError, ConnectionError):
            return True
        return False


def send_by_syslog(centre, certificate, key, *texts):
    """RFC 5425: nothing comes back."""
    with tls(centre, certificate, key, centre.syslog_port) as connection:
        for text in texts:
            message = as_message(text)
            connection.sendall(b"%d %s" % (len(message), message))
        connection.unwrap()
