# SPDX-License-Identifier: GPL-3.0-or-later
"""A centre of its own: real PostgreSQL and real rsyslogd with the files that installer/central/setup installs, in a folder
and on ports of its own.

    with CentralWorld() as centre:
        certificate, key = centre.issue("ward-1")
        with RelpSender(centre, certificate, key) as sender:     # central_sender.py
            sender.send(*chain("ward-1", 10))
            sender.wait()
        centre.sql("SELECT count(*) FROM vaktpost.evidence", role="vaktpost_reader")
"""
import csv
import ctypes
import io
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CENTRAL = Path(__file__).resolve().parents[2] / "installer" / "central"
RSYSLOGD = "/usr/sbin/rsyslogd"
csv.field_size_limit(1 << 24)
PATIENCE = 60  # seconds after which something that must happen counts as missing


class Missing(AssertionError):
    pass


def postgres_programs():
    """The folder of initdb and postgres, or None: Debian keeps them outside of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


def rsyslog_modules():
    return next((path.parent for path in Path("/usr/lib").glob("*/rsyslog/omprog.so")), None)


def why_not():
    """The reason why these tests cannot run here, or None."""
    if postgres_programs() is None:
        return "postgresql is not installed"
    if not os.access(RSYSLOGD, os.X_OK) or rsyslog_modules() is None:
        return "rsyslog is not installed"
    for module, package in (("imrelp", "rsyslog-relp"), ("lmnsd_gtls", "rsyslog-gnutls")):
        if not (rsyslog_modules() / f"{module}.so").exists():
            return f"{package} is not installed"
    if not shutil.which("openssl") or not shutil.which("logger"):
        return "openssl or logger is not installed"
    return None


def until(what, condition, within=None):
    """Waits, and returns what the condition returned."""
    deadline = time.monotonic() + (within or PATIENCE)
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise Missing(f"waited in vain for {what}")
        time.sleep(0.02)
    return result


def die_with_us():
    """Between fork and exec: the kernel ends the child when this script is gone, however it went."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def in_memory():
    """A folder for what a SIGKILL must not lose and a power cut may; None: the usual one."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30 else None


def children(pid):
    """All below this process, the youngest last."""
    try:
        direct = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    except OSError:
        return []
    return direct + [below for child in direct for below in children(child)]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def kill(process):
    """SIGKILL to a process of ours and all that it started; returns when they are gone."""
    family = [process.pid, *children(process.pid)]
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait(PATIENCE)
    until("the end of what was killed", lambda: all(gone(pid) for pid in family))


def run_psql(environment, *arguments, **more):
    return subprocess.run(["psql", "--no-psqlrc", "--no-password", "--quiet", "--no-align", "--tuples-only", "--set",
                           "ON_ERROR_STOP=1", *map(str, arguments)], env=environment, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


class CentralWorld:
    """Attributes: folder, relp_port, syslog_port (both 127.0.0.1), authority (file), name (in the server's certificate);
    relp_ports, where there are several receivers."""

    name = "localhost"
    more_environment = {}  # of PostgreSQL and rsyslogd

    def __init__(self, on_disk=None, receivers=1):
        """on_disk: a folder, where it is about the time that the disk takes; otherwise it is in memory if there is room.
        receivers: so many rsyslogd beside each other, each with ports of its own."""
        self._temporary = tempfile.TemporaryDirectory(prefix="vaktpost-centre-", dir=on_disk or in_memory())
        self.folder = Path(self._temporary.name)
        self.folder.chmod(0o755)
        self.relp_ports = [free_port() for _ in range(receivers)]
        self._syslog_ports = [free_port() for _ in range(receivers)]
        self.relp_port, self.syslog_port, self.sql_port = self.relp_ports[0], self._syslog_ports[0], free_port()
        self.authority = self.folder / "authority" / "authority.pem"
        self._rsyslogd, self._postgres = [], None
        # PostgreSQL refuses to run as root.
        self.account = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def __enter__(self):
        try:
            self._make_certificates()
            self._make_cluster()
            self.start_postgres()
            self.psql("--dbname", "postgres", "--file", CENTRAL / "database.sql")
            self.start_rsyslog()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (*self._rsyslogd, *filter(None, [self._postgres])):
            kill(process)
        self._temporary.cleanup()

    # Certificates

    def _make_certificates(self):
        subprocess.run([CENTRAL / "authority", self.authority.parent], check=True)
        self.certificate, self.key = self.issue(self.name)

    def issue(self, host, authority=None):
        """A certificate for this name: the files of certificate and key."""
        authority = authority or self.authority.parent
        into = self.folder / "certificates" / f"{authority.name}-{host}"
        subprocess.run([CENTRAL / "certificate", "--authority", authority, "--into", into, host], check=True)
        return into / "host.pem", into / "host.key"

    def issue_expired(self, host):
        """As `issue`; it ended yesterday."""
        into = self.folder / "certificates" / f"expired-{host}"
        into.mkdir()
        certificate, key, names = into / "host.pem", into / "host.key", into / "names"
        names.write_text(f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth,clientAuth\n")
        request = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                  "-nodes", "-subj", f"/CN={host}", "-keyout", key], check=True, capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-CA", self.authority, "-CAkey", self.authority.parent / "authority.key",
                        "-days", "-1", "-extfile", names, "-out", certificate], input=request.stdout, check=True,
                       capture_output=True)
        return certificate, key

    def other_authority(self):
        """The folder of an authority that the centre does not know."""
        folder = self.folder / "other"
        subprocess.run([CENTRAL / "authority", folder], check=True)
        return folder

    # PostgreSQL

    def _as_account(self):
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam(self.account)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _make_cluster(self):
        self.sockets = self.folder / "sockets"
        self._cluster = self.folder / "cluster"
        for path in (self.sockets, self._cluster):
            path.mkdir()
            shutil.chown(path, self.account)
        subprocess.run([postgres_programs() / "initdb", "--pgdata", self._cluster, "--username", "postgres", "--auth",
                        "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], check=True,
                       stdout=subprocess.DEVNULL, cwd=self.folder, **self._as_account())
        with open(self._cluster / "postgresql.conf", "a") as settings:
            settings.write(f"listen_addresses = ''\nport = {self.sql_port}\nshared_buffers = 32MB\n"
                           f"unix_socket_directories = '{self.sockets}'\n")

    def start_postgres(self):
        with open(self.folder / "postgres.log", "ab") as log:
            self._postgres = subprocess.Popen(
                [postgres_programs() / "postgres", "-D", self._cluster], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, cwd=self.folder, preexec_fn=die_with_us,
                env={**os.environ, **self.more_environment}, **self._as_account())
        until("PostgreSQL", self._postgres_answers)

    def _postgres_answers(self):
        if self._postgres.poll() is not None:
            raise Missing("PostgreSQL ended:\n" + (self.folder / "postgres.log").read_text(errors="replace")[-2000:])
        return self.psql("--dbname", "postgres", "--command", "SELECT 1", check=False).returncode == 0

    def kill_postgres(self):
        """SIGKILL to the server and each of its processes."""
        kill(self._postgres)
        self._postgres = None

    def postgres_pid(self):
        """None: it was killed."""
        return self._postgres.pid if self._postgres else None

    def open_sql(self, statements, role="postgres"):
        """A psql that stays after these statements, the last of which prints something, until its input is closed."""
        process = subprocess.Popen(["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only"], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment(role),
                                   preexec_fn=die_with_us)
        process.stdin.write(statements + "\n")
        process.stdin.flush()
        process.stdout.readline()
        return process

    def environment(self, role="postgres"):
        """For libpq: where the database is."""
        return {**os.environ, "PGHOST": str(self.sockets), "PGPORT": str(self.sql_port), "PGDATABASE": "vaktpost",
                "PGUSER": role}

    def dsn(self, role="vaktpost_reader"):
        return f"host={self.sockets} port={self.sql_port} dbname=vaktpost user={role}"

    def psql(self, *arguments, role="postgres", check=True, **more):
        result = run_psql(self.environment(role), *arguments, **more)
        if check and result.returncode != 0:
            raise AssertionError(result.stderr.decode(errors="replace"))
        return result

    def sql(self, query, role="postgres"):
        """Rows as lists of texts; null is an empty text."""
        out = self.psql("--csv", role=role, input=query.encode()).stdout.decode()
        return [row or [""] for row in csv.reader(io.StringIO(out, newline=""))]

    def value(self, query, role="postgres"):
        return self.sql(query, role)[0][0]

    def lines(self, host=None):
        """The stored records, in order."""
        which = "" if host is None else "WHERE host = '" + host.replace("'", "''") + "'"
        return [row[0] for row in self.sql(f"SELECT line FROM vaktpost.event {which} ORDER BY host, epoch, seq, digest")]

    # rsyslog

    def start_rsyslog(self):
        self._rsyslogd = [self._receiver(*ports) for ports in zip(self.relp_ports, self._syslog_ports)]
        for process, *ports in zip(self._rsyslogd, self.relp_ports, self._syslog_ports):
            until("rsyslog", lambda: process.poll() is None and all(listens(port) for port in ports))

    def _receiver(self, *ports):
        return self.rsyslogd(CENTRAL / "receiver.conf", {**self.receiver_environment(*ports), **self.more_environment,
                                                         **self.environment("vaktpost_writer")})

    def receiver_pids(self):
        return [process.pid for process in self._rsyslogd]

    def receiver_environment(self, relp_port, syslog_port):
        """What receiver.conf takes from the environment; where the database is comes on top."""
        return {"PATH": os.environ["PATH"], "VAKTPOST_RELP_PORT": str(relp_port), "VAKTPOST_SYSLOG_PORT": str(syslog_port),
                "VAKTPOST_AUTHORITY": str(self.authority), "VAKTPOST_CERTIFICATE": str(self.certificate),
                "VAKTPOST_KEY": str(self.key), "VAKTPOST_STORE": str(CENTRAL / "store-records")}

    def rsyslogd(self, configuration, environment):
        """One more; whoever asks for it ends it."""
        with open(self.folder / "rsyslogd.log", "ab") as log:
            return subprocess.Popen([RSYSLOGD, "-n", "-iNONE", "-f", configuration], stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=subprocess.STDOUT, env=environment, preexec_fn=die_with_us)

    def kill_rsyslog(self):
        """SIGKILL; the statement that PostgreSQL may be at just then goes on."""
        for process in self._rsyslogd:
            process.kill()
            process.wait(PATIENCE)
        self._rsyslogd = []

    def stop_rsyslog(self):
        """SIGTERM, as systemd does it: SIGKILL where that does not help."""
        for process in self._rsyslogd:
            process.terminate()
        for process in self._rsyslogd:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE)
        self._rsyslogd = []
