// SPDX-License-Identifier: GPL-3.0-or-later
// What the firmware of a laptop says of the PCIe root port behind a Thunderbolt or USB4 socket, in the form that Linux
// reads (PCI firmware's _DSD property ExternalFacingPort). S80 is QEMU's name for slot 0x10, function 0: pcie_ports.py.
DefinitionBlock ("", "SSDT", 2, "VPLAB", "EXTPORT", 1)
{
    External (\_SB.PCI0.S80, DeviceObj)
    Scope (\_SB.PCI0.S80)
    {
        Name (_DSD, Package ()
        {
            ToUUID ("efcc06cc-73ac-4bc3-bff0-76143807c389"),
            Package ()
            {
                Package () { "ExternalFacingPort", 1 },
                Package () { "UID", 0 }
            }
        })
    }
}
