#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves each thing the lab can do to a workstation, without Vaktpost.

A shift that passes means little unless the stick would have opened, the card been seen and the screen stayed
open without the agent: that is shown here.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import selftest_inputs
import selftest_x11
import sticks
from build_guest import BuildError
from dying_stick import DyingStick
from fast_mouse import FastMouse
from machine import SWAY, X11
from probing import Prober
from runner import closing_line, expect, run_step, select
from waiting import LabError, wait_until
from workstation import NURSE, Plugged, Workstation

OUTPUT = Path(__file__).resolve().parents[2] / "dist" / "lab" / "selftest"
SEEN_SECONDS = 60
READERS = "timeout 20 pcsc_scan -c -n -t 1"


def desktop(lab, _folder):
    """The nurse's desktop is on the screen, in a session of seat0."""
    lab.wait_for_desktop()
    lab.screenshot("desktop")
    session = lab.run_in_session("loginctl show-session $XDG_SESSION_ID").text.splitlines()
    for line in ("Seat=seat0", "Active=yes", "Type=wayland", f"Name={NURSE}"):
        expect(line in session, f"the session says {line}: {session}")
    imported = lab.run(f"runuser -u {NURSE} -- env XDG_RUNTIME_DIR=/run/user/1000 systemctl --user show-environment")
    expect("WAYLAND_DISPLAY=" in imported.text, "the user manager knows the desktop")


def channel(lab, _folder):
    """Commands give exact output, exit status and time-outs, also side by side and with restarted services."""
    noise = os.urandom(5_000_000)
    lab.put(noise, "/tmp/noise")
    expect(lab.get("/tmp/noise") == noise, "five megabytes of anything come back as they went")
    result = lab.run("echo out; echo err >&2; exit 7", check=False)
    expect((result.exit, result.stdout, result.stderr) == (7, b"out\n", b"err\n"), "outputs and status are told apart")
    hanging = threading.Thread(target=lab.run, args=("sleep 60",), kwargs={"timeout": 5, "check": False})
    hanging.start()
    expect(lab.run("echo meanwhile", timeout=4).text == "meanwhile", "a hanging command delays no other")
    hanging.join()
    lab.run("systemctl restart polkit udisks2; systemctl stop pcscd pcscd.socket; systemctl start pcscd.socket")
    result = lab.run_in_session("id -un; cat; exit 5", check=False)
    expect((result.exit, result.text) == (5, NURSE), "a script in the session hands on output and status")


def keys(lab, _folder):
    """Typed text reaches the terminal on the desktop."""
    text = "Aa9 _-+=/?.,:;'[]{}|~!@#%^&*()<>"
    lab.keyboard.type(f'cat >typed\n{text}\n')
    lab.keyboard.press("ctrl", "d")
    lab.wait_for(["grep", "-qxF", text, "/home/nurse/typed"], SEEN_SECONDS, "the typed text is in the file")
    lab.keyboard.type("clear; cat notes.txt\n")


def keyboard_hotplug(lab, _folder):
    """A second keyboard can be plugged in, typed on and pulled."""
    count = "grep -c 'QEMU USB Keyboard' /proc/bus/input/devices || true"
    before = int(lab.run(count).text)
    name = lab.ports.plug_keyboard("keyboard2")
    wait_until(lambda: int(lab.run(count).text) > before, SEEN_SECONDS, "a keyboard more")
    lab.ports.unplug(name)
    wait_until(lambda: int(lab.run(count).text) == before, SEEN_SECONDS, "the keyboard is gone")


def pointer(lab, _folder):
    """The mouse moves and clicks."""
    listen = "timeout 10 head -c 72 /dev/input/mice | wc -c"
    thread = threading.Thread(target=lambda: counts.append(lab.run(listen).text))
    counts = []
    thread.start()
    while thread.is_alive():
        lab.pointer.move(5, 3)
        lab.pointer.click()
        thread.join(0.1)
    expect(counts == ["72"], f"the guest reads the mouse: {counts}")


def fast_mouse(lab, _folder):
    """A mouse of 1000 reports a second is one in the guest."""
    mouse = FastMouse()
    name = lab.ports.plug_redirected(mouse, "mouse")
    find = "sed -n '/fast mouse/,/^$/s/.*\\(event[0-9]*\\).*/\\1/p' /proc/bus/input/devices | grep event"
    event = lab.wait_for(find, SEEN_SECONDS, "the mouse is an input device").text
    lab.put(b"import os,sys,time,struct\nfd=os.open(sys.argv[1],os.O_RDONLY)\nsize=struct.calcsize('llHHi')\n"
            b"stamps=[]\nwhile len(stamps)<3000:\n  data=os.read(fd,size*64)\n"
            b"  stamps+=[s+u/1e6 for s,u,kind,_,_ in struct.iter_unpack('llHHi',data) if kind==0]\n"
            b"print(round((len(stamps)-1)/(stamps[-1]-stamps[0])))\n", "/tmp/rate.py")
    rates = []
    thread = threading.Thread(
        target=lambda: rates.append(int(lab.run(f"python3 /tmp/rate.py /dev/input/{event}", timeout=60).text)))
    thread.start()
    while thread.is_alive():
        mouse.move(1)
    lab.ports.unplug(name)
    expect(rates[0] > 125, f"more reports a second than QEMU's own mouse gives: {rates}")
    return {"reports a second": rates[0]}


def card(lab, _folder):
    """pcscd sees a card, its removal, a pulled reader and a second reader with a card."""
    def shows(*texts):
        return lambda: all(text in lab.run(READERS, check=False).text for text in texts)
    wait_until(shows("Reader 0:", "Card removed"), SEEN_SECONDS, "an empty reader")
    lab.ports.insert_card()
    wait_until(shows("Card inserted", "3B 7A 18"), SEEN_SECONDS, "a card in it")
    lab.ports.pull_card()
    wait_until(shows("Card removed"), SEEN_SECONDS, "the card is out")
    lab.ports.plug_reader("reader2")
    lab.ports.insert_card("reader2")
    wait_until(shows("Reader 1:", "Card inserted"), SEEN_SECONDS, "a card in a second reader")
    lab.ports.unplug("reader2")
    wait_until(lambda: "Reader 1:" not in lab.run(READERS, check=False).text, SEEN_SECONDS, "one reader again")
    for _ in range(20):  # faster than anybody can look
        lab.ports.insert_card()
        lab.ports.pull_card()
    wait_until(shows("Card removed"), SEEN_SECONDS, "the card is out after all")
    lab.ports.insert_card()
    lab.ports.unplug("reader")
    wait_until(lambda: "Reader 0:" not in lab.run(READERS, check=False).text, SEEN_SECONDS, "no reader")
    lab.ports.plug_reader()
    wait_until(shows("Reader 0:", "Card removed"), SEEN_SECONDS, "the reader is back, empty")


def plain_stick(lab, _folder):
    """Without Vaktpost the nurse mounts a plain stick and reads it: also the one there at power-on."""
    node = lab.node_of(lab.sticks[0])
    with Prober(lab) as prober:
        wait_until(lambda: lab.run(f"findmnt {node}1", check=False).exit == 0, SEEN_SECONDS, "the prober mounts it")
    expect(prober.succeeded == [f"Mount: {node}1"], f"what the prober gets done: {prober.succeeded}")
    lab.run_in_session(f"udisksctl unmount -b {node}1")
    text = lab.run_in_session(f"udisksctl mount -b {node}1 --no-user-interaction >&2 && cat /media/nurse/*/READ.TXT "
                              f"&& udisksctl unmount -b {node}1 >&2").text
    expect(text == "plain text on a plain stick", f"its file can be read: {text}")
    lab.ports.unplug(lab.sticks[0])
    lab.wait_for(f"test ! -e {node}", SEEN_SECONDS, "the stick's node is gone")


def luks_stick(lab, folder):
    """The nurse unlocks an encrypted stick, makes a file system in it, mounts it and writes."""
    name = lab.ports.plug_stick(sticks.luks(folder))
    node = lab.node_of(name)
    lab.put(sticks.PASSPHRASE.encode(), "/tmp/key")
    lab.wait_for(f"udisksctl info -b {node} | grep -q crypto_LUKS", SEEN_SECONDS, "udisks knows the stick")
    script = f"""set -eu
        udisksctl unlock -b {node} --key-file /tmp/key --no-user-interaction
        busctl call org.freedesktop.UDisks2 /org/freedesktop/UDisks2/block_devices/dm_2d0 \
            org.freedesktop.UDisks2.Block Format 'sa{{sv}}' ext4 1 take-ownership b true
        mounted=$(udisksctl mount -b /dev/dm-0 --no-user-interaction)
        echo kept >"${{mounted#* at }}/note"
        udisksctl unmount -b /dev/dm-0
        udisksctl lock -b {node}"""
    lab.run_in_session(script, timeout=60)
    lab.ports.unplug(name)


def stick_kinds(lab, folder):
    """Every kind of stick shows what it is to the guest's blkid."""
    kinds = {sticks.empty: "", sticks.ext4: "ext4", sticks.fat: "vfat", sticks.luks_partition: "dos",
             sticks.luks_and_fat: "dos"}
    for make, expected in kinds.items():
        name = lab.ports.plug_stick(make(folder, f"kind-{make.__name__}"))
        node = lab.node_of(name)
        lab.run("udevadm settle", timeout=60)
        found = lab.run(f"blkid -p -s TYPE -s PTTYPE -o value {node} || true").text
        expect(found == expected, f"{make.__name__}: blkid says {found!r}, not {expected!r}")
        lab.ports.unplug(name)


def dying_stick(lab, folder):
    """A stick that stops answering leaves its reader in D state and nothing else."""
    stick = DyingStick(sticks.luks(folder, "dying").image, dead_from=256 * 1024)
    name = lab.ports.plug_redirected(stick, "dying")
    lab.wait_for("lsblk -dno NAME,MODEL | grep DYING", SEEN_SECONDS, "the stick is a block device")
    wait_until(lambda: stick.hangs, SEEN_SECONDS, "udev's own look at the stick hangs")
    node = lab.run("lsblk -dpno NAME,MODEL | awk '/DYING/ { print $1 }'").text
    result = lab.run(f"dd if={node} of=/dev/null bs=4k skip=100 count=1", timeout=5, check=False)
    expect(result.exit == 124, f"a read does not end: {result}")
    expect("dd if=" in lab.run("ps -eo stat,args | grep ^D").text, "the killed reader stays in D state")
    expect(lab.run("echo alive", timeout=5).text == "alive", "the machine answers meanwhile")
    lab.ports.unplug(name)
    lab.wait_for("! ps -eo stat,args | grep '^D.*dd if='", 60, "the reader ends once the stick is pulled")


def other_devices(lab, _folder):
    """Serial adapter, sound device, network adapter and hub come and go."""
    for kind, seen in (("serial", "test -e /dev/ttyUSB0"), ("audio", "test -e /sys/class/sound/card0"),
                       ("network", "ls /sys/class/net | grep -v lo"), ("hub", "lsusb -d 0409:55aa")):
        name = lab.ports.plug_other(kind)
        lab.wait_for(seen, SEEN_SECONDS, f"{kind} is seen")
        lab.ports.unplug(name)
        lab.wait_for(f"! ({seen})", SEEN_SECONDS, f"{kind} is gone")


def locker(lab, _folder):
    """swaylock hides the notes; the typed password shows them again."""
    before = lab.screenshot("before-lock")
    lab.run_in_session("swaylock -f -c 303030")
    wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the notes are off the screen")
    expect(lab.screenshot("locked").difference(before) > 0.5, "the locked screen is another")
    lab.unlock()


def reboot(lab, _folder):
    """The workstation restarts with what is plugged in, and with what was installed."""
    lab.run("touch /root/kept")
    lab.reboot()
    lab.wait_for_desktop()
    lab.run("test -e /root/kept")


def package(lab, folder):
    """A package installs without a network."""
    tree = folder / "package"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: lab-trivial\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@invalid>\n"
        "Depends: libc6, dbus-user-session, udisks2, libblockdev-crypto2, libpcsclite1\nDescription: trivial\n")
    (tree / "usr/share/lab-trivial").mkdir(parents=True)
    (tree / "usr/share/lab-trivial/here").write_text("yes")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, folder / "trivial.deb"], check=True,
                   capture_output=True)
    lab.install(folder / "trivial.deb")
    expect(lab.get("/usr/share/lab-trivial/here") == b"yes", "its file is there")


STEPS = [desktop, channel, keys, keyboard_hotplug, pointer, fast_mouse, card, plain_stick, luks_stick, stick_kinds,
         dying_stick, other_devices, selftest_inputs.digitizers, selftest_inputs.virtual_inputs, locker, package,
         reboot]


def run_all(output, plugged, desktop, steps, folder):
    with Workstation(output, plugged, desktop) as lab:
        lab.wait_for_desktop()
        return [run_step(step, lambda name: lab.save_logs(output / name), lab, folder) for step in steps]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="STEP", help="; ".join(s.__name__ for s in STEPS))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    chosen = select(STEPS + selftest_x11.STEPS, options.only)
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        plugged = Plugged(sticks=[sticks.fat_partition(folder, "power-on")])
        for desktop, steps in ((SWAY, STEPS), (X11, selftest_x11.STEPS)):
            if wanted := [step for step in steps if step in chosen]:
                outcomes += run_all(options.output, plugged, desktop, wanted, folder)
    verdicts = [outcome.verdict for outcome in outcomes]
    print(closing_line(verdicts))
    sys.exit("failed" in verdicts)


if __name__ == "__main__":
    try:
        main()
    except (LabError, BuildError) as error:
        sys.exit(f"selftest: {error}")
