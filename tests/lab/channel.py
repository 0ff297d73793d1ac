# SPDX-License-Identifier: GPL-3.0-or-later
"""Host end of the command channel: runs commands as root in the guest. The protocol stands in the guest's
/usr/local/lib/lab/channel. Several threads may run commands at once."""
import json
import socket
import threading
from concurrent.futures import Future, TimeoutError as FutureTimeout
from dataclasses import dataclass

from waiting import LabError

# A guest without hardware virtualisation may take this long beyond a command's own time-out to say so.
GRACE_SECONDS = 20


class CommandFailed(LabError):
    pass


@dataclass(frozen=True)
class Result:
    exit: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self):
        return self.stdout.decode(errors="replace").strip()

    @property
    def error_text(self):
        return self.stderr.decode(errors="replace").strip()


class Channel:
    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._stream = self._socket.makefile("rb")
        self._sending = threading.Lock()
        self._waiting = {}
        self._last_id = 0
        threading.Thread(target=self._receive, daemon=True).start()

    def close(self):
        self._socket.close()

    def run(self, argv, stdin=b"", timeout=30):
        """Result of the command, whatever its exit status. LabError when the guest does not answer."""
        try:
            return self.start(argv, stdin, timeout).result(timeout + GRACE_SECONDS)
        except FutureTimeout:
            raise LabError(f"the guest does not answer: {argv}") from None

    def start(self, argv, stdin=b"", timeout=30):
        """The command's Result to come. A guest that starts runs it as soon as it can."""
        reply = Future()
        with self._sending:
            self._last_id += 1
            number = self._last_id
            self._waiting[number] = reply
            header = {"id": number, "argv": argv, "stdin": len(stdin), "timeout": timeout}
            self._socket.sendall(json.dumps(header).encode() + b"\n" + stdin)
        return reply

    def _receive(self):
        try:
            while line := self._stream.readline():
                header = json.loads(line)
                result = Result(header["exit"], self._stream.read(header["stdout"]),
                                self._stream.read(header["stderr"]))
                self._waiting.pop(header["id"]).set_result(result)
        except OSError:  # the machine was killed
            pass
        for reply in list(self._waiting.values()):
            reply.set_exception(LabError("the command channel is closed"))
