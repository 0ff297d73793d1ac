# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that do not come by USB, encrypted ones that only an administrator can unlock, and plain ones that lie."""
import sys
from contextlib import contextmanager
from pathlib import Path

import sticks
import veracrypt
from pcie_ports import BAY, THUNDERBOLT
from runner import Skipped, expect
from shift_context import SEEN_SECONDS
from steps_guard import mount_as_root

sys.path.append(str(Path(__file__).resolve().parents[1] / "integration"))

import bypass_media  # noqa: E402  found from here on
import media_corpus  # noqa: E402

DISK, GENERIC = "/dev/nvme0n1", "/dev/ng0n1"  # the first one plugged in
FILEVAULT, FILEVAULT_PASSPHRASE = "fvault2-small", "heslo123"
UNLOCK_SECONDS = 120


def thunderbolt_disk(shift):
    """A disk behind a Thunderbolt port is judged like a stick"""
    tried = {}
    with shift.nobody_gets_in(tried):
        plain, mark = _plug_thunderbolt(shift, sticks.fat_partition, "media.blocked", "plain")
        expect(mount_as_root(shift.lab, f"{DISK}p1", kind="vfat") == "EPERM", "the kernel refuses it to root")
        shift.agent.wait_for("media.bypass", mark, how="refused")
        shift.lab.ports.unplug(plain)
        shift.lab.wait_for(f"! test -e {DISK}", SEEN_SECONDS, "the disk is gone")
        encrypted, _ = _plug_thunderbolt(shift, sticks.luks, "media.admitted", "encrypted")
        shift.lab.ports.unplug(encrypted)
        shift.lab.wait_for(f"! test -e {DISK}", SEEN_SECONDS, "the disk is gone")
    return tried


def disk_in_a_bay(shift):
    """The same disk in a bay of the machine is the machine's own: not judged as a medium, told where it is used"""
    lab, agent = shift.lab, shift.agent
    mark = agent.mark()
    name = lab.ports.plug_nvme(sticks.empty(shift.folder, "bay").image, BAY)
    lab.wait_for(f"test -b {DISK}", SEEN_SECONDS, "the disk is there")
    lab.run(f"mkswap {DISK} && swapon {DISK}")
    agent.wait_for("host.disk_plain", mark, use="swap", device=DISK.removeprefix("/dev/"))
    lab.run(f"swapoff {DISK}")
    agent.refresh()
    media = [event for event in agent.since(mark) if event["type"].startswith("media.")]
    expect(not media, f"it is no medium: {media}")
    lab.ports.unplug(name)


def veracrypt_stick(shift):
    """A VeraCrypt stick is closed; where the policy leaves it to them, an administrator unlocks it"""
    lab, agent = shift.lab, shift.agent
    image = sticks.Stick("veracrypt", veracrypt.volume(lab, shift.folder), encrypted=False)
    mark = agent.mark()
    name = lab.ports.plug_stick(image)
    shift.verdict(mark, "media.blocked", "unknown")
    agent.wait_for("usb.blocked", mark)
    lab.ports.unplug(name)
    with shift.policy('[media]\nunknown = "unlock_only"'):
        mark = agent.mark()
        name = lab.ports.plug_stick(image)
        blocked = shift.verdict(mark, "media.blocked", "unknown")
        expect(blocked["data"].get("unlock_only"), f"it is left for an administrator: {blocked}")
        node = lab.node_of(name)
        shift.expect_closed(node)
        with _unlocked(shift, f"{veracrypt.OPEN} {node}", sticks.PASSPHRASE) as mapped:
            lab.run(f"mke2fs -q -t ext4 {mapped}", timeout=60)
            expect(mount_as_root(lab, mapped) == "mounted", "what it holds may be mounted")
            lab.run("echo note >/mnt/guard/note; umount /mnt/guard")
        shift.expect_closed(node)
        _expect_no_bypass(shift, mark)
        lab.ports.unplug(name)


def filevault_disk(shift):
    """A FileVault disk counts as encrypted, and an administrator unlocks it"""
    lab = shift.lab
    image = media_corpus.unpack(FILEVAULT, shift.folder)
    if image is None:
        raise Skipped(f"no {FILEVAULT} in {media_corpus.WHERE}")
    mark = shift.agent.mark()
    name = lab.ports.plug_stick(sticks.Stick("filevault", image, encrypted=True))
    shift.verdict(mark, "media.admitted", "encrypted")
    node = lab.node_of(name)
    shift.expect_closed(node)
    with _unlocked(shift, f"cryptsetup open --type fvault2 --readonly {node}", FILEVAULT_PASSPHRASE) as mapped:
        found = lab.run(f"blkid -p -o value -s TYPE {mapped}").text.strip()
        expect(found == "hfsplus", f"it can be read: {found}")
        # The file system of this image lacks its end, so that the kernel, which is let at it, takes it for none.
        answer = mount_as_root(lab, mapped, flags=1, kind="hfsplus")
        expect(answer == "EINVAL", f"nobody refuses what it holds: {answer}")
    _expect_no_bypass(shift, mark)
    lab.ports.unplug(name)


def made_to_look_encrypted(shift):
    """Plain media made to look encrypted, or hidden in odd tables: each is closed while the nurse tries"""
    tried, verdicts = {}, {}
    media = [medium for medium in bypass_media.media(shift.folder) if medium.plain]
    with shift.nobody_gets_in(tried):
        for medium in media:
            mark = shift.agent.mark()
            name = shift.lab.ports.plug_stick(sticks.Stick(medium.name, medium.image, encrypted=False))
            verdicts[medium.name] = shift.agent.wait_for("media.blocked", mark)["data"]["verdict"]
            shift.lab.ports.unplug(name)
            shift.agent.wait_for("usb.removed", mark)
    expect("encrypted" not in verdicts.values(), f"none is taken for encrypted: {verdicts}")
    return {**tried, "media": len(media)}


def _plug_thunderbolt(shift, make, kind, verdict):
    """Returns its name and a mark from before, when it is judged so and closed to the nurse."""
    mark = shift.agent.mark()
    name = shift.lab.ports.plug_nvme(make(shift.folder, f"thunderbolt-{verdict}").image, THUNDERBOLT)
    told = shift.verdict(mark, kind, verdict)
    expect(told["data"]["medium"].startswith("nvme"), f"it is told by its name: {told}")
    shift.expect_closed(DISK)
    expect(shift.lab.run_in_session(f"test -r {GENERIC}", check=False).exit != 0, "nor is there another way to it")
    return name, mark


@contextmanager
def _unlocked(shift, command, passphrase):
    """While the body runs; gives the mapping."""
    shift.lab.run(f"{command} lab-unlocked", passphrase.encode(), timeout=UNLOCK_SECONDS)
    try:
        yield "/dev/mapper/lab-unlocked"
    finally:
        shift.lab.run("mountpoint -q /mnt/guard && umount /mnt/guard; cryptsetup close lab-unlocked", check=False)


def _expect_no_bypass(shift, mark):
    shift.agent.refresh()
    expect(not shift.agent.since(mark, "media.bypass"), "dm-crypt stands between: no bypass")
