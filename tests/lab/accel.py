# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware virtualisation, but only where a guest really runs with it: /dev/kvm may exist and still hang one."""
import os
import subprocess
from pathlib import Path

PROBE_SECONDS = 8
# A kernel without a root file system gives up with this message: it ran.
BOOTED = b"Unable to mount root fs"

KVM = ["-accel", "kvm", "-cpu", "host"]
# Without cmpxchg16b, which stops all processors each time it is emulated: a busy host has seen them do nothing else.
TCG = ["-accel", "tcg,thread=multi", "-cpu", "max,cx16=off"]


def qemu_options(kernel, note):
    """Options for the fastest virtualisation that works. The probe's answer is kept in the file `note`
    until the next boot of this machine."""
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    known = dict([note.read_text().split()]) if note.exists() else {}
    if boot_id not in known:
        known = {boot_id: "kvm" if _kvm_boots(kernel) else "tcg"}
        note.write_text(f"{boot_id} {known[boot_id]}\n")
    return KVM if known[boot_id] == "kvm" else TCG


def _kvm_boots(kernel):
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    probe = subprocess.Popen(
        ["qemu-system-x86_64", *KVM, "-nodefaults", "-display", "none", "-no-reboot", "-m", "256",
         "-serial", "stdio", "-kernel", str(kernel), "-append", "console=ttyS0 panic=-1"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        output, _ = probe.communicate(timeout=PROBE_SECONDS)
    except subprocess.TimeoutExpired:
        probe.kill()
        output, _ = probe.communicate()
    return BOOTED in output
