# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the self-test: input devices that QEMU has not."""
from hid import Pen, Scanner, TouchScreen
from runner import expect
from virtual_input import virtual_input
from waiting import wait_until

SEEN_SECONDS = 60
LOGIND = "org.freedesktop.login1"
DROP_IN = "/run/systemd/logind.conf.d/lab.conf"
PROPERTIES = ("for event in /sys/class/input/event*; do grep -q '{name}' $event/device/name && "
              "udevadm info -q property -p $event; done")
# Prints what the event device with that name reports, until it has been still for a while.
LISTEN = """
import select, sys
from evdev import InputDevice, ecodes, list_devices
device = next(device for device in map(InputDevice, list_devices()) if sys.argv[1] in device.name)
print("listening", flush=True)
while select.select([device], [], [], 5)[0]:
    for event in device.read():
        print(ecodes.EV[event.type], ecodes.bytype[event.type][event.code], event.value)
"""


def digitizers(lab, _folder):
    """A touch screen, a pen and a scanner are what they should be in the guest, and report"""
    touch, pen, scanner = TouchScreen(), Pen(), Scanner()
    reports = ((touch, "touch screen", "ID_INPUT_TOUCHSCREEN=1", touch.tap, "BTN_TOUCH"),
               (pen, "pen", "ID_INPUT_TABLET=1", pen.tap, "BTN_TOUCH"),
               (scanner, "scanner", "ID_INPUT_KEY=1", lambda: scanner.scan("4711"), "KEY_4"))
    for device, name, known, act, code in reports:
        port = lab.ports.plug_redirected(device, name.split()[0])
        properties = PROPERTIES.format(name=f"lab {name}")
        wait_until(lambda: known in lab.run(properties, check=False).text, SEEN_SECONDS, f"{name}: {known}")
        seen = _listen(lab, f"lab {name}", act)
        expect(code in seen, f"{name} reports {code}: {seen}")
        lab.ports.unplug(port)


def virtual_inputs(lab, _folder):
    """A lid and a mouse that a program makes are input devices in the guest, and report"""
    with virtual_input(lab, "mouse") as mouse:
        seen = _listen(lab, "lab mouse", lambda: mouse("move"))
        expect("REL_X 1" in seen, f"the mouse moves: {seen}")
    lab.run(f"mkdir -p $(dirname {DROP_IN}); printf '[Login]\\nHandleLidSwitch=ignore\\n' >{DROP_IN}; "
            "systemctl kill -s HUP systemd-logind")
    with virtual_input(lab, "lid") as lid:
        lab.wait_for("journalctl -b -u systemd-logind | grep -q 'lab lid'", SEEN_SECONDS, "logind watches the lid")
        lid("close")
        lab.wait_for(f"busctl get-property {LOGIND} /org/freedesktop/login1 {LOGIND}.Manager LidClosed | grep -q true",
                     SEEN_SECONDS, "logind knows that the lid is closed")
        lid("open")
    lab.run(f"rm {DROP_IN}; systemctl kill -s HUP systemd-logind")


def _listen(lab, name, act):
    lab.put(LISTEN.encode(), "/tmp/listen.py")
    lab.run(f"systemd-run -q --collect --unit=lab-listen -p StandardOutput=file:/tmp/heard "
            f"python3 /tmp/listen.py '{name}'")
    lab.wait_for("grep -q listening /tmp/heard", SEEN_SECONDS, "the listener is ready")
    act()
    lab.wait_for("! systemctl is-active -q lab-listen", SEEN_SECONDS, "all is heard")
    return lab.run("cat /tmp/heard; rm /tmp/heard").text
