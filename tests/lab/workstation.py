# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual workstation: a real kernel, USB bus, reader, keyboard, mouse and desktop in QEMU."""
import itertools
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from build_guest import ensure_guest
from channel import CommandFailed
from keys import Keyboard, Pointer
from machine import SECOND_SCREEN, SWAY, X11, Build, Machine
from ports import Ports, serial_of
from progress import Progress
from screen import parse_ppm
from waiting import LabError, wait_until

BOOT_SECONDS = 300
DESKTOP_SECONDS = 180
SHUTDOWN_SECONDS = 120
SLEEP_SECONDS = 60
INSTALL_SECONDS = 1200  # an initrd is made on emulated processors
UNLOCK_SECONDS = 15
UNLOCK_TRIES = 3
STILL_SECONDS = 60
CURTAIN = "vaktpost-curtai"  # as the kernel names the process
CURSOR = 0.001  # part of the screen that a blinking cursor may change
NURSE, DOCTOR = "nurse", "doctor"
# Of the document on each user's desktop, and of the login screen.
PAPER = {NURSE: (0xf4, 0xf1, 0xe6), DOCTOR: (0xe6, 0xee, 0xf4)}
GREETER = (0x3b, 0x2f, 0x5c)
LOGS = {"journal.log": "journalctl -b -o short-precise --no-pager",
        "processes.log": "ps -eo pid,ppid,user,stat,wchan:20,args",
        "lightdm.log": "cat /var/log/lightdm/lightdm.log",
        "udev.log": "udevadm info --export-db"}


@dataclass(frozen=True)
class Plugged:
    """What is in the workstation's ports at power-on."""
    reader: bool = True
    keyboard: bool = True
    mouse: bool = True
    second_screen: bool = False  # for a second seat; its keyboard is the port "keyboard2"
    sticks: list = field(default_factory=list)
    keeps_disk: bool = False  # for `restart_with`: what is written outlives the machine
    sd_card: Path | None = None  # an image; without one there is no slot
    pcie: bool = False  # the ports of pcie_ports.py


class Workstation:
    """One boot. As a context manager it starts the machine and ends it. When that or the body fails, the logs and
    a last screenshot are left in the folder `output`, beside the serial log, which is always there.

    `ports`, `keyboard` and `pointer` are its devices; `sticks` names the sticks plugged in at power-on;
    `screenshots` lists the files saved so far."""

    def __init__(self, output, plugged=Plugged(), desktop=SWAY):
        self.output = Path(output)
        self.desktop = desktop
        self._plugged = plugged
        self._screens = itertools.count(1)
        self._machine = None
        self.screenshots = []

    def __enter__(self):
        guest = ensure_guest()
        self.output.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="vaktpost-lab-"))
        try:
            if self._plugged.keeps_disk:
                guest = replace(guest, disk=self._copied(guest.disk))
            self._boot(guest)
        except BaseException:
            self.__exit__(LabError, None, None)
            raise
        return self

    def __exit__(self, kind, _value, _trace):
        if self._machine is not None:
            if kind is not None:
                self.save_logs(self.output)
            self._machine.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def plugged_at_power_on(self):
        return self._plugged.sticks

    def _copied(self, disk):
        copy = self._folder / "disk.img"
        subprocess.run(["cp", "--sparse=always", disk, copy], check=True)
        return copy

    def _boot(self, guest):
        started = time.monotonic()
        self._guest = guest
        build = Build(self.desktop, self._plugged.second_screen, self._plugged.keeps_disk, self._plugged.sd_card,
                      self._plugged.pcie)
        self._machine = Machine(guest, self._folder, self.output / "serial.log", self.output / "qemu.log", build)
        self._qmp = self._machine.qmp
        self.keyboard, self.pointer = Keyboard(self._qmp), Pointer(self._qmp)
        self._screen = {}
        self.ports = Ports(self._qmp, self._folder)
        self._plug_at_power_on()
        self._machine.power_on()
        self._wait_for_answer()
        self.boot_seconds = time.monotonic() - started

    def _wait_for_answer(self):
        answer = self._machine.channel.start(["true"], timeout=BOOT_SECONDS)
        with Progress("workstation: starting") as progress:
            wait_until(lambda: progress.tick() or answer.done(), BOOT_SECONDS, "the workstation answers")
        answer.result()

    def _plug_at_power_on(self):
        if self._plugged.keyboard:
            self.ports.plug_keyboard()
        if self._plugged.second_screen:
            self.ports.plug_keyboard("keyboard2", display=SECOND_SCREEN)
        if self._plugged.mouse:
            self.ports.plug_mouse()
        if self._plugged.reader:
            self.ports.plug_reader()
        self.sticks = [self.ports.plug_stick(stick) for stick in self._plugged.sticks]

    def reboot(self):
        """An orderly restart; returns when commands can be run again."""
        self._start_anew(lambda: self.run("systemctl --no-block reboot"))

    def restart_with(self, initrd):
        """Switched off in order, and on again with this initrd (bytes) and what is plugged in at power-on."""
        self.run("systemctl --no-block poweroff")
        self._machine.wait_for_end(SHUTDOWN_SECONDS)
        self._machine.kill()
        for left in self._folder.glob("*"):
            if left.is_socket():
                left.unlink()
        path = self._folder / "initrd.img"
        path.write_bytes(initrd)
        self._boot(replace(self._guest, initrd=path))

    def power_cut(self):
        """The mains go and come back: what the disk was not told is lost. Returns as `reboot` does."""
        self._start_anew(lambda: self._qmp.execute("system_reset"))

    def _start_anew(self, end):
        boot_id = self.get("/proc/sys/kernel/random/boot_id")
        end()

        def rebooted():
            try:
                return self.run("cat /proc/sys/kernel/random/boot_id", timeout=5).stdout != boot_id
            except LabError:  # nobody answers meanwhile
                return False
        wait_until(rebooted, SHUTDOWN_SECONDS + BOOT_SECONDS, "the workstation has restarted")

    def wait_for_sleep(self):
        """Returns when the machine is suspended; until `wake` it answers nothing but QEMU's own commands."""
        self._machine.wait_for_sleep(SLEEP_SECONDS)

    def wake(self):
        self._machine.wake()

    # -- commands ---------------------------------------------------------------------------------------------

    def run(self, command, stdin=b"", timeout=30, check=True):
        """Runs a command as root: a list of arguments, or a string for the shell."""
        argv = ["/bin/sh", "-c", command] if isinstance(command, str) else [str(arg) for arg in command]
        return self._checked(self._machine.channel.run(argv, stdin, timeout), command, check)

    def run_in_session(self, script, user=NURSE, timeout=30, check=True):
        """Runs a shell script as a child of the user's sway, where polkit sees an active local user."""
        # Each of the guest's own waits ends before ours does.
        argv = ["/usr/local/lib/lab/in-session", user, str(timeout)]
        return self._checked(self._machine.channel.run(argv, script.encode(), timeout + 30), script, check)

    def _checked(self, result, command, check):
        if check and result.exit != 0:
            raise CommandFailed(f"{command}: exit {result.exit}\n{result.text}\n{result.error_text}")
        return result

    def wait_for(self, command, seconds, what):
        """Waits until a root command succeeds; its result."""
        def succeeded():
            result = self.run(command, check=False)
            return result if result.exit == 0 else None
        return wait_until(succeeded, seconds, what)

    def uptime(self):
        """Seconds since the guest was started, sleep included."""
        return float(self.run("cut -d' ' -f1 /proc/uptime").text)

    def put(self, content, path, mode=0o644):
        """Writes bytes, or a file of this machine, to a path in the guest."""
        data = content if isinstance(content, bytes) else Path(content).read_bytes()
        self.run(["/bin/sh", "-c", 'cat >"$0" && chmod "$1" "$0"', path, f"{mode:o}"], stdin=data, timeout=120)

    def get(self, path):
        return self.run(["cat", path], timeout=120).stdout

    def install(self, package):
        """Installs a .deb file of this machine as IT would. The guest has no network. Its initrd is made anew only where
        that can be started, since QEMU is given one from outside, and with this machine's drivers alone: it takes minutes."""
        initrd = "yes" if self._plugged.keeps_disk else "no"
        self.run(f"sed -i 's/^update_initramfs=.*/update_initramfs={initrd}/' /etc/initramfs-tools/update-initramfs.conf; "
                 "sed -i 's/^MODULES=.*/MODULES=dep/' /etc/initramfs-tools/initramfs.conf")
        path = f"/root/{Path(package).name}"
        self.put(package, path)
        return self.run(f"DEBIAN_FRONTEND=noninteractive apt-get install -y {path}", timeout=INSTALL_SECONDS)

    @contextmanager
    def at_second_seat(self):
        """While the body runs, screen and keyboard are those of the second seat."""
        first = self.keyboard, self._screen
        self.keyboard, self._screen = Keyboard(self._qmp, SECOND_SCREEN), {"device": SECOND_SCREEN}
        try:
            yield
        finally:
            self.keyboard, self._screen = first

    # -- screen -----------------------------------------------------------------------------------------------

    def picture(self):
        file = self._folder / f"screen-{next(self._screens)}.ppm"
        self._qmp.execute("screendump", filename=str(file), **self._screen)
        try:
            return parse_ppm(file.read_bytes())
        finally:
            file.unlink()

    def screenshot(self, name):
        """Saves the screen as NAME.png in the output folder and returns the picture."""
        picture = self.picture()
        self.screenshots.append(f"{name}.png")
        (self.output / f"{name}.png").write_bytes(picture.png())
        return picture

    def notes_visible(self, user=NURSE):
        """Whether the document on the user's desktop can be read on the screen."""
        return self.picture().share(PAPER[user]) > 0.2

    def greeter_visible(self):
        """Whether the login screen is on the screen."""
        return self.picture().share(GREETER) > 0.2

    def wait_for_desktop(self):
        """Returns when the nurse's desktop is on the screen."""
        if self.desktop == X11:
            self.log_in()
        wait_until(self.notes_visible, DESKTOP_SECONDS, "the desktop shows the nurse's notes", period=1)

    def log_in(self, user=NURSE):
        """At the login screen; returns when that is gone. It keeps the name when the password was wrong."""
        wait_until(self.greeter_visible, DESKTOP_SECONDS, "the login screen", period=1)
        self.wait_still()
        self.keyboard.type(user)
        self.wait_still()
        named = self.picture()
        self.keyboard.press("ret")
        wait_until(lambda: self.picture().difference(named) > CURSOR, STILL_SECONDS, "it asks for the password")
        for _ in range(UNLOCK_TRIES):
            self.wait_still()
            self.keyboard.type(f"{user}\n")
            try:
                return wait_until(lambda: not self.greeter_visible(), UNLOCK_SECONDS, "the login screen is gone")
            except LabError:
                continue
        raise LabError("the login screen does not take the password")

    def wait_still(self):
        """Returns when the screen has stopped to change, but for a cursor."""
        last = self.picture()

        def still():
            nonlocal last
            before, last = last, self.picture()
            return last.difference(before) <= CURSOR
        wait_until(still, STILL_SECONDS, "the screen is still", period=1)

    def curtain_up(self):
        """Whether a curtain covers a session, or waits for it to come to the front."""
        return self.run(["pgrep", "-x", CURTAIN], check=False).exit == 0

    def unlock(self, password=NURSE):
        """Types the password until the notes are back; a slow guest may miss a key, as people do. On X11 the login
        screen comes in front of a lock, unless that is a curtain."""
        if self.desktop == X11 and not self.curtain_up():
            self.log_in()
            return wait_until(self.notes_visible, UNLOCK_SECONDS, "the notes are back")
        for _ in range(UNLOCK_TRIES):
            self.keyboard.press("esc")  # forgets what was typed before
            self.keyboard.type(f"{password}\n")
            try:
                return wait_until(self.notes_visible, UNLOCK_SECONDS, "the notes are back")
            except LabError:
                continue
        raise LabError("the password does not open the screen")

    def wait_for_keys(self):
        """Returns when a typed letter shows in the terminal, and takes it back: a desktop that has just come back
        shows its picture before it listens to its keyboard."""
        self.wait_still()
        before = self.picture()

        def shows():
            self.keyboard.press("x")
            return self.picture().difference(before) > 0
        wait_until(shows, STILL_SECONDS, "keys arrive", period=0.5)
        self.wait_still()
        self.keyboard.press("ctrl", "u")

    # -- devices as the guest sees them -----------------------------------------------------------------------

    def node_of(self, stick, seconds=30):
        """The block device that a plugged stick has become, such as /dev/sda."""
        script = ('for disk in /sys/block/sd*; do up=$(readlink -f "$disk"); while [ ${#up} -gt 4 ]; do '
                  f'[ "$(cat "$up/serial" 2>/dev/null)" = {serial_of(stick)} ] && echo "/dev/${{disk##*/}}" && exit 0; '
                  'up=${up%/*}; done; done; exit 1')
        return self.wait_for(script, seconds, f"{stick} is a block device").text

    # -- what a failure leaves --------------------------------------------------------------------------------

    def save_logs(self, folder):
        """Journal, processes and the screen, as far as the machine still answers."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            (folder / "last-screen.png").write_bytes(self.picture().png())
            for name, command in LOGS.items():
                (folder / name).write_bytes(self.run(command, timeout=60, check=False).stdout)
        except (LabError, OSError) as error:
            print(f"the workstation's logs are not complete: {error}")
