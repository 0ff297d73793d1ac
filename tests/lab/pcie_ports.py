# SPDX-License-Identifier: GPL-3.0-or-later
"""Two PCIe ports of the workstation: one that its firmware calls external, as the port of a Thunderbolt or USB4 socket,
and one inside, as of a drive bay. QEMU's firmware knows no such word, so that it is given it in a table (ACPI)."""
import subprocess
from pathlib import Path

THUNDERBOLT, BAY = "thunderbolt", "bay"
SLOTS = {THUNDERBOLT: 0x10, BAY: 0x11}
SOURCE = Path(__file__).resolve().parent / "external_port.asl"


def qemu_options(folder):
    """For a machine q35. The table is made in the folder."""
    subprocess.run(["iasl", "-vs", "-p", folder / "external_port", SOURCE], check=True, stdout=subprocess.DEVNULL)
    ports = [word for number, (name, slot) in enumerate(SLOTS.items(), 1)
             for word in ("-device", f"pcie-root-port,id={name},bus=pcie.0,addr={slot:x},chassis={number},slot={number}")]
    return ["-acpitable", f"file={folder / 'external_port.aml'}", *ports]
