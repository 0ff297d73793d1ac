# SPDX-License-Identifier: GPL-3.0-or-later
"""The QEMU process: from the command line to both connections, and its end."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

import accel
import pcie_ports
from build_guest import cache_root
from channel import Channel
from ports import BACK_ENDS, SD_CARD
from qmp import Qmp
from waiting import LabError, wait_until

START_SECONDS = 30
KERNEL_LINE = "root=/dev/vda rw console=ttyS0,115200 net.ifnames=0"
# The guest's desktops: sway started from a console, or X11 with LightDM. Sway wants buffers that VGA cannot share;
# Debian 12's driver of virtio-gpu does not come back after sleep.
SWAY, X11 = "sway", "x11"
SECOND_SCREEN = "screen2"
GRAPHICS = {SWAY: "virtio-gpu-pci", X11: "VGA"}


@dataclass(frozen=True)
class Build:
    """What cannot be plugged in later. `keeps_disk`: what the guest writes stays in the disk's file."""
    desktop: str
    second_screen: bool = False
    keeps_disk: bool = False
    sd_card: Path | None = None  # an image; without one there is no slot
    pcie: bool = False  # the ports of pcie_ports.py


class Machine:
    """Made paused, so that devices can be plugged in before power-on. `folder` holds its sockets."""

    def __init__(self, guest, folder, serial_log, error_log, build):
        self.qmp = self.channel = None
        with open(error_log, "wb") as errors:
            # The machine must not outlive the lab, even if that is killed.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *_command_line(guest, folder, serial_log, build)],
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        try:
            # QEMU makes the sockets in the order of its arguments: the last one tells of both.
            wait_until(lambda: (folder / "qmp").exists() or self._process.poll() is not None, START_SECONDS,
                       "QEMU starts", period=0.05)
            if self._process.poll() is not None:
                raise LabError(f"QEMU does not start: {error_log.read_text()}")
            self.qmp = Qmp(folder / "qmp")
            self.channel = Channel(folder / "channel")
        except BaseException:
            self.kill()
            raise

    def power_on(self):
        self.qmp.execute("cont")

    def wait_for_sleep(self, seconds):
        """Waits until the guest is suspended to RAM. QEMU stops its processors then."""
        self.qmp.wait_event("SUSPEND", seconds)

    def wait_for_end(self, seconds):
        """Waits until the guest has switched itself off."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise LabError("the workstation does not switch itself off") from None

    def wake(self):
        self.qmp.execute("system_wakeup")

    def kill(self):
        """As if the mains went."""
        self._process.kill()
        self._process.wait()
        for connection in (self.qmp, self.channel):
            if connection is not None:
                connection.close()


def _command_line(guest, folder, serial_log, build):
    snapshot = "off" if build.keeps_disk else "on"
    machine = "q35" if build.pcie else "pc"
    screens = ["-device", f"{GRAPHICS[build.desktop]},xres=1024,yres=768"]
    if build.second_screen:
        screens += ["-device", f"virtio-gpu-pci,id={SECOND_SCREEN},xres=1024,yres=768"]
    return [
        "qemu-system-x86_64", *accel.qemu_options(guest.kernel, cache_root() / "accel"), "-S",
        # Without a PS/2 controller: with one the guest would have a second keyboard.
        "-machine", f"{machine},i8042=off,usb=off", "-smp", "2", "-m", "2048", "-nodefaults", "-display", "none",
        "-kernel", str(guest.kernel), "-initrd", str(guest.initrd), "-append", f"{KERNEL_LINE} lab.desktop={build.desktop}",
        "-drive", f"file={guest.disk},format=raw,if=virtio,snapshot={snapshot},cache=unsafe",
        *screens, *_card_slot(build.sd_card), *(pcie_ports.qemu_options(folder) if build.pcie else []),
        # Ports enough for all devices: with fewer QEMU puts a hub between.
        "-device", "qemu-xhci,id=xhci,p2=15,p3=15", *BACK_ENDS,
        "-serial", f"file:{serial_log}",
        "-device", "virtio-serial-pci",
        "-chardev", f"socket,id=channel,path={folder / 'channel'},server=on,wait=off",
        "-device", "virtserialport,chardev=channel,name=lab",
        "-qmp", f"unix:{folder / 'qmp'},server=on,wait=off"]


def _card_slot(card):
    """A slot for SD cards, which QEMU makes with a card in it and at power-on alone."""
    if card is None:
        return []
    return ["-device", "sdhci-pci", "-drive", f"file={card},format=raw,if=none,id={SD_CARD},snapshot=on",
            "-device", f"sd-card,drive={SD_CARD}"]
