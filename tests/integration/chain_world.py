# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole chain in namespaces of its own: vaktpostd, vaktpost-link, rsyslog and PostgreSQL, all real.

What stands in: systemd, by starting the agent again when it was killed (Restart=always), and the link whenever it has
ended (the agent would have asked for it over D-Bus), each as its unit says: the agent as root in the group
vaktpost-review, the link as a user of its own that may read the log. An agent that ends by itself fails the test. What
the agent records comes from refused and accepted policies (SIGHUP: class "reserved") and from sleep and waking up
(control socket: class "routine"); there is no card and no session, and of devices only what the kernel tells of this
machine's. crash_points.cpp is loaded into each program, and does nothing that a test has not asked for.
"""
import contextlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import central_world
from agent_life import DAEMON, TOOL, Machine  # takes sys.argv[1:3]
from central_world import CentralWorld, Missing, children, die_with_us, in_memory, kill, until

LINK, LIBRARY = (str(Path(argument).resolve()) for argument in sys.argv[3:5])
SOAK = os.environ.get("VAKTPOST_SOAK") == "1"
SHIPPER, REVIEWERS = 60001, 60002  # a user and a group that nobody has
INSIDE = "VAKTPOST_IN_NAMESPACES"


def why_not():
    """The reason why these tests cannot run here, or None."""
    if reason := central_world.why_not():
        return reason
    if os.geteuid() != 0:
        return "needs root: mount and network namespaces"
    if not shutil.which("ip") or not shutil.which("tc"):
        return "iproute2 is not installed"
    if subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode != 0:
        return "no mount and network namespaces here"
    return None


def enter_namespaces():
    """This script once more, where a mount, a lost packet and a user's name are nobody else's business."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, *sys.argv])
    run("ip", "link", "set", "lo", "up")
    # PostgreSQL's shared memory outlives a SIGKILL, and goes with the namespace.
    run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm")
    with tempfile.TemporaryDirectory(prefix="vaktpost-chain-") as folder:
        add_line(folder, "/etc/passwd", f"vaktpost-link:x:{SHIPPER}:{SHIPPER}::/nonexistent:/bin/false")
        add_line(folder, "/etc/group", f"vaktpost-review:x:{REVIEWERS}:")


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def add_line(folder, path, line):
    longer = Path(folder, Path(path).name)
    longer.write_text(Path(path).read_text().rstrip("\n") + f"\n{line}\n")
    longer.chmod(0o644)
    run("mount", "--bind", str(longer), path)


class Hands:
    """How far a program's clocks are ahead."""

    def __init__(self, path):
        self.path = path
        self.set()

    def set(self, wall=0, boot=0):
        """Seconds."""
        packed = struct.pack("=qq", int(wall * 1e9), int(boot * 1e9))
        with open(self.path, "r+b" if self.path.exists() else "wb") as file:
            file.write(packed)
        self.path.chmod(0o644)


class Points:
    """The crash points of some programs: a folder in which a file arms one."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        folder.chmod(0o777)  # whoever comes to the point takes the file away

    def environment(self, hands=None):
        more = {"VAKTPOST_HANDS": str(hands.path)} if hands else {}
        return {"LD_PRELOAD": LIBRARY, "VAKTPOST_POINTS": str(self.folder), **more}

    def arm(self, point):
        (self.folder / point).touch()

    def is_armed(self, point):
        return (self.folder / point).exists()


def state_of(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return ""


def stopped(*roots):
    """The first of these processes, and of all below them, that has come to a point."""
    family = itertools.chain.from_iterable((pid, *children(pid)) for pid in roots)
    return next((pid for pid in family if state_of(pid) == "T"), None)


class Centre(CentralWorld):
    """The centre, with crash points in rsyslogd, psql and PostgreSQL."""

    def __enter__(self):
        self.points = Points(self.folder / "points")
        self.more_environment = self.points.environment()
        return super().__enter__()

    def programs(self):
        return [self.postgres_pid(), *self.receiver_pids()]

    def evidence(self, host, into):
        query = f"SELECT line FROM vaktpost.evidence WHERE host = '{host}' ORDER BY host, epoch, seq"
        into.write_bytes(self.psql(role="vaktpost_reader", input=query.encode()).stdout)

    def holds(self, host, position):
        """How many records up to there, of the newest epoch's."""
        epoch, seq = position
        return int(self.value(f"SELECT count(*) FROM vaktpost.event WHERE host = '{host}' AND epoch = {epoch} "
                              f"AND seq <= {seq}"))


class Workstation(Machine):
    """The agent and its link. `keep` restarts what ended; a SIGKILL comes from the test."""

    def __init__(self, centre, host, size_mib=64, heartbeat="1h", state=None):
        """size_mib: of the log's room. state: mounted as the state folder, otherwise memory without a bound."""
        self._temporary = tempfile.TemporaryDirectory(prefix="vaktpost-chain-", dir=in_memory())
        folder = Path(self._temporary.name)
        folder.chmod(0o755)
        super().__init__(folder)
        self.centre, self.host, self.size_mib = centre, host, size_mib
        self.database = self.state / "events.db"
        self.cleanup = contextlib.ExitStack()
        self.cleanup.callback(self._temporary.cleanup)
        if state:
            self._mount(state, self.state)
        for source, target in ((self.etc, "/etc/vaktpost"), (self.state, "/var/lib/vaktpost"), (self.run, "/run/vaktpost")):
            Path(target).mkdir(parents=True, exist_ok=True)
            self._mount(["--bind", str(source)], target)
        os.chown(self.state, 0, REVIEWERS)
        self.state.chmod(0o2750)
        self._configure(heartbeat)
        # Wherever this was built, not everybody may go there.
        self._link = shutil.copy(LINK, folder)
        self.agent_points, self.link_points = Points(folder / "agent"), Points(folder / "link")
        self.agent_hands, self.link_hands = Hands(folder / "agent-hands"), Hands(folder / "link-hands")
        self.journal = folder / "journal"
        self.agent_process = self.link_process = None
        self._reloads = None  # the agent, once it does not die of SIGHUP any more
        self._numbers = itertools.count()
        self._shipping, self._closing = threading.Event(), False

    def _mount(self, what, target):
        run("mount", *what, str(target))
        self.cleanup.callback(run, "umount", "--lazy", str(target))

    def _configure(self, heartbeat):
        certificate, key = self.centre.issue(self.host)
        centre = self.etc / "centre"
        centre.mkdir()
        for source, name in ((self.centre.authority, "authority.pem"), (certificate, "host.pem"), (key, "host.key")):
            os.chown(shutil.copy(source, centre / name), SHIPPER, -1)
        settings = self.etc / "agent.toml"
        settings.write_text(f'host = "{self.host}"\n[centre]\n'
                            f'receivers = ["relp://{self.centre.name}:{self.centre.relp_port}"]\n')
        settings.chmod(0o644)
        self._good = f'format = 1\nversion = 7\n[log]\nsize_mib = {self.size_mib}\nheartbeat = "{heartbeat}"\n'
        self._put_policy(self._good)

    def _put_policy(self, text):
        beside = self.etc / "policy.new"
        beside.write_text(text)
        beside.chmod(0o644)
        beside.rename(self.etc / "policy.toml")

    def __enter__(self):
        try:
            self.start_agent()
            self.ship()
            threading.Thread(target=self._keep_link, daemon=True).start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._closing = True
        self.stop_shipping()
        if self.agent_process:
            kill(self.agent_process)
        self.cleanup.close()

    # The agent

    def start_agent(self):
        with self.journal.open("ab") as journal:
            self.agent_process = subprocess.Popen(
                [DAEMON], stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, group=REVIEWERS, umask=0o027,
                env={**os.environ, **self.agent_points.environment(self.agent_hands)}, preexec_fn=die_with_us)
        self.status_now()
        self._reloads = self.agent_process

    def kill_agent(self):
        kill(self.agent_process)

    def status_now(self):
        return self.ask(b'{"op":"status"}')["status"]

    def head(self):
        """What the agent counted last, stored or not: (epoch, seq)."""
        log = self.status_now()["log"]
        return log["epoch"], log["seq"]

    def make(self, count):
        """So many more events at least, of three kinds."""
        wanted, every = self.head()[1] + count, min(count, 50)
        while self.head()[1] < wanted:
            for _ in range(every):
                self.stir()
                time.sleep(0.0005)

    def assert_agent_lives(self):
        """To be asked by whoever kills it."""
        if (status := self.agent_process.poll()) is not None:
            raise Missing(f"the agent ended by itself ({status}):\n" + self.journal.read_text(errors="replace")[-2000:])

    def stir(self):
        """Something to record."""
        number = next(self._numbers)
        if number % 500 == 0:
            with contextlib.suppress(OSError):
                Path("/sys/class/mem/null/uevent").write_text("change")  # as other devices of this machine may at any time
        if number % 100 == 0:
            self._put_policy("this is no policy" if number % 200 == 0 else self._good)
        if number % 20 == 0:
            self.ask(b'{"op":"sleep"}')
            self.ask(b'{"op":"awake"}')
        self._reloads.send_signal(signal.SIGHUP)

    # The link

    def ship(self):
        self._shipping.set()

    def stop_shipping(self):
        """As an administrator stops the unit."""
        self._shipping.clear()
        if self.link_process:
            kill(self.link_process)

    def kill_link(self):
        kill(self.link_process)

    def _keep_link(self):
        environment = {**os.environ, **self.link_points.environment(self.link_hands)}
        words = [self._link, "--config", "/etc/vaktpost/agent.toml", "--state", "/var/lib/vaktpost", "--control",
                 "/run/vaktpost/control.sock", "--linger", "2"]
        while not self._closing:
            if self._shipping.is_set() and self.waiting():
                with self.journal.open("ab") as journal:
                    # Without a hook of ours between fork and exec: this is not the only thread.
                    self.link_process = subprocess.Popen(
                        ["setpriv", "--pdeathsig", "KILL", *words], stdin=subprocess.DEVNULL, stdout=journal,
                        stderr=journal, user=SHIPPER, group=SHIPPER, extra_groups=[REVIEWERS], env=environment)
                self.link_process.wait()
            time.sleep(0.1)

    # What the database says, whether the agent runs or not

    def query(self, statement):
        """Tried again while there is no log yet, or a SIGKILL has left its index half written for the agent to mend."""
        return until("a log that can be read", lambda: self._rows(statement))[0]

    def _rows(self, statement):
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
                return [connection.execute(statement).fetchall()]
        except sqlite3.OperationalError:
            return None

    def acknowledged(self):
        return next(iter(self.query("SELECT epoch, seq FROM mark WHERE name = 'acknowledged'")), (0, 0))

    def newest(self):
        """The newest record that is stored: (epoch, seq, text)."""
        newest = self.query("SELECT epoch, seq, record FROM event ORDER BY epoch DESC, seq DESC LIMIT 1")
        return newest[0] if newest else (0, 0, "")

    def waiting(self):
        return self.newest()[:2] > self.acknowledged()

    def delivered(self, within=None):
        """Until the centre has all that is stored."""
        until("the last acknowledgement", lambda: not self.waiting(), within)

    def verify(self):
        """What `vaktpost log verify` says of this host at the centre: exit status, and the verdict."""
        lines = Path(self._temporary.name, "evidence")
        self.centre.evidence(self.host, lines)
        done = subprocess.run([TOOL, "log", "verify", "--json", str(lines)], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout.splitlines()[0])


def main():
    if reason := why_not():
        print(reason)
        sys.exit(77)
    enter_namespaces()
    unittest.main(argv=sys.argv[:1])
