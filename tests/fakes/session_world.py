# SPDX-License-Identifier: GPL-3.0-or-later
"""What vaktpost-session lives among, for tests: a system bus with a logind, a user bus, an agent's control socket, a
Wayland socket. All in a directory of its own; the machine's are not touched."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import dbus
import dbus.bus

MOCK = "org.freedesktop.DBus.Mock"
MANAGER = "org.freedesktop.login1.Manager"
SESSION = "org.freedesktop.login1.Session"
MANAGER_OF_USER = "org.freedesktop.systemd1.Manager"
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path=%s</listen><auth>EXTERNAL</auth><policy context="default"><allow user="*"/>
<allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow receive_sender="*" eavesdrop="true"/>
</policy></busconfig>"""


def until(holds, seconds=10.0):
    """The first true value of holds(), or its last one when the time is up."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.01)


class Bus:
    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        self.address = "unix:path=" + self.path
        self.config = self.path + ".conf"
        with open(self.config, "w", encoding="ascii") as file:
            file.write(BUS_CONFIG % self.path)
        self.start()

    def start(self):
        self.daemon = subprocess.Popen(["dbus-daemon", "--config-file=" + self.config, "--nofork", "--nopidfile",
                                        "--print-address"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.daemon.stdout.readline()  # said when it listens
        self.connection = dbus.bus.BusConnection(self.address)

    def stop(self):
        self.connection.close()
        self.daemon.kill()
        self.daemon.wait()
        self.daemon.stdout.close()
        if os.path.exists(self.path):
            os.unlink(self.path)

    def mock(self, *arguments, name=None):
        """A dbusmock server on this bus, ready when its name is there."""
        variables = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.address, DBUS_SESSION_BUS_ADDRESS=self.address)
        server = subprocess.Popen([sys.executable, "-m", "dbusmock", *arguments], env=variables,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.connection.name_has_owner(name))
        return server

    def object(self, name, path):
        return self.connection.get_object(name, path, introspect=False)


class Agent:
    """The agent's end of the control socket. `lines` is what it was told; a connection speaks for one session."""

    def __init__(self, path):
        self.path = path
        self.locker = None
        self.refusals = 0
        self.lines = []
        self.connections = []
        self.of_session = {}
        self.said = {}  # session: what it was told on the newest connection that speaks for it
        self.wrong = []  # what came on a connection that does not speak for that session
        self.start()

    def start(self):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen()
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def stop(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        os.unlink(self.path)
        for connection in self.connections:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self.connections = []

    def accept(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        speaks_for = None
        said = []
        try:
            for line in connection.makefile("rb"):
                request = json.loads(line)
                registers = request["op"] == "session" and speaks_for is None and self.refusals == 0
                if registers:
                    speaks_for = request["session"]
                    self.of_session[speaks_for] = connection
                    self.said[speaks_for] = said
                # What was heard is answered: hung up on before, the program would not be registered.
                try:
                    connection.sendall(self.answer(request, registers, speaks_for))
                finally:
                    said.append(request)
                    self.lines.append(request)
        except OSError:
            pass
        if self.of_session.get(speaks_for) is connection:
            del self.of_session[speaks_for]

    def answer(self, request, registers, speaks_for):
        if registers:
            return self.registration()
        if request["op"] != "session" and request["session"] == speaks_for:
            return b'{"ok":true}\n'
        if request["op"] == "session" and self.refusals > 0:
            self.refusals -= 1
        else:
            self.wrong.append(request)
        return b'{"ok":false,"error":"not now"}\n'

    def registration(self):
        return json.dumps({"ok": True, "locker": {"wayland": self.locker, "x11": self.locker}}).encode() + b"\n"

    def push(self, line, session="2"):
        self.of_session[session].sendall(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")

    def drop(self, session="2"):
        """Hangs up; the session program comes back after a quarter of a second."""
        self.of_session[session].shutdown(socket.SHUT_RDWR)

    def count(self, op, **fields):
        return sum(1 for line in self.lines if line["op"] == op and fields.items() <= line.items())

    def says(self, op, session="2", **fields):
        """Was told so on the newest connection: what earlier ones vouched for went with them."""
        return any(line["op"] == op and fields.items() <= line.items() for line in list(self.said[session]))

    def heard(self, op, times=1, seconds=10.0, **fields):
        return until(lambda: self.count(op, **fields) >= times, seconds)


class World:
    """`session` is "2", of this user, on Wayland; the locker is fakes/locker.py."""

    def __init__(self, helper):
        self.helper_path = helper
        self.directory = tempfile.mkdtemp(prefix="vaktpost-session-")
        self.runtime = self.folder("run")
        self.lockers = self.folder("lockers")
        self.system = Bus(self.directory, "system")
        self.user = Bus(self.directory, "user")
        self.servers = []
        self.start_logind()
        self.agent = Agent(os.path.join(self.directory, "control.sock"))
        self.set_locker("forking")
        self.wayland = self.listen("wayland-1")
        self.helper = None
        self.variables = {"LANG": "nb_NO.UTF-8"}

    def folder(self, name):
        path = os.path.join(self.directory, name)
        os.mkdir(path, 0o700)
        return path

    def listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.runtime, name))
        listener.listen()
        return listener

    def set_locker(self, mode, program=None):
        self.agent.locker = [program or os.path.join(os.path.dirname(__file__), "locker.py"), self.lockers, mode]

    # --- logind
    def start_logind(self):
        self.logind = self.system.mock("--system", "--template", "logind", name="org.freedesktop.login1")
        self.servers.append(self.logind)
        # The real one knows its sessions before it takes its name; here they come after.
        self.add_session("2", announced=True)

    def add_session(self, number, uid=None, kind="wayland", announced=False):
        mock = self.system.object("org.freedesktop.login1", "/org/freedesktop/login1")
        path = mock.AddSession(number, "seat0", dbus.UInt32(os.getuid() if uid is None else uid), "user", True,
                               dbus_interface=MOCK)
        self.set_property(number, "Type", kind)
        if announced:
            mock.EmitSignal(MANAGER, "SessionNew", "so", [number, dbus.ObjectPath(path)], dbus_interface=MOCK)

    def remove_session(self, number):
        mock = self.system.object("org.freedesktop.login1", "/org/freedesktop/login1")
        path = "/org/freedesktop/login1/session/" + number
        mock.RemoveObject(path, dbus_interface=MOCK)
        mock.EmitSignal(MANAGER, "SessionRemoved", "so", [number, dbus.ObjectPath(path)], dbus_interface=MOCK)

    def session(self, number):
        return self.system.object("org.freedesktop.login1", "/org/freedesktop/login1/session/" + number)

    def set_property(self, number, key, value):
        self.session(number).UpdateProperties(SESSION, {key: value}, dbus_interface=MOCK)

    def lock(self, number="2"):
        self.session(number).Lock(dbus_interface=SESSION)

    # --- the user's programs
    def desktop(self, kind, name):
        """fakes/desktop.py, ready when its name is there; gives the process."""
        variables = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.system.address,
                         DBUS_SESSION_BUS_ADDRESS=self.user.address)
        program = os.path.join(os.path.dirname(__file__), "desktop.py")
        server = subprocess.Popen([sys.executable, program, kind, self.directory], env=variables)
        self.servers.append(server)
        assert until(lambda: self.user.connection.name_has_owner(name))
        return server

    def manager(self, environment):
        """The user's systemd with that environment; it can be given another by UpdateProperties."""
        self.on_user_bus("org.freedesktop.systemd1", "/org/freedesktop/systemd1", MANAGER_OF_USER,
                         name="org.freedesktop.systemd1")
        manager = self.user.object("org.freedesktop.systemd1", "/org/freedesktop/systemd1")
        manager.AddProperty(MANAGER_OF_USER, "Environment", environment, dbus_interface=MOCK)
        return manager

    def on_user_bus(self, *arguments, name):
        server = self.user.mock("--session", *arguments, name=name)
        self.servers.append(server)
        return server

    # --- the helper
    def start_helper(self, **variables):
        environment = {key: value for key, value in os.environ.items()
                       if key not in ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "LC_ALL", "LC_MESSAGES", "LANGUAGE")}
        environment.update(DBUS_SYSTEM_BUS_ADDRESS=self.system.address, DBUS_SESSION_BUS_ADDRESS=self.user.address,
                           XDG_RUNTIME_DIR=self.runtime, VAKTPOST_CONTROL_SOCKET=self.agent.path,
                           VAKTPOST_LOCALE_DIR=os.path.join(os.path.dirname(self.helper_path), "po", "locale"),
                           **{**self.variables, **variables})
        self.helper = subprocess.Popen([self.helper_path], env=environment)

    def begin(self, **variables):
        """Starts the helper and waits until it has registered."""
        self.start_helper(**variables)
        assert self.agent.heard("session", session="2"), "not registered"

    def settle(self, times=1):
        """Until the helper has dealt with all that came before: hung up on, it comes back, but not within 250 ms. What
        it tells on the new connection may still be under way."""
        for _ in range(times):
            before = self.agent.count("session", session="2")
            self.agent.drop()
            assert self.agent.heard("session", before + 1, session="2")

    def covers(self):
        """Process numbers of the lockers that cover a screen now."""
        return [pid for pid in self.pids("cover-") if alive(pid)]

    def starts(self):
        return len(self.pids("started-"))

    def pids(self, prefix):
        return [int(name[len(prefix):]) for name in os.listdir(self.lockers)
                if name.startswith(prefix) and not name.endswith(".new")]

    def seen_by(self, pid):
        with open(os.path.join(self.lockers, "cover-%d" % pid), encoding="ascii") as file:
            return eval(file.read(), {"__builtins__": {}})  # written by fakes/locker.py

    def close(self):
        if self.helper is not None and self.helper.poll() is None:
            self.helper.kill()
            self.helper.wait()
        for pid in self.pids("cover-") + self.pids("started-"):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        for server in self.servers:
            server.kill()
            server.wait()
        for bus in (self.system, self.user):
            if bus.daemon.poll() is None:
                bus.stop()
        shutil.rmtree(self.directory)


def alive(pid):
    """Runs and runs our fake locker: process numbers are used again."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return b"locker.py" in file.read()
    except OSError:
        return False
