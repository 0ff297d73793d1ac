# SPDX-License-Identifier: GPL-3.0-or-later
"""What vaktpost-sleep and vaktpost-agent-lost live among, for tests: a system bus with a logind and a systemd, and a
folder that they see as /run/vaktpost, with an agent in it or none. The machine's own are not touched."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import dbus
from session_world import MANAGER, MOCK, SESSION, Bus, until

LOGIND = ("org.freedesktop.login1", "/org/freedesktop/login1")
SYSTEMD = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager")


class Agent:
    """The agent's control socket. `answer` gets each request and gives the reply, or None to keep silent; `heard` is
    what it was asked."""

    def __init__(self, path, answer):
        self.heard = []
        self.answer = answer
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection:
            for line in connection.makefile("rb"):
                request = json.loads(line)
                self.heard.append(request["op"])
                reply = self.answer(request)
                if reply is not None:
                    connection.sendall(reply if isinstance(reply, bytes) else json.dumps(reply).encode() + b"\n")

    def leave(self):
        """As a death does: the socket's file stays."""
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


class World:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vaktpost-stand-in-"))
        self.folder.chmod(0o755)
        self.run = self.folder / "run"
        self.run.mkdir(0o755)
        self.bus = Bus(str(self.folder), "system")
        self.servers = []
        self.agents = []
        self.processes = []
        self.start_services()

    def start_services(self):
        logind = self.bus.mock("--system", "--template", "logind", name=LOGIND[0])
        systemd = self.bus.mock("--system", *SYSTEMD, name=SYSTEMD[0])
        self.servers += [logind, systemd]
        self.bus.object(*SYSTEMD[:2]).AddMethod(SYSTEMD[2], "StartUnit", "ss", "o", 'ret = "/job/1"',
                                                dbus_interface=MOCK)

    def start_bus(self):
        """After bus.stop()."""
        self.bus.start()
        self.start_services()

    # --- sessions
    def add_session(self, number, uid=4711, kind="wayland", seat="seat0", **properties):
        content = {"Id": number, "Name": "user%d" % uid, "Class": "user", "Type": kind, "State": "active",
                   "Remote": False, "LockedHint": False,
                   "User": dbus.Struct((dbus.UInt32(uid), dbus.ObjectPath("/")), signature="uo"),
                   "Seat": dbus.Struct((seat, dbus.ObjectPath("/")), signature="so"), **properties}
        self.bus.object(*LOGIND).AddObject(LOGIND[1] + "/session/" + number, SESSION,
                                           dbus.Dictionary(content, signature="sv"),
                                           dbus.Array([], signature="(ssss)"), dbus_interface=MOCK)

    def calls(self, name, path, method):
        return [[str(argument) for argument in entry[2]]
                for entry in self.bus.object(name, path).GetCalls(dbus_interface=MOCK) if entry[1] == method]

    def locks(self):
        return sorted(arguments[0] for arguments in self.calls(*LOGIND, "LockSession"))

    def all_locked(self):
        return len(self.calls(*LOGIND, "LockSessions"))

    def curtains(self):
        return sorted(unit for unit, _ in self.calls(*SYSTEMD[:2], "StartUnit"))

    def seen_looking(self):
        """The sessions were looked at after they were asked to lock: the second list says that the first look is over."""
        calls = [entry[1] for entry in self.bus.object(*LOGIND).GetCalls(dbus_interface=MOCK)]
        return "LockSession" in calls and calls[calls.index("LockSession"):].count("ListSessions") > 1

    def break_logind(self):
        """It answers everything else, but does not tell which sessions there are."""
        self.bus.object(*LOGIND).AddMethod(MANAGER, "ListSessions", "", "", "raise ValueError()", dbus_interface=MOCK)

    # --- the agent
    def agent(self, answer=lambda request: {"ok": True}):
        path = self.run / "control.sock"
        path.unlink(missing_ok=True)
        self.agents.append(Agent(path, answer))
        return self.agents[-1]

    # --- the programs
    def start(self, program, *arguments, **variables):
        environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address, **variables)
        command = "mkdir -p /run/vaktpost && mount --bind %s /run/vaktpost && exec \"$@\"" % self.run
        self.processes.append(subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", command,
                                                "sh", program, *arguments], env=environment,
                                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return self.processes[-1]

    def locker(self, uid, name="swaylock"):
        """A process of that user with a locker's name."""
        program = self.folder / name
        if not program.exists():
            shutil.copy("/bin/sleep", program)
        self.processes.append(subprocess.Popen([program, "600"], user=uid, stdin=subprocess.DEVNULL))
        process = self.processes[-1]
        assert until(lambda: Path("/proc/%d/comm" % process.pid).read_text() == name + "\n")
        return process

    def write(self, name, text):
        (self.run / name).write_text(text)

    def read(self, name):
        path = self.run / name
        return path.read_text() if path.exists() else None

    def close(self):
        for process in [*self.processes, *self.servers]:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        for agent in self.agents:
            with contextlib.suppress(OSError):
                agent.leave()
        if self.bus.daemon.poll() is None:
            self.bus.stop()
        shutil.rmtree(self.folder)


def boot_ms():
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)
