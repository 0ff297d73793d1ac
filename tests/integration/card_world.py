# SPDX-License-Identifier: GPL-3.0-or-later
"""A real pcscd with virtual readers, apart from the machine's own: private /run, network and USB nodes."""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fakes"))
from virtual_card import FIRST_PORT  # noqa: E402

PCSCD = "/usr/sbin/pcscd"
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SOCKET = Path("/run/pcscd/pcscd.comm")
READERS = ["Virtual PCD 00 00", "Virtual PCD 00 01"]
PATIENCE = 40  # seconds after which something that must happen counts as missing


class Missing(AssertionError):
    pass


def why_not():
    """The reason why these tests cannot run here, or None."""
    if os.geteuid() != 0:
        return "needs root: pcscd, its socket under /run and private namespaces"
    if not os.access(PCSCD, os.X_OK):
        return "pcscd is not installed"
    if not DRIVER.exists():
        return "vsmartcard-vpcd is not installed"
    if not shutil.which("unshare"):
        return "unshare is not installed"
    if subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True).returncode != 0:
        return "no private namespaces to be had here"
    return None


def enter_private_world():
    """Runs this script again where it can disturb nobody, and nobody it."""
    if os.environ.get("VAKTPOST_PRIVATE_WORLD") != "yes":
        os.environ["VAKTPOST_PRIVATE_WORLD"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, *sys.argv])
    for folder in ("/run", "/dev/bus/usb"):
        if Path(folder).is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    get_flags, set_flags, up = 0x8913, 0x8914, 1  # netdevice(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH22x", b"lo", 0)
        flags = struct.unpack("16sH22x", fcntl.ioctl(any_socket, get_flags, request))[1]
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH22x", b"lo", flags | up))


def until(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise Missing(f"waited in vain for {what}")
        time.sleep(0.01)


def die_with_us():
    """Between fork and exec: the kernel ends the child when this script is gone, however it went."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Pcscd:
    """A pcscd in the foreground. Its log tells what it has noticed."""

    def __init__(self, folder, slow_listen, log=None):
        self.log = log or folder / "pcscd.log"
        if log is None:
            self.log.touch()
        self._slow_listen = slow_listen
        self._with_readers, self._without = folder / "readers", folder / "no readers"
        for config in (self._with_readers, self._without):
            config.mkdir()
        (self._with_readers / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{FIRST_PORT:#x}\nLIBPATH {DRIVER}\n'
            f'CHANNELID {FIRST_PORT:#x}\n')
        self.process = None

    def start(self, readers=True, wait_for_cards=False):
        """wait_for_cards: those that are in are there before the first client is served."""
        command = [PCSCD, "--foreground", "--info", "--config", self._with_readers if readers else self._without]
        environment = {**os.environ}
        for name in ("LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS"):
            environment.pop(name, None)
        if wait_for_cards:
            environment["LD_PRELOAD"] = str(self._slow_listen)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, env=environment, preexec_fn=die_with_us)

    @staticmethod
    def serves():
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(SOCKET)) == 0

    def end(self, number=signal.SIGTERM):
        if self.process:
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None

    def kill(self):
        self.end(signal.SIGKILL)

    def noticed(self, text):
        return self.log.read_text(errors="replace").count(text)


class Probe:
    """card_source_probe: the product's card source, printing what it reports."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=die_with_us)
        self._lines = deque()
        self._more = threading.Condition()
        self.history = []
        self.readers = set()  # as reported
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            time_us, event, detail = line.rstrip("\n").split(" ", 2)
            with self._more:
                if self.take(int(time_us), event, detail):
                    self._more.notify_all()
                    continue
                if event == "reader":
                    self.readers.add(detail)
                elif event == "no_reader":
                    self.readers.remove(detail)
                else:
                    self._lines.append((event, detail))
                self._more.notify_all()

    def take(self, time_us, event, detail):
        """For those that want the times too: called under the lock; True: nothing more is to be done with it."""
        return False

    def next(self, within=PATIENCE):
        with self._more:
            if not self._more.wait_for(lambda: self._lines, within):
                return None
            self.history.append(self._lines.popleft())
            return self.history[-1]

    def expect(self, *events):
        """Exactly these come next. A string stands for the event whatever its detail."""
        for expected in events:
            seen = self.next()
            if seen is None:
                raise Missing(f"no {expected}; before: {self.history[-6:]}")
            if (seen[0] if isinstance(expected, str) else seen) != expected:
                raise Missing(f"{seen} instead of {expected}; before: {self.history[-6:-1]}")

    def pending(self):
        with self._more:
            return list(self._lines)

    def rescan(self):
        self.process.stdin.write("r")
        self.process.stdin.flush()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def end(self):
        """Returns its exit status; a source that cannot be stopped fails here."""
        self.thaw()
        self.process.stdin.close()
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Missing("the source does not stop")
