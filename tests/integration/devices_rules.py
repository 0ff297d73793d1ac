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
    shutil.copy(program, "/usr/libexec/vaktpost/")
    if not Path("/etc/fstab").exists():
        raise SystemExit("there is no /etc/fstab to put another one over")
    sh("mount", "--bind", folder / "fstab", "/etc/fstab")


def device(path, node=None, attributes=(), **properties):
    lines = [f"P: {path}"] + ([f"N: {node}"] if node else [])
    lines += [f"E: {key}={value}" for key, value in properties.items()]
    lines += [f"A: {key}={value}" for key, value in dict(attributes).items()]
    return "\n".join(lines) + "\n"


def disk(path, node, attributes=(), **properties):
    return device(path, node, {"diskseq": "17", "removable": "0", **dict(attributes)}, SUBSYSTEM="block",
                  DEVTYPE="disk", DEVNAME=f"/dev/{node}", MAJOR="8", MINOR="16", **properties)


def partition(**properties):
    return device(STICK + "/sdb1", "sdb1", {"partition": "1"}, SUBSYSTEM="block", DEVTYPE="partition",
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


def expect_medium(judged, closed):
    expect_node_closed(judged)
    hints = {judged.get("UDISKS_IGNORE"), judged.get("UDISKS_SYSTEM")}
    expect(hints == {"1" if closed else ""}, "udisks keeps away: " + str(closed), judged)
    expect(not closed or judged.get("ID_FS_TYPE") == judged.get("ID_FS_USAGE") == "", "nothing to mount", judged)
    expect(judged.get("UDISKS_MOUNT_OPTIONS_DEFAULTS") == "noexec", "noexec", judged)
    expect("exec" not in judged.get("UDISKS_MOUNT_OPTIONS_ALLOW").split(","), "exec is not to be had", judged)


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


def removable_disks_and_sd_cards_are_closed_too():
    admit(None)
    path = "/devices/pci0000:00/ata1/block/sdb"
    expect_medium(Judged([disk(path, "sdb", {"removable": "1"})], path), CLOSED)
    card = "/devices/pci0000:00/mmc_host/mmc0/mmc0:0001"
    path = card + "/block/mmcblk0"
    expect_medium(Judged([device(card, None, {"type": "SD"}, SUBSYSTEM="mmc"), disk(path, "mmcblk0")], path), CLOSED)


def internal_optical_and_virtual_disks_are_left_alone():
    admit(None)
    for path, node, attributes in (("/devices/pci0000:00/ata1/block/sda", "sda", {}),
                                   ("/devices/pci0000:00/ata1/block/sr0", "sr0", {"removable": "1"}),
                                   ("/devices/virtual/block/loop0", "loop0", {"removable": "1"})):
        judged = Judged([disk(path, node, attributes)], path)
        expect(not judged.modes and not judged.get("VAKTPOST_MEDIUM") and not judged.get("UDISKS_IGNORE"),
               "left alone", judged)


def the_scsi_node_beside_a_stick_is_closed_that_of_an_optical_drive_is_not():
    admit(None)
    path = SCSI + "/scsi_generic/sg1"
    node = device(path, "sg1", SUBSYSTEM="scsi_generic", DEVNAME="/dev/sg1", MAJOR="21", MINOR="1")
    expect_node_closed(Judged(usb_stick() + [node], path))
    judged = Judged(usb_stick(scsi_type="5") + [node], path)
    expect(not judged.modes, "left alone", judged)


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
