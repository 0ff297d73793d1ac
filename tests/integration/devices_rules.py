#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The udev rules of installer/udev among udev's own, on devices that umockdev makes up, judged by `udevadm test`.

What blkid would find on a medium is given as a property of the device. Runs in a mount namespace of its own.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "installer" / "udev"
SYSTEM_RULES = Path("/usr/lib/udev/rules.d")
INSIDE = "--in-namespace"
BUS = "/devices/pci0000:00/0000:00:14.0/usb1"
SCSI = BUS + "/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0"
STICK = SCSI + "/block/sdb"
OPEN, CLOSED = False, True


def why_not():
    for program in ("udevadm", "umockdev-run", "unshare"):
        if not shutil.which(program):
            return f"there is no {program} here"
    if not (SYSTEM_RULES / "60-persistent-storage.rules").exists():
        return "udev's own rules are not installed here"
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
        return "no mount namespace of our own may be made here"
    return None


def enter_namespace():
    os.execvp("unshare", ["unshare", "-rm", sys.executable, __file__, INSIDE])


def sh(*command):
    subprocess.run([str(word) for word in command], check=True)


def furnish(folder):
    """udev's rules and ours in one folder, an empty /run, and the program that a rule runs."""
    rules = folder / "rules.d"
    shutil.copytree(SYSTEM_RULES, rules)
    for rule in RULES.glob("*.rules"):
        shutil.copy(rule, rules)
    program = folder / "fstab-waits-for"
    shutil.copy(RULES / "fstab-waits-for", program)
    (folder / "fstab").write_text("")
    sh("mount", "--bind", rules, SYSTEM_RULES)
    sh("mount", "-t", "tmpfs", "none", "/run")
    Path("/run/udev/data").mkdir(parents=True)
    Path("/run/vaktpost/admitted").mkdir(parents=True)
    sh("mount", "-t", "tmpfs", "none", "/usr/libexec")
    Path("/usr/libexec/vaktpost").mkdir()
    stand_in_for_blockdev(folder)
    shutil.copy(program, "/usr/libexec/vaktpost/")
    if not Path("/etc/fstab").exists():
        raise SystemExit("there is no /etc/fstab to put another one over")
    sh("mount", "--bind", folder / "fstab", "/etc/fstab")


def stand_in_for_blockdev(folder):
    """umockdev's nodes are no block devices. Says what it was asked for, and fails where a file says so."""
    program = folder / "blockdev"
    program.write_text('#!/bin/sh\n[ ! -e /run/blockdev-fails ] && echo "$*" >>/run/blockdev\n')
    program.chmod(0o755)
    sh("mount", "--bind", program, "/usr/sbin/blockdev")


def asked_of_blockdev():
    asked = Path("/run/blockdev")
    text = asked.read_text() if asked.exists() else ""
    asked.unlink(missing_ok=True)
    return text.splitlines()


def device(path, node=None, attributes=(), **properties):
    lines = [f"P: {path}"] + ([f"N: {node}"] if node else [])
    lines += [f"E: {key}={value}" for key, value in properties.items()]
    lines += [f"A: {key}={value}" for key, value in dict(attributes).items()]
    return "\n".join(lines) + "\n"


def disk(path, node, attributes=(), **properties):
    return device(path, node, {"diskseq": "17", "removable": "0", **dict(attributes)}, SUBSYSTEM="block",
                  DEVTYPE="disk", DEVNAME=f"/dev/{node}", MAJOR="8", MINOR="16", **properties)


def partition(read_only="0", **properties):
    return device(STICK + "/sdb1", "sdb1", {"partition": "1", "ro": read_only}, SUBSYSTEM="block", DEVTYPE="partition",
                  DEVNAME="/dev/sdb1", MAJOR="8", MINOR="17", **properties)


def usb_stick(scsi_type="0"):
    return [device(BUS, "bus/usb/001/001", {"interface_authorized_default": "1"}, SUBSYSTEM="usb",
                   DEVTYPE="usb_device", BUSNUM="001", DEVNUM="001"),
            device(BUS + "/1-0:1.0", None, {"authorized": "0"}, SUBSYSTEM="usb", DEVTYPE="usb_interface"),
            device(BUS + "/1-2", "bus/usb/001/002", {"idVendor": "0781", "idProduct": "5567"}, SUBSYSTEM="usb",
                   DEVTYPE="usb_device", BUSNUM="001", DEVNUM="002"),
            device(BUS + "/1-2/1-2:1.0", None, {"bInterfaceClass": "08"}, SUBSYSTEM="usb", DEVTYPE="usb_interface"),
            device(SCSI, None, {"type": scsi_type, "vendor": "x", "model": "y"}, SUBSYSTEM="scsi",
                   DEVTYPE="scsi_device")]


class Judged:
    """What udev makes of the last of these devices, after it has seen the ones named before it."""

    def __init__(self, devices, *paths, reads=()):
        with tempfile.NamedTemporaryFile("w", suffix=".umockdev") as description:
            description.write("\n".join(devices))
            description.flush()
            steps = [f"udevadm test --action=add '/sys{path}' 2>&1 >/run/{number}.out"
                     for number, path in enumerate(paths)]
            steps += [f"cat '/sys{path}'" for path in reads]
            result = subprocess.run(["umockdev-run", "-d", description.name, "--", "sh", "-c", "; ".join(steps)],
                                    capture_output=True, text=True)
        self.text = result.stdout
        final = Path(f"/run/{len(paths) - 1}.out").read_text()
        self.properties = dict(line.split("=", 1) for line in final.splitlines() if re.match(r"^[A-Z_0-9]+=", line))
        self.modes = re.findall(r"vaktpost\S* MODE (\S+)", result.stdout)

    def get(self, key):
        return self.properties.get(key, "")


def admit(name, content="encrypted"):
    for old in Path("/run/vaktpost/admitted").iterdir():
        old.unlink()
    if name:
        Path("/run/vaktpost/admitted", name).write_text(f"VAKTPOST_ADMITTED={content}\n")


def expect(condition, what, judged):
    if not condition:
        raise AssertionError(f"not so: {what}\n{judged.properties}\n{judged.text[-3000:]}")


def expect_node_closed(judged):
    expect(set(judged.modes) == {"0"}, "the node is closed", judged)
    expect("RUN 'uaccess'" not in judged.text and "uaccess" not in judged.get("CURRENT_TAGS"),
           "the seat's user gets no node", judged)


def allowed_options(judged):
    return judged.get("UDISKS_MOUNT_OPTIONS_ALLOW").split(",")


def expect_read_only(judged):
    expect_node_closed(judged)
    expect(judged.get("UDISKS_IGNORE") == judged.get("UDISKS_SYSTEM") == "", "udisks mounts it", judged)
    expect(judged.get("UDISKS_MOUNT_OPTIONS_DEFAULTS") == "ro,noexec", "read only", judged)
    expect(not {"rw", "exec", "dev", "suid"} & set(allowed_options(judged)), "no other option is to be had", judged)


def expect_medium(judged, closed):
    expect_node_closed(judged)
    hints = {judged.get("UDISKS_IGNORE"), judged.get("UDISKS_SYSTEM")}
    expect(hints == {"1" if closed else ""}, "udisks keeps away: " + str(closed), judged)
    expect(not closed or judged.get("ID_FS_TYPE") == judged.get("ID_FS_USAGE") == "", "nothing to mount", judged)
    expect("noexec" in judged.get("UDISKS_MOUNT_OPTIONS_DEFAULTS").split(","), "noexec", judged)
    expect("exec" not in allowed_options(judged), "exec is not to be had", judged)


def judge_stick(closed, **found):
    expect_medium(Judged(usb_stick() + [disk(STICK, "sdb", **found)], STICK), closed)


def judge_partition(closed, **found):
    whole = disk(STICK, "sdb", ID_PART_TABLE_TYPE="gpt")
    expect_medium(Judged(usb_stick() + [whole, partition(**found)], STICK, STICK + "/sdb1"), closed)


def a_stick_that_is_not_admitted_is_closed_and_not_looked_into():
    admit(None)
    judged = Judged(usb_stick() + [disk(STICK, "sdb")], STICK)
    expect_medium(judged, CLOSED)
    expect(judged.get("UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG") == "1", "blkid is off", judged)


def a_tag_for_the_seats_user_is_taken_away():
    admit(None)
    judge_stick(CLOSED, ID_CDROM="1")


def an_admission_of_the_medium_before_it_opens_nothing():
    admit("sdb-16")
    judge_stick(CLOSED, ID_FS_USAGE="crypto", ID_FS_TYPE="crypto_LUKS")


def an_admitted_encrypted_stick_is_open_to_udisks_alone():
    admit("sdb-17")
    judge_stick(OPEN, ID_FS_USAGE="crypto", ID_FS_TYPE="crypto_LUKS")


def an_admitted_stick_that_became_something_else_is_closed():
    admit("sdb-17")
    judge_stick(CLOSED, ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat")
    judge_stick(CLOSED, ID_FS_USAGE="raid", ID_FS_TYPE="LVM2_member", ID_PART_TABLE_TYPE="gpt")
    judge_stick(CLOSED)


def partitions_of_an_admitted_stick_are_judged_one_by_one():
    admit("sdb-17")
    judge_stick(OPEN, ID_PART_TABLE_TYPE="gpt")
    judge_partition(OPEN, ID_FS_USAGE="crypto", ID_FS_TYPE="crypto_LUKS")
    judge_partition(CLOSED, ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat")
    judge_partition(CLOSED)


def partitions_of_a_closed_stick_are_closed():
    admit(None)
    judge_partition(CLOSED, ID_FS_USAGE="crypto", ID_FS_TYPE="crypto_LUKS")


def a_stick_admitted_whatever_it_holds_is_open_without_programs():
    admit("sdb-17", "any")
    judge_stick(OPEN, ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat")
    judge_partition(OPEN, ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat")


def read_only_stick(read_only="1", **found):
    return usb_stick() + [disk(STICK, "sdb", {"ro": read_only}, **found)]


def a_stick_admitted_to_be_read_is_read_only_in_the_kernel_before_udisks_learns_of_it():
    admit("sdb-17", "read_only")
    asked_of_blockdev()
    expect_read_only(Judged(read_only_stick(ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat"), STICK))
    asked = asked_of_blockdev()
    if asked != ["--setro /dev/sdb"]:
        raise AssertionError(f"the kernel was asked once: {asked}")


def partitions_of_a_stick_admitted_to_be_read_are_read_only_too():
    admit("sdb-17", "read_only")
    asked_of_blockdev()
    whole = read_only_stick(ID_PART_TABLE_TYPE="gpt")
    part = partition("1", ID_FS_USAGE="filesystem", ID_FS_TYPE="vfat")
    expect_read_only(Judged(whole + [part], STICK, STICK + "/sdb1"))
    asked = asked_of_blockdev()
    if asked != ["--setro /dev/sdb", "--setro /dev/sdb1"]:
        raise AssertionError(f"disk and partition: {asked}")


def a_stick_that_the_kernel_does_not_make_read_only_stays_closed():
    admit("sdb-17", "read_only")
    found = {"ID_FS_USAGE": "filesystem", "ID_FS_TYPE": "vfat"}
    expect_medium(Judged(read_only_stick("0", **found), STICK), CLOSED)
    Path("/run/blockdev-fails").touch()
    judged = Judged(read_only_stick("1", **found), STICK)
    Path("/run/blockdev-fails").unlink()
    expect_medium(judged, CLOSED)


def a_raid_or_lvm_member_on_a_stick_admitted_to_be_read_stays_closed():
    admit("sdb-17", "read_only")
    for kind in ("LVM2_member", "linux_raid_member"):
        expect_medium(Judged(read_only_stick(ID_FS_USAGE="raid", ID_FS_TYPE=kind), STICK), CLOSED)


def a_stick_admitted_anew_as_encrypted_may_be_written_to_again():
    admit("sdb-17")
    asked_of_blockdev()
    Path("/run/udev/data/b8:16").write_text("E:VAKTPOST_READ_ONLY=1\n")
    judged = Judged(usb_stick() + [disk(STICK, "sdb", ID_FS_USAGE="crypto", ID_FS_TYPE="crypto_LUKS")], STICK)
    Path("/run/udev/data/b8:16").unlink()
    expect_medium(judged, OPEN)
    expect(asked_of_blockdev() == ["--setrw /dev/sdb"] and not judged.get("VAKTPOST_READ_ONLY"), "released", judged)


def removable_disks_and_sd_cards_are_closed_too():
    admit(None)
    path = "/devices/pci0000:00/ata1/block/sdb"
    expect_medium(Judged([disk(path, "sdb", {"removable": "1"})], path), CLOSED)
    card = "/devices/pci0000:00/mmc_host/mmc0/mmc0:0001"
    path = card + "/block/mmcblk0"
    expect_medium(Judged([device(card, None, {"type": "SD"}, SUBSYSTEM="mmc"), disk(path, "mmcblk0")], path), CLOSED)


def a_disk_behind_an_external_port_is_closed_and_an_internal_one_is_not():
    """Thunderbolt and USB4: the kernel marks what hangs on a port that the firmware calls external."""
    admit(None)
    port = "/devices/pci0000:00/0000:00:1d.0"
    drive = port + "/0000:04:00.0"
    path = drive + "/nvme/nvme1/nvme1n1"
    for outside in (True, False):
        parents = [device(port, None, SUBSYSTEM="pci"),
                   device(drive, None, {"removable": "removable"} if outside else {}, SUBSYSTEM="pci"),
                   device(drive + "/nvme/nvme1", None, SUBSYSTEM="nvme")]
        judged = Judged(parents + [disk(path, "nvme1n1")], path)
        if outside:
            expect_medium(judged, CLOSED)
        else:
            expect(not judged.modes and not judged.get("VAKTPOST_MEDIUM"), "left alone", judged)


def internal_and_virtual_disks_are_left_alone():
    admit(None)
    for path, node, attributes in (("/devices/pci0000:00/ata1/block/sda", "sda", {}),
                                   ("/devices/virtual/block/loop0", "loop0", {"removable": "1"})):
        judged = Judged([disk(path, node, attributes)], path)
        expect(not judged.modes and not judged.get("VAKTPOST_MEDIUM") and not judged.get("UDISKS_IGNORE"),
               "left alone", judged)


def an_optical_drive_is_closed_until_its_disc_is_admitted_to_be_read():
    path = "/devices/pci0000:00/ata2/host1/target1:0:0/1:0:0:0"
    drive = device(path, None, {"type": "5", "vendor": "x", "model": "y"}, SUBSYSTEM="scsi", DEVTYPE="scsi_device")
    found = {"ID_CDROM": "1", "ID_FS_USAGE": "filesystem", "ID_FS_TYPE": "iso9660"}
    disc = disk(path + "/block/sr0", "sr0", {"removable": "1", "ro": "1"}, **found)
    admit(None)
    expect_medium(Judged([drive, disc], path + "/block/sr0"), CLOSED)
    admit("sr0-17", "read_only")
    expect_read_only(Judged([drive, disc], path + "/block/sr0"))


def the_scsi_node_beside_a_stick_or_an_optical_drive_is_closed():
    admit(None)
    for kind in ("0", "5"):
        path = SCSI + "/scsi_generic/sg1"
        node = device(path, "sg1", SUBSYSTEM="scsi_generic", DEVNAME="/dev/sg1", MAJOR="21", MINOR="1")
        expect_node_closed(Judged(usb_stick(scsi_type=kind) + [node], path))
    path = "/devices/pci0000:00/ata2/host1/target1:0:0/1:0:0:0"
    for kind, closed in (("5", True), ("4", True), ("0", False)):
        drive = device(path, None, {"type": kind, "vendor": "x", "model": "y"}, SUBSYSTEM="scsi", DEVTYPE="scsi_device")
        node = device(path + "/scsi_generic/sg0", "sg0", SUBSYSTEM="scsi_generic", DEVNAME="/dev/sg0", MAJOR="21",
                      MINOR="0")
        judged = Judged([drive, node], path + "/scsi_generic/sg0")
        if closed:
            expect_node_closed(judged)
        else:
            expect(not judged.modes, "an internal disk's is left alone", judged)


def no_program_is_started_from_a_mapping_that_udisks_mounts():
    path = "/devices/virtual/block/dm-0"
    judged = Judged([disk(path, "dm-0", {"dm/name": "luks-x", "dm/uuid": "CRYPT-LUKS2-x", "dm/suspended": "0"})], path)
    expect(judged.get("UDISKS_MOUNT_OPTIONS_DEFAULTS") == "noexec" and not judged.modes, "noexec alone", judged)


def a_closed_disk_is_looked_into_only_while_fstab_waits_for_one():
    admit(None)
    for fstab, flag in (("UUID=not-there /data ext4 nofail\n", ""), ("LABEL=backup /data ext4 noauto", ""),
                        ("# UUID=x\n/dev/sda1 / ext4 defaults\n", "1")):
        Path("/etc/fstab").write_text(fstab)
        judged = Judged(usb_stick() + [disk(STICK, "sdb")], STICK)
        Path("/etc/fstab").write_text("")
        expect_medium(judged, CLOSED)
        expect(judged.get("UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG") == flag, f"blkid and {fstab!r}", judged)


def a_new_bus_is_closed_and_its_root_hub_freed():
    judged = Judged(usb_stick(), BUS, BUS + "/1-0:1.0",
                    reads=(BUS + "/interface_authorized_default", BUS + "/1-0:1.0/authorized"))
    expect(judged.text.endswith("01"), "default 0, root hub 1", judged)


def keyboard(inhibited="0"):
    below = BUS + "/1-3/1-3:1.1"
    return below + "/0003:1234:5678.0001/input/input7/event7", usb_stick() + [
        device(BUS + "/1-3", "bus/usb/001/003", {"idVendor": "1234", "idProduct": "5678"}, SUBSYSTEM="usb",
               DEVTYPE="usb_device", BUSNUM="001", DEVNUM="003"),
        device(below, None, {"bInterfaceClass": "03"}, SUBSYSTEM="usb", DEVTYPE="usb_interface"),
        device(below + "/0003:1234:5678.0001", None, {}, SUBSYSTEM="hid"),
        device(below + "/0003:1234:5678.0001/input/input7", None, {"inhibited": inhibited}, SUBSYSTEM="input",
               EV="120013"),
        device(below + "/0003:1234:5678.0001/input/input7/event7", "input/event7", {}, SUBSYSTEM="input",
               DEVNAME="/dev/input/event7", MAJOR="13", MINOR="71", ID_INPUT="1", ID_INPUT_KEY="1",
               ID_INPUT_KEYBOARD="1")]


def expect_heard(held, heard):
    folder = Path("/run/vaktpost/quarantine")
    folder.mkdir(exist_ok=True)
    (folder / held).touch()
    path, devices = keyboard()
    judged = Judged(devices, path)
    (folder / held).unlink()
    expect((judged.get("LIBINPUT_IGNORE_DEVICE") == "1") != heard, f"libinput takes it up: {heard}", judged)
    expect((judged.get("ID_INPUT_KEYBOARD") == "1") == heard, f"it passes for a keyboard: {heard}", judged)
    expect(heard or "power-switch" not in judged.get("CURRENT_TAGS"), "its power key is nobody's", judged)


def a_keyboard_in_quarantine_is_no_sessions():
    expect_heard("1-3:1.1", heard=False)


def a_keyboard_beside_an_interface_in_quarantine_is_a_keyboard():
    expect_heard("1-3:1.0", heard=True)


def inhibited_after(inhibited, held=()):
    folder = Path("/run/vaktpost/quarantine")
    folder.mkdir(exist_ok=True)
    for name in held:
        (folder / name).touch()
    node, devices = keyboard(inhibited)
    path = str(Path(node).parent)
    judged = Judged(devices, path, reads=(path + "/inhibited",))
    for name in held:
        (folder / name).unlink()
    return judged


def a_keyboard_in_quarantine_is_not_heard_by_the_kernel():
    judged = inhibited_after("0", held=("1-3:1.1",))
    expect(judged.text.endswith("1"), "the kernel hears nothing of it", judged)
    judged = inhibited_after("0", held=("1-3:1.0",))
    expect(judged.text.endswith("0"), "that of another interface it hears", judged)


def a_keyboard_out_of_quarantine_is_heard_by_the_kernel_again():
    known = Path("/run/udev/data/+input:input7")
    known.write_text("E:VAKTPOST_INHIBITED=1\n")
    judged = inhibited_after("1")
    known.unlink(missing_ok=True)
    expect(judged.text.endswith("0"), "what this rule took away it gives back", judged)
    judged = inhibited_after("1")
    expect(judged.text.endswith("1"), "and nothing else", judged)


TESTS = [value for name, value in list(globals().items())
         if callable(value) and re.match(r"^(an?|the|no|partitions|removable|internal)_", name)]


def run(test):
    try:
        test()
    except Exception as failure:
        print(f"FAILED: {test.__name__.replace('_', ' ')}\n{failure}", flush=True)
        return False
    print("ok:", test.__name__.replace("_", " "), flush=True)
    return True


def main():
    if sys.argv[1:] != [INSIDE]:
        reason = why_not()
        if reason:
            print(f"skip: {reason}\n0 passed, 0 failed, {len(TESTS)} skipped")
            return 77
        enter_namespace()
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder))
        results = [run(test) for test in TESTS]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
