# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices that consist of their descriptors: by these they are judged, before anybody talks to them."""
from redirected import (BULK, IN, OUT, RedirectedDevice, configuration_descriptor, device_descriptor,
                        endpoint_descriptor, interface_descriptor)

VENDOR = 0x46f4
# Class, subclass and protocol (usb.org, "Defined Class Codes"), and a product number of the lab's own.
CAMERA = (0x06, 0x01, 0x01), 0x0c01  # PTP
PRINTER = (0x07, 0x01, 0x02), 0x0c02
MODEM = (0x02, 0x02, 0x01), 0x0c03


class Described(RedirectedDevice):
    def __init__(self, kind):
        """`kind`: one of the above."""
        codes, product = kind
        super().__init__(
            device_descriptor(VENDOR, product, strings=2),
            configuration_descriptor(interface_descriptor(0, codes, 2), endpoint_descriptor(IN, BULK, 512, 0),
                                     endpoint_descriptor(OUT, BULK, 512, 0)),
            ["Vaktpost lab", "described device"])
