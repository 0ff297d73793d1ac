# SPDX-License-Identifier: GPL-3.0-or-later
"""The workstation's ports: what is plugged in and pulled out while it runs."""
import itertools

from card import CardSlot, PlainCard

UNPLUG_SECONDS = 30
NURSES_CARD = PlainCard("nurse-card")
SD_CARD = "sd-card"
HUB_PORTS = range(12, 16)  # what is plugged in without a place gets the first

# QEMU's driver for other kinds of devices, and what it is attached to: the property and the back end's name.
OTHER_KINDS = {
    "serial": ("usb-serial", {"chardev": "nowhere", "always_plugged": True}),
    "audio": ("usb-audio", {"audiodev": "silence"}),
    "network": ("usb-net", {"netdev": "cable"}),
    # Made-up hardware addresses are what phones have.
    "phone": ("usb-net", {"netdev": "phone", "mac": "02:00:00:00:00:01"}),
    "hub": ("usb-hub", {}),
    "tablet": ("usb-tablet", {}),
}
# The back ends, made at power-on. The cable and the phone lead nowhere.
BACK_ENDS = ["-chardev", "null,id=nowhere", "-audiodev", "none,id=silence", "-netdev", "hubport,hubid=0,id=cable",
             "-netdev", "hubport,hubid=1,id=phone"]


class Ports:
    """A method that plugs returns the name by which `unplug` pulls; `present` holds these names, and
    `cards` the readers with a card in them."""

    def __init__(self, qmp, folder):
        self._qmp = qmp
        self._folder = folder
        self._numbers = itertools.count(1)
        self.present = set()
        self.cards = set()
        self._media = {}  # of each device: the names of its images
        self._slots = {}
        self._hubs = {}  # ports of the machine by hub
        self._behind = {}  # hubs by the devices in their ports

    def plug_keyboard(self, name="keyboard", **properties):
        return self._plug("usb-kbd", name, **properties)

    def plug_mouse(self, name="mouse"):
        return self._plug("usb-mouse", name)

    def plug_reader(self, name="reader"):
        path = self._folder / f"{name}-{next(self._numbers)}.card"
        self._slots[name] = CardSlot(path)
        self._connect_back_end(slot_of(name), path)
        self._plug("usb-ccid", name)
        self._qmp.execute("device_add", driver="ccid-card-passthru", id=slot_of(name), bus=f"{name}.0",
                          chardev=slot_of(name))
        return name

    def plug_other(self, kind):
        driver, back_end = OTHER_KINDS[kind]
        return self._plug(driver, kind, **back_end)

    def plug_hub(self):
        """A hub of eight ports, in the last free port of the machine."""
        name, port = f"hub{next(self._numbers)}", max(set(HUB_PORTS) - set(self._hubs.values()))
        self._hubs[name] = port
        return self._plug("usb-hub", name, port=str(port))

    def port_of(self, hub):
        """The port of the machine that the hub is in."""
        return self._hubs[hub]

    def plug_behind(self, hub, port, kind="tablet"):
        """Another kind of device in a port of the hub's."""
        driver, back_end = OTHER_KINDS[kind]
        name = f"{kind}{next(self._numbers)}"
        self._behind[name] = hub
        return self._plug(driver, name, port=f"{self._hubs[hub]}.{port}", **back_end)

    def unplug(self, name):
        """Pulls a device out at once, without telling the guest before; a hub after what is behind it."""
        if name not in self.present:
            return
        for behind in [one for one, hub in self._behind.items() if hub == name]:
            self.unplug(behind)
        self._qmp.execute("device_del", id=name)
        self._qmp.wait_event("DEVICE_DELETED", UNPLUG_SECONDS, device=name)
        self.present.discard(name)
        self._hubs.pop(name, None)
        self._behind.pop(name, None)
        if name in self._slots:
            del self._slots[name]
            self.cards.discard(name)
            self._qmp.execute("chardev-remove", id=slot_of(name))
        for image in self._media.pop(name, []):
            self._qmp.execute("blockdev-del", node_name=image)

    def insert_card(self, reader="reader", card=NURSES_CARD):
        self._slots[reader].insert(card)
        self.cards.add(reader)

    def pull_card(self, reader="reader"):
        self._slots[reader].pull()
        self.cards.discard(reader)

    def plug_stick(self, stick):
        """What the guest writes goes into the stick's image."""
        name = f"stick{next(self._numbers)}"
        self._add_image(name, name, stick.image)
        return self._plug("usb-storage", name, drive=name, removable=True, serial=serial_of(name))

    def plug_enclosure(self, driver, *units):
        """A device of several logical units, by bulk-only transport ("usb-bot") or by UAS ("usb-uas"). Each unit is a
        disk ("scsi-hd") or an optical drive ("scsi-cd"), and an image. `unit_of` names them."""
        name = f"enclosure{next(self._numbers)}"
        self._plug(driver, name, serial=serial_of(name))
        for number, (kind, image) in enumerate(units):
            unit = unit_of(name, number)
            self._add_image(name, unit, image, kind == "scsi-cd")
            removable = {"removable": True} if kind == "scsi-hd" else {}
            self._qmp.execute("device_add", driver=kind, id=unit, bus=f"{name}.0", lun=number, drive=unit, **removable)
        self._qmp.execute("qom-set", path=f"/machine/peripheral/{name}", property="attached", value=True)
        return name

    def eject(self, enclosure, number=0):
        """Takes the medium out of a unit, as a hand does."""
        unit = unit_of(enclosure, number)
        self._qmp.execute("blockdev-open-tray", id=unit, force=True)
        self._qmp.execute("blockdev-remove-medium", id=unit)
        self._qmp.execute("blockdev-del", node_name=self._media[enclosure].pop(number))

    def insert(self, enclosure, image, number=0, read_only=False):
        """Puts another medium into the unit that `eject` has emptied."""
        unit = unit_of(enclosure, number)
        medium = f"{unit}-{next(self._numbers)}"
        self._add_image(enclosure, medium, image, read_only, number)
        self._qmp.execute("blockdev-insert-medium", id=unit, node_name=medium)
        self._qmp.execute("blockdev-close-tray", id=unit)

    def change_sd_card(self, image):
        """Takes the SD card out of its slot and puts another one in."""
        self._qmp.execute("blockdev-change-medium", device=SD_CARD, filename=str(image), format="raw")

    def plug_nvme(self, image, port):
        """An NVMe disk in a port of pcie_ports.py."""
        name = f"nvme{next(self._numbers)}"
        self._add_image(name, name, image)
        return self._plug("nvme", name, bus=port, drive=name, serial=serial_of(name))

    def plug_phone(self, folder):
        """A phone whose pictures lie in the folder, by MTP."""
        return self._plug("usb-mtp", f"phone{next(self._numbers)}", rootdir=str(folder))

    def _add_image(self, device, name, image, read_only=False, place=None):
        self._qmp.execute("blockdev-add", driver="raw", node_name=name, read_only=read_only,
                          file={"driver": "file", "filename": str(image)})
        images = self._media.setdefault(device, [])
        images.insert(len(images) if place is None else place, name)

    def plug_redirected(self, device, kind, **where):
        """A device of the lab's own making; with `port` at that port."""
        name = f"{kind}{next(self._numbers)}"
        path = self._folder / f"{name}.usb"
        device.listen(path)
        self._connect_back_end(name, path)
        return self._plug("usb-redir", name, chardev=name, **where)

    def _connect_back_end(self, name, path):
        address = {"type": "unix", "data": {"path": str(path)}}
        self._qmp.execute("chardev-add", id=name,
                          backend={"type": "socket", "data": {"addr": address, "server": False}})

    def _plug(self, driver, name, bus="xhci.0", **properties):
        self._qmp.execute("device_add", driver=driver, id=name, bus=bus, **properties)
        self.present.add(name)
        return name


def unit_of(enclosure, number):
    """QEMU's name of a logical unit."""
    return f"{enclosure}-{number}"


def slot_of(reader):
    return f"{reader}-slot"


def serial_of(stick):
    """The serial number by which the guest knows a stick."""
    return f"LAB{stick.upper()}"
