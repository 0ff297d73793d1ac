# SPDX-License-Identifier: GPL-3.0-or-later
"""What vaktpost-link stands between: an agent's database and control socket on one side, receivers on the other."""
import contextlib
import hashlib
import json
import os
import pathlib
import socket
import socketserver
import sqlite3
import subprocess
import tempfile
import threading
import time

PATIENCE = 40  # seconds until something that should have come counts as missing
APPLICATION = 0x56616B74
RSYSLOGD = pathlib.Path("/usr/sbin/rsyslogd")


def missing():
    """Why a real receiver cannot run here; empty: it can."""
    modules = [path.name for path in pathlib.Path("/usr/lib").glob("*/rsyslog/*.so")]
    if not RSYSLOGD.exists() or not {"imrelp.so", "lmnsd_gtls.so"} <= set(modules):
        return "rsyslog, rsyslog-relp and rsyslog-gnutls are not installed"
    return ""


def wait_until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Authority:
    """A certificate authority in a folder of its own."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder, name)
        self.folder.mkdir()
        self.certificate = self.folder / "authority.pem"
        self._key = self.folder / "authority.key"
        self._run("req", "-x509", *self._new_key(self._key), "-subj", f"/CN={name}", "-days", "30",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", self.certificate)
        (self.folder / "index").touch()
        (self.folder / "ca.conf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.folder}/index\ndefault_md=sha256\ndefault_crl_days=30\n")

    @staticmethod
    def _new_key(path):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]

    @staticmethod
    def _run(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    def issue(self, name, alternative=None, days=7):
        """A certificate for a name; with days=-1 one that has expired. Returns the files of certificate and key."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / "request", self.folder / "extensions"
        extensions.write_text(f"subjectAltName={alternative or 'DNS:' + name}\n")
        self._run("req", "-new", *self._new_key(key), "-subj", f"/CN={name}", "-out", request)
        self._run("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
                  "-days", str(days), "-extfile", extensions, "-out", certificate)
        return certificate, key

    def revocations(self, certificate):
        """A file with the authority's certificate and a list that revokes this one."""
        words = ["ca", "-config", self.folder / "ca.conf", "-cert", self.certificate, "-keyfile", self._key]
        self._run(*words, "-revoke", certificate)
        self._run(*words, "-gencrl", "-out", self.folder / "crl.pem")
        both = self.folder / "with-list.pem"
        both.write_bytes(self.certificate.read_bytes() + (self.folder / "crl.pem").read_bytes())
        return both


class Agent:
    """The agent's side: writes the database, keeps the mark, and notes what the link says on the control socket."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder, "state")
        self.folder.mkdir()
        self.socket = pathlib.Path(folder, "control.sock")
        self.database = self.folder / "events.db"
        self.records = []  # all of them, oldest first: (epoch, seq, text)
        self.epoch, self.seq, self.previous = 1, 0, "0" * 64
        self.said = []
        self._lock = threading.Lock()
        self._open()
        agent = self

        class Listener(socketserver.StreamRequestHandler):
            def handle(self):
                with contextlib.suppress(ConnectionError):  # a link that was killed
                    for line in self.rfile:
                        agent._hear(json.loads(line))
                        self.wfile.write(b'{"ok":true}\n')

        self._server = socketserver.ThreadingUnixStreamServer(str(self.socket), Listener)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _open(self):
        self._connection = sqlite3.connect(self.database, check_same_thread=False, isolation_level=None)
        self._connection.executescript(f"""
            PRAGMA journal_mode=WAL; PRAGMA application_id={APPLICATION}; PRAGMA user_version=2;
            CREATE TABLE event(epoch INTEGER, seq INTEGER, record TEXT, class INTEGER, PRIMARY KEY(epoch, seq))
                WITHOUT ROWID;
            CREATE TABLE mark(name TEXT PRIMARY KEY, epoch INTEGER, seq INTEGER);""")

    def _hear(self, line):
        with self._lock:
            self.said.append(line)
            if line["op"] == "acknowledged":
                self._connection.execute("INSERT OR REPLACE INTO mark VALUES('acknowledged', ?, ?)",
                                         (line["epoch"], line["seq"]))

    def append(self, count, size=0):
        """Chained records, committed together and announced as the agent does it."""
        rows = []
        for _ in range(count):
            self.seq += 1
            text = json.dumps({"v": 1, "type": "usb.blocked", "time": f"2026-03-01T08:15:00.{self.seq % 1000000:06}Z",
                               "host": "ward-1", "epoch": self.epoch, "seq": self.seq, "prev": self.previous,
                               "severity": "warning", "data": {"device": "1-2 æøå %s \\\" '" + "x" * size}},
                              ensure_ascii=False, separators=(",", ":"))
            self.previous = hashlib.sha256(text.encode()).hexdigest()
            rows.append((self.epoch, self.seq, text))
        with self._lock:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO event VALUES(?, ?, ?, 1)", rows)
            self._connection.execute("COMMIT")
        self.records += rows
        (self.folder / "epoch").write_text(str(self.epoch))

    def new_epoch(self, in_a_new_database=False):
        self.epoch, self.seq, self.previous = self.epoch + 1, 0, "0" * 64
        if not in_a_new_database:
            return
        with self._lock:
            self._connection.close()
            for end in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    pathlib.Path(str(self.database) + end).rename(f"{self.database}.damaged-1{end}")
            self._open()

    def give_to(self, group):
        """As the package has it: the group may read, and only that."""
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, 0, group)
            path.chmod(0o2750 if path.is_dir() else 0o640)
        self.socket.chmod(0o666)

    def texts(self):
        return [text for _, _, text in self.records]

    def acknowledged(self):
        with self._lock:
            return max(((line["epoch"], line["seq"]) for line in self.said if line["op"] == "acknowledged"),
                       default=(0, 0))

    def states(self):
        """What was said of the way to the centre: (state, cause, receiver)."""
        with self._lock:
            return [(line["state"], line.get("cause"), line["receiver"]) for line in self.said if line["op"] == "link"]

    def has_all(self):
        return self.acknowledged() == self.records[-1][:2]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._connection.close()


class Rsyslog:
    """A real receiver that writes each message's record as a line of a file, and acknowledges it after that."""

    def __init__(self, folder, authority, identity, permitted="ward-1"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rsyslog-", dir=folder))
        self.output = self.folder / "received"
        self.relp_port, self.syslog_port = free_port(), free_port()
        certificate, key = identity
        (self.folder / "rsyslog.conf").write_text(f"""
global(workDirectory="{self.folder}" maxMessageSize="256k" parser.escapeControlCharactersOnReceive="off"
    defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{authority.certificate}"
    defaultNetstreamDriverCertFile="{certificate}" defaultNetstreamDriverKeyFile="{key}")
module(load="imrelp" tls.tlslib="gnutls")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/name"
    permittedPeer="{permitted}")
template(name="record" type="string" string="%msg%\\n")
ruleset(name="store" queue.type="Direct") {{ action(type="omfile" file="{self.output}" template="record" asyncWriting="off"
    flushOnTXEnd="on") }}
input(type="imrelp" port="{self.relp_port}" ruleset="store" maxDataSize="256k" tls="on" tls.authMode="name"
    tls.permittedPeer="{permitted}" tls.caCert="{authority.certificate}" tls.myCert="{certificate}"
    tls.myPrivKey="{key}")
input(type="imtcp" port="{self.syslog_port}" ruleset="store")
""")
        self.process = None
        self.start()

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([RSYSLOGD, "-n", "-f", self.folder / "rsyslog.conf", "-i", "NONE"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: listens(self.relp_port) and listens(self.syslog_port), f"rsyslogd, see {self.folder}/log")

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.kill()

    def received(self):
        if not self.output.exists():
            return []
        lines = self.output.read_bytes().decode(errors="replace").split("\n")
        return [line.removeprefix(" ") for line in lines[:-1]]


class Link:
    """One run of the program under test."""

    def __init__(self, program, folder, agent, receivers, files, proxy="", user=None, group=None, **options):
        settings = pathlib.Path(folder, "agent.toml")
        authority, certificate, key = files
        settings.write_text(f"""[centre]
receivers = {json.dumps(receivers)}
authority = "{authority}"
certificate = "{certificate}"
key = "{key}"
proxy = "{proxy}"
""")
        words = [f"--{name}={value}" for name, value in {"linger": 1, **options}.items()]
        self.journal = pathlib.Path(folder, "journal")
        with self.journal.open("ab") as journal:
            self.process = subprocess.Popen([program, "--config", settings, "--state", agent.folder, "--control",
                                             agent.socket, *words], stdin=subprocess.DEVNULL, stderr=journal, user=user,
                                            group=group, extra_groups=None if user is None else [])

    def wait(self):
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)


class World:
    """A folder with an agent, an authority, and certificates of this machine and of localhost."""

    def __init__(self, program):
        self.program = program
        self._temporary = tempfile.TemporaryDirectory(prefix="vaktpost-link-")
        self.folder = self._temporary.name
        self.cleanup = contextlib.ExitStack()
        self.cleanup.callback(self._temporary.cleanup)
        self.agent = Agent(self.folder)
        self.cleanup.callback(self.agent.close)
        self.authority = Authority(self.folder, "authority")
        self.host = self.authority.issue("ward-1")
        self.receiver = self.authority.issue("localhost")

    def rsyslog(self, **options):
        server = Rsyslog(self.folder, self.authority, self.receiver, **options)
        self.cleanup.callback(server.close)
        return server

    def link(self, *receivers, files=None, **options):
        link = Link(self.program, self.folder, self.agent, receivers,
                    files or (self.authority.certificate, *self.host), **options)
        self.cleanup.callback(link.kill)
        return link

    def journal(self):
        path = pathlib.Path(self.folder, "journal")
        return path.read_text() if path.exists() else ""

    def close(self):
        self.cleanup.close()


def once(texts):
    """Without what came again: the first of each, in the order in which they came."""
    return list(dict.fromkeys(texts))
