# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of media, and what is done with those that may only be read."""
import hashlib

import described
import discs
import sticks
from changing_stick import ChangingStick
from runner import expect
from shift_context import SEEN_SECONDS
from steps_media import UDISKS
from waiting import wait_until

READ_ONLY = '[media]\nunencrypted = "read_only"'
KEPT = ("ro", "nosuid", "nodev", "noexec")

# Runs as the nurse: tries every SCSI generic node, the disk's own node, and what udisks hands out for writing.
WRITE = r"""
import glob, os, subprocess, sys
node, got = sys.argv[1], []
for path in glob.glob("/dev/sg*") + glob.glob("/dev/bsg/*") + glob.glob(node + "*"):
    for mode in (os.O_RDWR, os.O_WRONLY, os.O_RDONLY):
        try:
            os.close(os.open(path, mode | os.O_NONBLOCK))
            got.append(path)
        except OSError:
            pass
blocks = "/org/freedesktop/UDisks2/block_devices/"
for path in glob.glob(node + "*"):
    for method in ("OpenForRestore", "OpenForBackup", "OpenForBenchmark", "OpenDevice"):
        words = ["a{sv}", "0"] if method != "OpenDevice" else ["sa{sv}", "rw", "0"]
        call = subprocess.run(["busctl", "call", "org.freedesktop.UDisks2", blocks + os.path.basename(path),
                               "org.freedesktop.UDisks2.Block", method, *words], capture_output=True)
        if call.returncode == 0:
            got.append(method + " " + path)
print(" ".join(got))
"""


def read_only_stick(shift):
    """A plain stick under the rule read_only: read by the user, written to by nobody"""
    lab = shift.lab
    with shift.policy(READ_ONLY):
        stick = sticks.fat_partition(shift.folder, "read-only")
        before = _digest(stick.image)
        mark = shift.agent.mark()
        name = lab.ports.plug_stick(stick)
        told = shift.verdict(mark, "media.read_only", "plain")
        expect(told["rule"] == "media.unencrypted", f"the rule is told: {told}")
        node = lab.node_of(name)
        part = f"{node}1"
        place = _mount(shift, part)
        expect("plain text" in shift.lab.run_in_session(f"cat {place}/READ.TXT").text, "the nurse reads it")
        _expect_options(shift, place)
        _expect_no_writing(shift, node, part, place)
        _expect_kernel_refuses(shift, node)
        # Read anew, and with nobody there: it stays so.
        lab.run("systemctl stop vaktpostd")
        lab.run_in_session(f"udisksctl unmount -b {part}")
        lab.run(f"blockdev --rereadpt {node}; udevadm trigger -w -c change --sysname-match='{node[5:]}*'")
        _expect_kernel_refuses(shift, node)
        _expect_options(shift, _mount(shift, part))
        lab.run("systemctl start vaktpostd")
        shift.agent.wait_armed()
        lab.ports.unplug(name)
        expect(_digest(stick.image) == before, "no byte of it has changed")
    return {"verdict ms": told["data"]["verdict_ms"]}


def optical_disc(shift):
    """A disc is closed; under the rule read_only it is read, and the drive burns nothing"""
    lab, image = shift.lab, discs.data(shift.folder)
    mark = shift.agent.mark()
    drive = lab.ports.plug_enclosure("usb-bot", ("scsi-cd", image))
    shift.verdict(mark, "media.blocked", "plain")
    lab.wait_for("test -b /dev/sr0", SEEN_SECONDS, "the drive is there")
    shift.expect_closed("/dev/sr0")
    _expect_nothing_opens(shift, "/dev/sr0")
    mark = shift.agent.mark()
    with shift.policy(READ_ONLY):
        shift.verdict(mark, "media.read_only", "plain")
        place = _mount(shift, "/dev/sr0")
        text = lab.run_in_session(f"cat {place}/*").text
        expect("pictures" in text, f"the nurse reads the disc: {text}")
        _expect_options(shift, place)
        lab.run_in_session("udisksctl unmount -b /dev/sr0")
        _expect_nothing_opens(shift, "/dev/sr0")
    lab.ports.unplug(drive)


def another_disc(shift):
    """Another disc in the same drive is judged by itself"""
    lab = shift.lab
    with shift.policy(READ_ONLY):
        mark = shift.agent.mark()
        drive = lab.ports.plug_enclosure("usb-bot", ("scsi-cd", discs.data(shift.folder)))
        shift.verdict(mark, "media.read_only", "plain")
        mark = shift.agent.mark()
        lab.ports.eject(drive)
        wait_until(lambda: _media(shift) == [], SEEN_SECONDS, "the disc has left")
        lab.ports.insert(drive, sticks.empty(shift.folder, "blank").image, read_only=True)
        shift.verdict(mark, "media.blocked", "unknown")
        shift.expect_closed("/dev/sr0")
    lab.ports.unplug(drive)


def phone(shift):
    """A phone charges, and nobody reads its pictures"""
    lab, folder = shift.lab, shift.folder / "phone"
    folder.mkdir(exist_ok=True)
    (folder / "picture.jpg").write_bytes(b"picture")
    mark = shift.agent.mark()
    name = lab.ports.plug_phone(folder)
    blocked = shift.agent.wait_for("usb.blocked", mark)
    expect(blocked["rule"] == "usb.phones", f"the rule is told: {blocked}")
    at = f"/sys/bus/usb/devices/{blocked['data']['device']}"
    state = lab.run(f"cat {at}/bConfigurationValue {at}/authorized {at}/*:1.0/authorized").text.split()
    expect(state == ["1", "1", "0"], f"it has its configuration, and its interface is withdrawn: {state}")
    # USBDEVFS_CLAIMINTERFACE of interface 0, as every program for MTP begins.
    claim = ("import fcntl, os, struct; d = os.open('/dev/bus/usb/%03d/%03d' % "
             f"tuple(int(open('{at}/' + n).read()) for n in ('busnum', 'devnum')), os.O_RDWR); "
             "fcntl.ioctl(d, 0x8004550f, struct.pack('I', 0))")
    for run in (lab.run_in_session, lab.run):
        refusal = run(f'python3 -c "{claim}"', check=False)
        expect("Error: [Errno" in refusal.error_text, f"nobody takes the interface, not even root: {refusal}")
    lab.ports.unplug(name)


def camera_printer_modem(shift):
    """A camera (PTP) charges and nobody reads it; a rule lets printers in by their class, and no modem"""
    def judged(kind):
        mark = shift.agent.mark()
        name = shift.lab.ports.plug_redirected(described.Described(kind), "described")
        product = f"{kind[1]:04x}"
        told = wait_until(lambda: shift.agent.refresh() and [
            event for word in ("usb.allowed", "usb.blocked") for event in shift.agent.since(mark, word, product=product)],
            SEEN_SECONDS, f"product {product} is judged")[0]
        authorized = shift.lab.run(f"cat /sys/bus/usb/devices/{told['data']['device']}:1.0/authorized", check=False).text
        shift.lab.ports.unplug(name)
        shift.agent.wait_for("usb.removed", mark, product=product)
        return told["type"], told["data"]["rules"], authorized.strip() == "1"

    expect(judged(described.CAMERA) == ("usb.blocked", ["0=usb.phones"], False), "the camera's interface is withdrawn")
    rules = ('[[usb.rule]]\nid = "printers"\ninterface = ["07:*:*"]\naction = "allow"\n'
             '[[usb.rule]]\nid = "input"\ninterface = ["03:*:*", "09:*:*"]\naction = "allow"\n')
    with shift.policy(f'[usb]\ndefault = "block"\n{rules}'):
        expect(judged(described.PRINTER) == ("usb.allowed", ["0=printers"], True), "the printer's interface is let in")
        expect(judged(described.MODEM)[:2] == ("usb.blocked", ["0=usb.default"]), "the modem's is withdrawn")


def changing_stick(shift):
    """A hostile stick shows LUKS at the check and FAT afterwards, and gains nothing"""
    lab = shift.lab
    luks, plain = sticks.luks(shift.folder, "shown"), sticks.fat(shift.folder, "hidden")
    stick = ChangingStick(luks.image)
    mark = shift.agent.mark()
    name = lab.ports.plug_redirected(stick, "changing")
    admitted = shift.verdict(mark, "media.admitted", "encrypted")
    node = lab.node_of("dying")
    stick.become(plain.image)
    lab.run("echo 3 >/proc/sys/vm/drop_caches")
    _expect_nothing_opens(shift, node)
    shift.expect_closed(node)
    # The nurse has udisks read it again: now it is seen for what it is.
    lab.run_in_session(f"busctl call {UDISKS} /org/freedesktop/UDisks2/block_devices/{node[5:]} {UDISKS}.Block "
                       "Rescan 'a{sv}' 0; udisksctl mount -b " + node + " --no-user-interaction", check=False)
    changed = shift.agent.wait_for("media.changed", mark)
    expect(changed["cause"] == admitted["seq"], f"the change names the admission: {changed}")
    shift.agent.wait_for("media.blocked", mark)
    shift.expect_closed(node)
    expect(node not in lab.run("cat /proc/mounts").text, "it was never mounted")
    lab.ports.unplug(name)


def sd_card(shift):
    """An SD card is judged like a stick, and so is the next one in its slot"""
    agent = shift.agent
    agent.refresh()
    told = {event["type"] for event in agent.events if event.get("data", {}).get("medium", "").startswith("mmcblk")}
    expect(told == {"media.admitted"}, f"the card at power-on is admitted: {told}")
    mark = agent.mark()
    shift.lab.ports.change_sd_card(sticks.fat(shift.folder, "sd-plain").image)
    shift.verdict(mark, "media.blocked", "plain")
    shift.expect_closed("/dev/mmcblk0")


def several_units(shift):
    """Of a device with several disks each must be encrypted"""
    lab = shift.lab
    pair = [sticks.luks(shift.folder, f"unit-{number}").image for number in range(2)]
    mark = shift.agent.mark()
    name = lab.ports.plug_enclosure("usb-bot", *(("scsi-hd", image) for image in pair))
    wait_until(lambda: shift.agent.refresh() and len(shift.agent.since(mark, "media.admitted")) == 2, SEEN_SECONDS,
               "both are admitted")
    lab.ports.unplug(name)
    mark = shift.agent.mark()
    plain = sticks.fat(shift.folder, "unit-plain").image
    lab.ports.plug_enclosure("usb-bot", ("scsi-hd", pair[0]), ("scsi-hd", plain))
    shift.verdict(mark, "media.blocked", "plain")
    shift.agent.wait_for("usb.blocked", mark)
    lab.wait_for("! ls /dev/sd?", SEEN_SECONDS, "the device is gone with both of its disks")


def uas_disk(shift):
    """A UAS disk is judged like any other"""
    for make, kind, verdict in ((sticks.luks, "media.admitted", "encrypted"), (sticks.fat, "media.blocked", "plain")):
        mark = shift.agent.mark()
        name = shift.lab.ports.plug_enclosure("usb-uas", ("scsi-hd", make(shift.folder, f"uas-{verdict}").image))
        shift.verdict(mark, kind, verdict)
        drivers = shift.lab.run("ls /sys/bus/usb/drivers/uas", check=False).text
        expect(kind != "media.admitted" or ":1.0" in drivers, f"it is driven by uas: {drivers}")
        shift.lab.ports.unplug(name)
        shift.agent.wait_for("usb.removed", mark)


def card_reader(shift):
    """Cards come and go in a reader, each judged by itself"""
    lab, agent = shift.lab, shift.agent
    cards = {"media.admitted": sticks.luks(shift.folder, "card-luks").image,
             "media.blocked": sticks.fat(shift.folder, "card-fat").image}
    mark = agent.mark()
    name = lab.ports.plug_enclosure("usb-bot", ("scsi-hd", cards["media.admitted"]))
    agent.wait_for("media.admitted", mark)
    for kind in ("media.blocked", "media.admitted", "media.blocked"):
        lab.ports.eject(name)
        wait_until(lambda: _media(shift) == [], SEEN_SECONDS, "the slot is empty")
        mark = agent.mark()
        lab.ports.insert(name, cards[kind])
        agent.wait_for(kind, mark)
        expect(not agent.since(mark, "usb.blocked"), "the reader stays")
    shift.expect_closed(lab.node_of(name))


def lvm_member(shift):
    """An LVM member on a stick is never put together, not even on one that may be read"""
    lab = shift.lab
    volume = _lvm_image(shift)
    mark = shift.agent.mark()
    name = lab.ports.plug_stick(sticks.Stick("lvm", volume, encrypted=False))
    blocked = shift.verdict(mark, "media.blocked", "unknown")
    expect(blocked["data"]["reason"] == "raid_member", f"it is known as a member: {blocked}")
    lab.ports.unplug(name)
    shift.agent.wait_for("usb.removed", mark)
    with shift.policy(READ_ONLY):
        mark = shift.agent.mark()
        both = sticks.with_parts(shift.folder, "fat-and-lvm", [(sticks.fat(shift.folder, "beside").image, "c"),
                                                               (volume, "8e")])
        name = lab.ports.plug_stick(both)
        shift.verdict(mark, "media.read_only", "plain")
        node = lab.node_of(name)
        _mount(shift, f"{node}1")
        shift.expect_closed(f"{node}2")
        expect("labvg" not in lab.run("ls /dev/mapper; dmsetup ls").text, "no volume of it was activated")
    lab.ports.unplug(name)


def raid_member(shift):
    """A RAID member on a stick is closed, and no array is made of it"""
    _, mark = shift.plug(sticks.raid_member)
    blocked = shift.verdict(mark, "media.blocked", "unknown")
    expect(blocked["data"]["reason"] == "raid_member", f"it is known as a member: {blocked}")
    shift.agent.wait_for("usb.blocked", mark)
    with shift.policy('[media]\nunknown = "unlock_only"'):
        name, mark = shift.plug(sticks.raid_member)
        shift.verdict(mark, "media.blocked", "unknown")
        shift.expect_closed(shift.lab.node_of(name))
        expect("md" not in shift.lab.run("ls /sys/block").text, "nothing was put together")


def _mount(shift, node):
    """The nurse mounts it; returns where."""
    known = f"udisksctl info -b {node} | grep -q 'IdUsage: *filesystem'"
    wait_until(lambda: shift.lab.run_in_session(known, check=False).exit == 0, SEEN_SECONDS, f"udisks shows {node}")
    mounted = shift.lab.run_in_session(f"udisksctl mount -b {node} --no-user-interaction").text
    return mounted.strip().partition(" at ")[2]


def _expect_options(shift, place):
    options = shift.lab.run(["findmnt", "-no", "OPTIONS", place]).text.split(",")
    expect(set(KEPT) <= set(options), f"mounted to be read alone: {options}")


def _expect_nothing_opens(shift, node):
    shift.lab.put(WRITE.encode(), "/run/lab-write.py")
    shift.lab.wait_for("ls /dev/sg*", SEEN_SECONDS, "there is a SCSI generic node")
    result = shift.lab.run_in_session(f"python3 /run/lab-write.py {node}", timeout=60)
    expect(not result.text.strip(), f"the nurse gets at no node: {result.text}")


def _expect_no_writing(shift, node, part, place):
    """By none of the ways that a user has."""
    tries = {
        "a file": f"touch {place}/new",
        "mounted for writing": f"udisksctl unmount -b {part} >/dev/null && udisksctl mount -b {part} -o rw "
                               "--no-user-interaction",
        "mounted for writing by the back door": f"udisksctl mount -b {part} -o noexec,rw --no-user-interaction",
        "switched to writing": f"udisksctl mount -b {part} -o remount,rw --no-user-interaction",
        "the kernel told otherwise": f"/usr/sbin/blockdev --setrw {node}",
        "formatted": f"busctl call {UDISKS} /org/freedesktop/UDisks2/block_devices/{part[5:]} {UDISKS}.Block Format "
                     "'sa{sv}' vfat 0",
        "partitioned": f"busctl call {UDISKS} /org/freedesktop/UDisks2/block_devices/{node[5:]} {UDISKS}.Block Format "
                       "'sa{sv}' gpt 0",
    }
    for what, script in tries.items():
        result = shift.lab.run_in_session(script, check=False, timeout=60)
        expect(result.exit != 0, f"not to be had: {what}: {result.text}")
    _expect_nothing_opens(shift, node)
    _expect_options(shift, _mount(shift, part))


def _expect_kernel_refuses(shift, node):
    """Not even root writes through the block device."""
    script = (f"cat /sys/block/{node[5:]}/ro /sys/block/{node[5:]}/*/ro; "
              f"for n in {node} {node}1; do dd if=/dev/zero of=$n bs=512 count=1 conv=fsync 2>/dev/null && "
              "echo written; done; true")
    answers = set(shift.lab.run(script).text.split())
    expect(answers == {"1"}, f"the kernel keeps disk and partitions read-only: {answers}")


def _lvm_image(shift):
    """A volume group with an ext4 in it, made by the guest's root. What udev has LVM do with it meanwhile is over when
    this returns."""
    shift.lab.run("""set -e; cd /run; truncate -s 32M lab-lvm; loop=$(losetup --show -f lab-lvm)
        pvcreate -q $loop; vgcreate -q labvg $loop; lvcreate -q -n data -l 100%FREE labvg; mke2fs -q /dev/labvg/data
        udevadm settle; systemctl stop lvm-activate-labvg.service 2>/dev/null || true
        vgchange -q -an labvg; losetup -d $loop; udevadm settle; ! dmsetup ls | grep labvg""", timeout=120)
    image = shift.folder / "lvm.img"
    image.write_bytes(shift.lab.get("/run/lab-lvm"))
    shift.lab.run("rm /run/lab-lvm")
    return image


def _media(shift):
    """What the agent knows of media behind USB."""
    return [medium for medium in shift.agent.status()[1]["media"] if "device" in medium]


def _digest(image):
    return hashlib.sha256(image.read_bytes()).hexdigest()
