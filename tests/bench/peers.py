# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs we are measured beside, set up as their Debian packages mean them to be."""
from contextlib import contextmanager

SWAYIDLE = ("swayidle",)
USBGUARD = ("usbguard-daemon", "usbguard-dbus")
UNITS = "usbguard.service usbguard-dbus.service"
EARLY_RULE = "10-vaktpost-usb.rules"
START_SECONDS = 120
STARTED = f"""began=$(cut -d' ' -f1 /proc/uptime); systemctl start {UNITS}
until usbguard list-devices >/dev/null 2>&1; do sleep 0.02; done
awk -v began=$began '{{ print $1 - began }}' /proc/uptime"""


@contextmanager
def swayidle(lab):
    """Runs in the nurse's session with the same times as our default policy. It may run beside us: its commands do
    nothing."""
    lab.run_in_session("swayidle -w timeout 270 true timeout 300 true before-sleep true lock true "
                       ">/dev/null 2>&1 </dev/null &")
    lab.wait_for("pgrep -x swayidle", START_SECONDS, "swayidle runs")
    try:
        yield
    finally:
        lab.run("pkill -x swayidle", check=False)


@contextmanager
def usbguard(bench, rules=""):
    """USBGuard judges USB instead of us, with a policy that allows what is plugged in now, and what `rules` say, a line
    each. Gives the seconds from its start until it answers."""
    lab = bench.lab
    _hand_over(lab)
    lab.put(f"{rules}\n".encode(), "/root/usbguard.rules")
    # Its own generator, as its manual advises.
    lab.run("usbguard generate-policy >/etc/usbguard/rules.conf && cat /root/usbguard.rules >>/etc/usbguard/rules.conf && "
            f"chmod 600 /etc/usbguard/rules.conf && systemctl unmask {UNITS}")
    try:
        yield float(lab.run(STARTED, timeout=START_SECONDS + 60).text)
    finally:
        lab.run(f"systemctl stop {UNITS}; systemctl mask {UNITS}", timeout=120)
        _take_back(lab)
        bench.agent.wait_armed()


def _hand_over(lab):
    """Stops the agent and takes its early rule away, so that the kernel's own settings stand."""
    lab.run(f"systemctl stop vaktpostd && mv /lib/udev/rules.d/{EARLY_RULE} /root/ && udevadm control --reload",
            timeout=120)
    _write_to_root_hubs(lab, "interface_authorized_default", 1)


def _take_back(lab):
    _write_to_root_hubs(lab, "authorized_default", 1)
    lab.run(f"mv /root/{EARLY_RULE} /lib/udev/rules.d/ && udevadm control --reload && systemctl start vaktpostd",
            timeout=120)


def _write_to_root_hubs(lab, attribute, value):
    lab.run(f"for hub in /sys/bus/usb/devices/usb*; do echo {value} >$hub/{attribute}; done")
