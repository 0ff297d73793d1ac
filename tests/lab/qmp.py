# SPDX-License-Identifier: GPL-3.0-or-later
"""Client of QEMU's machine protocol: one JSON object a line over a Unix socket."""
import json
import socket
import threading
import time

from waiting import LabError

REPLY_SECONDS = 60


class QmpError(LabError):
    pass


class Qmp:
    """May be used from several threads; one command is under way at a time."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._pending = b""
        self._events = []
        self._lock = threading.Lock()
        self._next_message(time.monotonic() + REPLY_SECONDS)  # the greeting
        self.execute("qmp_capabilities")

    def close(self):
        self._socket.close()

    def execute(self, command, **arguments):
        """Python's names cannot hold a hyphen: an underscore in an argument's name stands for one."""
        arguments = {name.replace("_", "-"): value for name, value in arguments.items()}
        with self._lock:
            self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
            deadline = time.monotonic() + REPLY_SECONDS
            while True:
                message = self._next_message(deadline)
                if "return" in message:
                    return message["return"]
                if "error" in message:
                    raise QmpError(f"{command}: {message['error']['desc']}")
                self._events.append(message)

    def wait_event(self, name, seconds, **data):
        """Waits for an event with these data; what came before it is dropped."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while True:
                while self._events:
                    event = self._events.pop(0)
                    if event["event"] == name and data.items() <= event.get("data", {}).items():
                        return event
                self._events.append(self._next_message(deadline))

    def _next_message(self, deadline):
        while b"\n" not in self._pending:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                raise QmpError("QEMU does not answer") from None
            if not data:
                raise QmpError("QEMU is gone")
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return json.loads(line)
