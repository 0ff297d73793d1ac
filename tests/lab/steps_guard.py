# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the guard: what root tries to mount from a stick, and who refuses or undoes it."""
import json

import sticks
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

GUARD = "/usr/libexec/vaktpost/vaktpost-mount-guard"
UNDONE_SECONDS = 60
# mount(2) itself, for its errno: mount(8) has many words for it.
MOUNT = """import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("/mnt/guard", exist_ok=True)
source, kind, flags = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
done = libc.mount(source, b"/mnt/guard", kind, flags, None) == 0
print("mounted" if done else errno.errorcode[ctypes.get_errno()])
"""
MS_RDONLY_NOSUID_NODEV_NOEXEC = 15


def root_is_refused(shift):
    """The agent is stopped and root mounts a plain stick in every way there is: the kernel refuses each"""
    lab, agent = shift.lab, shift.agent
    mark = agent.mark()
    lab.run("systemctl stop vaktpostd.service vaktpost-lost.service", timeout=60)
    try:
        expect(lab.run(f"{GUARD} status", check=False).exit == 0, "the guard outlives the agent")
        node = _plug_for_root(shift, sticks.ext4)
        refused = {"raw": mount_as_root(lab, node), "raw, read-only": mount_as_root(lab, node, MS_RDONLY_NOSUID_NODEV_NOEXEC),
                   **_through_loops(lab, node), **_through_mappings(lab, node), **_through_a_file_on_it(lab, node)}
        expect(set(refused.values()) == {"EPERM"}, f"each is refused: {refused}")
    finally:
        lab.run("systemctl start vaktpostd.service", timeout=60)
        agent.wait_armed()
    bypass = agent.wait_for("media.bypass", mark, how="refused")
    expect(bypass["data"]["evidence"] == "external", f"what was refused meanwhile is told afterwards: {bypass}")
    return refused


def btrfs_is_refused(shift):
    """The agent is stopped and root mounts a btrfs stick"""
    lab = shift.lab
    lab.run("systemctl stop vaktpostd.service vaktpost-lost.service", timeout=60)
    try:
        node = _plug_for_root(shift, sticks.btrfs)
        expect(mount_as_root(lab, node, kind="btrfs") == "EPERM", "the kernel refuses it")
    finally:
        lab.run("systemctl start vaktpostd.service", timeout=60)
        shift.agent.wait_armed()


def admitted_stick_is_no_way_in(shift):
    """A file system hidden on an admitted stick: refused by the kernel, and the stick is withdrawn"""
    lab, agent = shift.lab, shift.agent
    name, mark = shift.plug(sticks.luks_and_hidden)
    shift.verdict(mark, "media.admitted", "encrypted")
    expect(_mount_hidden(lab, lab.node_of(name)) == "EPERM", "dm-linear over the stick is refused")
    bypass = agent.wait_for("media.bypass", mark, how="refused")
    agent.wait_for("usb.blocked", mark)
    lab.run("dmsetup remove --retry hidden", check=False)
    return {"evidence": bypass["data"]["evidence"]}


def bypass_is_undone(shift):
    """The guard is gone: the agent says so, undoes a mount that nothing encrypts, and withdraws the stick"""
    lab, agent = shift.lab, shift.agent
    lab.run(f"{GUARD} unload && systemctl restart vaktpostd.service", timeout=60)
    try:
        wait_until(lambda: _lost(lab) == ["mounts"], SEEN_SECONDS, "the agent is degraded for want of the guard alone")
        expect(agent.status()[0] == 1, "vaktpost status says degraded")
        name, mark = shift.plug(sticks.luks_and_hidden)
        shift.verdict(mark, "media.admitted", "encrypted")
        expect(_mount_hidden(lab, lab.node_of(name)) == "mounted", "nobody refuses it")
        bypass = agent.wait_for("media.bypass", mark, UNDONE_SECONDS, how="undone")
        expect(bypass["data"]["evidence"] == "plain", f"its table was looked at: {bypass}")
        expect(lab.run("mountpoint -q /mnt/guard", check=False).exit != 0, "nothing is mounted any more")
        agent.wait_for("usb.blocked", mark)
        lab.run("dmsetup remove --retry hidden", check=False)
    finally:
        lab.run("systemctl restart vaktpost-mount-guard.service vaktpostd.service", timeout=120)
        agent.wait_armed()
    return {"evidence": bypass["data"]["evidence"]}


def _plug_for_root(shift, make):
    """A stick whose disk root makes appear, while nobody decides about it."""
    name = shift.lab.ports.plug_stick(make(shift.folder, f"guard-{make.__name__}"))
    release = ("for one in /sys/bus/usb/devices/*:*; do [ \"$(cat $one/bInterfaceClass)\" = 08 ] || continue; "
               "echo 1 >$one/authorized; echo ${one##*/} >/sys/bus/usb/drivers_probe; done")
    shift.lab.wait_for(f"{release}; ls /dev/sd?", SEEN_SECONDS, "the stick's disk")
    return shift.lab.node_of(name)


def mount_as_root(lab, source, flags=0, kind="ext4"):
    """What became of mount(2): "mounted", or the name of its error."""
    lab.put(MOUNT.encode(), "/run/lab-mount")
    return lab.run(f"python3 /run/lab-mount {source} {kind} {flags}", timeout=60).text.strip()


def _through_loops(lab, node):
    loop = lab.run(f"losetup --find --show {node}").text.strip()
    second = lab.run(f"losetup --find --show {loop}").text.strip()
    tried = {"loop": mount_as_root(lab, loop), "loop over loop": mount_as_root(lab, second)}
    lab.run(f"losetup -d {second} {loop}")
    return tried


def _through_mappings(lab, node):
    sectors = lab.run(f"blockdev --getsz {node}").text.strip()
    tried = {}
    for what, table in {"dm-linear": f"linear {node} 0", "null cipher": f"crypt cipher_null-ecb - 0 {node} 0"}.items():
        lab.run(f"dmsetup create guard --table '0 {sectors} {table}'")
        tried[what] = mount_as_root(lab, "/dev/mapper/guard")
        lab.run("dmsetup remove --retry guard")
    return tried


def _through_a_file_on_it(lab, node):
    """On a stick that was mounted before the guard was there."""
    lab.run(f"{GUARD} unload")
    expect(mount_as_root(lab, node) == "mounted", "without the guard it is mounted: the rest of the step means something")
    lab.run("truncate -s 8M /mnt/guard/inner && mke2fs -q -t ext4 /mnt/guard/inner")
    lab.run("systemctl restart vaktpost-mount-guard.service", timeout=120)
    loop = lab.run("losetup --find --show /mnt/guard/inner").text.strip()
    tried = {"loop over a file on it": mount_as_root(lab, loop)}
    lab.run(f"losetup -d {loop}; umount /mnt/guard")
    return tried


def _mount_hidden(lab, node):
    start, sectors = sticks.HIDDEN_START // 512, sticks.HIDDEN_SIZE // 512
    lab.run(f"dmsetup create hidden --table '0 {sectors} linear {node} {start}'")
    return mount_as_root(lab, "/dev/mapper/hidden")


def _lost(lab):
    result = lab.run("vaktpost status --json", check=False)
    return [source["source"] for source in json.loads(result.stdout or b"{}").get("lost", [])]
