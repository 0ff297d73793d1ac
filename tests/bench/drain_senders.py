# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and rsyslog's way from an event to a receiver, driven alike: begin() makes it take events, hand_in() returns when it has
them, send() lets it send, kill() is a SIGKILL to all of it."""
import contextlib
import json
import socket
import socketserver
import sqlite3
import subprocess
import threading
from pathlib import Path

from central_sender import as_message
from link_world import PATIENCE, RSYSLOGD, Link, free_port, listens, wait_until

QUEUES = {
    # As rsyslog's documentation has it for a receiver that may be away. At its usual high watermark of 900 nothing goes to
    # the disk, since the 128 that it tries to send do not count: it stands still, and drops what comes.
    "assisted": 'queue.type="LinkedList" queue.filename="waiting" queue.saveOnShutdown="on" queue.highWatermark="500"',
    # On the disk before it is taken, which is what our log does.
    "synced": 'queue.type="Disk" queue.filename="waiting" queue.syncQueueFiles="on" queue.checkpointInterval="1" '
              'queue.saveOnShutdown="on"',
}


class Ours:
    """The agent's log (drain_stage) and vaktpost-link."""

    def __init__(self, folder, world, receiver, stage):
        self.folder = Path(folder, "state")
        self.folder.mkdir()
        self.socket = Path(folder, "control.sock")
        self._base, self._world, self._receiver, self._program = folder, world, receiver, stage
        self._stage = self._link = None
        self._writing = threading.Lock()
        self._server = self._listen()

    def _listen(self):
        """The control socket: the log is told what the link says."""
        ours = self

        class Listener(socketserver.StreamRequestHandler):
            def handle(self):
                with contextlib.suppress(ConnectionError):  # the link was killed
                    for line in self.rfile:
                        said = json.loads(line)
                        if said["op"] == "acknowledged":
                            ours._tell(f"acknowledged {said['epoch']} {said['seq']}")
                        self.wfile.write(b'{"ok":true}\n')

        server = socketserver.ThreadingUnixStreamServer(str(self.socket), Listener)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server

    def _tell(self, line):
        with self._writing, contextlib.suppress(BrokenPipeError):  # it was killed
            self._stage.stdin.write(line + "\n")
            self._stage.stdin.flush()

    def begin(self):
        self._stage = subprocess.Popen([self._program, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        wait_until((self.folder / "events.db").exists, "the log")

    def hand_in(self, count):
        self._tell(f"append {count}")
        if not self._stage.stdout.readline():
            raise AssertionError("the log ended")

    def send(self):
        files = (self._world.authority.certificate, *self._world.host)
        self._link = Link(self._world.program, self._base, self, [f"relp://localhost:{self._receiver.relp_port}"], files,
                          linger=60)

    def groups(self):
        """Process ids by what they do."""
        return {"log": lambda: [self._stage.pid] if self._stage else [],
                "link": lambda: [self._link.process.pid] if self._link else []}

    def texts(self):
        with sqlite3.connect(f"file:{self.folder}/events.db?mode=ro", uri=True) as database:
            return [row[0] for row in database.execute("SELECT record FROM event ORDER BY epoch, seq")]

    def kill(self):
        for process in filter(None, (self._stage, self._link and self._link.process)):
            process.kill()
            process.wait(PATIENCE)

    def close(self):
        self.kill()
        self._server.shutdown()
        self._server.server_close()


class Theirs:
    """A rsyslogd that takes messages by TCP, as from local programs, and hands them on by omrelp."""

    def __init__(self, folder, world, receiver, queue, texts):
        self._folder, self._port = Path(folder), free_port()
        self._messages = [as_message(text) for text in texts]
        self._given = 0
        self._process = None
        certificate, key = world.host
        (self._folder / "queue").mkdir()
        (self._folder / "sender.conf").write_text(f"""
global(workDirectory="{self._folder}/queue" maxMessageSize="256k" parser.escapeControlCharactersOnReceive="off"
    net.enableDNS="off")
module(load="imtcp" flowControl="off")
module(load="omrelp" tls.tlslib="gnutls")
template(name="unchanged" type="string" string="%rawmsg%")
ruleset(name="forward" queue.type="Direct") {{
    action(type="omrelp" target="localhost" port="{receiver.relp_port}" template="unchanged"
        tls="on" tls.authMode="name" tls.permittedPeer="localhost" tls.caCert="{world.authority.certificate}"
        tls.myCert="{certificate}" tls.myPrivKey="{key}" action.resumeRetryCount="-1" action.resumeInterval="1"
        {QUEUES[queue]} queue.timeoutEnqueue="600000")
}}
input(type="imtcp" address="127.0.0.1" port="{self._port}" ruleset="forward")
""")

    def begin(self):
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([RSYSLOGD, "-n", "-iNONE", "-f", self._folder / "sender.conf"],
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: listens(self._port), f"rsyslogd, see {self._folder}/log")

    def hand_in(self, count):
        """rsyslog hangs up when it has put the last one into its queue."""
        messages = self._messages[self._given:self._given + count]
        assert len(messages) == count
        self._given += count
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

    def send(self):
        """It does so by itself."""

    def groups(self):
        return {"rsyslogd": lambda: [self._process.pid] if self._process else []}

    def kill(self):
        if self._process:
            self._process.kill()
            self._process.wait(PATIENCE)
        self._process = None

    def close(self):
        self.kill()
