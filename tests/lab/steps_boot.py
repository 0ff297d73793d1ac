# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the boot playlist: what is open before the root file system is there."""
import sticks
from runner import expect
from shift_context import SEEN_SECONDS


def closed_from_the_start(shift):
    """The initrd withdraws a stick that is plugged in at power-on, and keeps the keyboard"""
    lab, agent = shift.lab, shift.agent
    before = _open_before(lab)
    expect(before == "1", f"without the package's initrd a driver has the stick before anybody: {before}")
    listed = lab.run("lsinitramfs /boot/initrd.img-*", timeout=120).text
    expect("10-vaktpost-initrd.rules" in listed, "the rules are in the initrd")
    mark = agent.mark()
    lab.restart_with(lab.get(f"/boot/initrd.img-{lab.run('uname -r').text}"))
    lab.wait_for_desktop()
    agent.wait_armed()
    armed = agent.wait_for("agent.armed", mark)
    expect(armed["data"]["open_before"] == 0, f"no storage was open before the agent: {armed}")
    expect(_open_before(lab) == "0", "the kernel gave the stick to no driver before the root file system was there")
    shift.verdict(mark, "media.blocked", "plain")
    lab.keyboard.type("touch typed\n")
    lab.wait_for("test -e /home/nurse/typed", SEEN_SECONDS, "the keyboard works")
    lab.screenshot("desktop-after-boot")
    return {"boot gap ms": armed["data"]["boot_gap_ms"]}


def disk_of_fstab(shift):
    """A USB disk that fstab has come to name since the initrd was made is there after boot, and never blocked"""
    lab, agent = shift.lab, shift.agent
    uuid = sticks.file_system_id(lab.plugged_at_power_on[0])
    lab.run(f"echo 'UUID={uuid} /mnt vfat defaults 0 0' >>/etc/fstab")
    mark = agent.mark()
    lab.restart_with(lab.get(f"/boot/initrd.img-{lab.run('uname -r').text}"))
    lab.wait_for_desktop()
    agent.wait_armed()
    lab.run("findmnt /mnt")
    agent.wait_for("media.admitted", mark)
    expect(not agent.since(mark, "media.blocked"), "a disk of the system is not blocked")


def _open_before(lab):
    """How many disks USB storage became before the root file system was there."""
    script = ("journalctl -k -b -o cat --no-pager | awk '/usb-storage .*detected/ { disks++ } "
              "/EXT4-fs .vda.: mounted filesystem/ { print disks + 0; exit }'")
    return lab.run(script, timeout=60).text
