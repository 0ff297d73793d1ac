#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real network source in a network namespace of its own, on veth pairs: network_source.py PROBE

The kernel's tables are real; which interfaces are hardware stands in a sysfs of the test's own. The last line says how
many passed, failed and were skipped."""
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 20
SKIPPED = 77
PORTS = {"eth0": "e1000e", "usb0": "rndis_host", "eth1": "igb"}


class Namespace:
    """A namespace with the probe in it; both end together."""

    def __init__(self, probe, sys_folder):
        self._holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo in; exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout.readline() == b"in\n"
        self._enter = ["nsenter", "--net", f"--target={self._holder.pid}"]
        self._probe = subprocess.Popen([*self._enter, probe, sys_folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._probe.stdout, selectors.EVENT_READ)
        self._rest = b""
        self.lines = []

    def ip(self, *commands):
        for command in commands:
            subprocess.run([*self._enter, "ip", *command.split()], check=True)

    def write(self, setting, value):
        """A setting below /proc/sys, which shows that of whoever opens it."""
        subprocess.run([*self._enter, "sh", "-c", f"echo {value} >/proc/sys/{setting}"], check=True)

    def pair(self, name):
        """An interface with a carrier, and its other end."""
        self.ip(f"link add {name} type veth peer name far-{name}", f"link set far-{name} up", f"link set {name} up")

    def wait_for(self, line):
        """Waits until this is the newest line."""
        end = time.monotonic() + SECONDS
        while not self.lines or self.lines[-1] != line:
            left = end - time.monotonic()
            assert left > 0 and self._selector.select(left), f"no {line!r} but {self.lines}"
            data = os.read(self._probe.stdout.fileno(), 65536)
            assert data, f"the probe is gone: {self.lines}"
            *whole, self._rest = (self._rest + data).split(b"\n")
            self.lines += [text.decode() for text in whole]

    def close(self):
        for process in (self._probe, self._holder):
            process.stdin.close()
            process.wait(SECONDS)


def uplinks_come_and_go(space):
    assert space.lines == ["seen", "ready"], space.lines
    space.pair("eth0")
    space.ip("addr add 10.9.0.2/24 dev eth0")
    space.wait_for("seen eth0:cable")
    space.pair("usb0")
    space.ip("-6 addr add 2001:db8::2/64 dev usb0 nodad")
    space.wait_for("seen eth0:cable usb0:phone")
    space.ip("link set far-usb0 down")
    space.wait_for("seen eth0:cable")
    space.ip("link set far-usb0 up")
    space.wait_for("seen eth0:cable usb0:phone")
    space.ip("link del usb0")
    space.wait_for("seen eth0:cable")


def a_default_route_without_an_address_is_an_uplink(space):
    space.pair("eth0")
    space.ip("route add default dev eth0")
    space.wait_for("seen eth0:cable")
    space.ip("route del default")
    space.wait_for("seen")
    space.ip("route add default dev eth0 table 100")
    space.wait_for("seen eth0:cable")


def software_interfaces_are_no_uplinks(space):
    space.pair("veth0")
    space.pair("eth0")
    space.ip("addr add 10.9.1.2/24 dev veth0", "addr add 169.254.3.4/16 dev eth0", "link set lo up",
             "addr add 10.9.0.2/24 dev eth0")
    space.wait_for("seen eth0:cable")
    assert not any("veth0" in line for line in space.lines), space.lines


def a_bridge_stands_for_its_port_and_shares_between_two(space):
    space.pair("eth0")
    space.pair("eth1")
    space.ip("link add br0 type bridge", "link set br0 up", "link set eth0 master br0", "addr add 10.9.0.2/24 dev br0")
    space.wait_for("seen eth0:cable+br0")
    space.ip("link set eth1 master br0")
    space.wait_for("seen eth0:cable+eth1+br0 bridge:br0")
    space.ip("link set eth1 nomaster")
    space.wait_for("seen eth0:cable+br0")


def forwarding_is_seen_when_it_is_switched(space):
    space.write("net/ipv4/ip_forward", 1)
    space.wait_for("seen forwarding4")
    space.write("net/ipv4/ip_forward", 0)
    space.wait_for("seen")
    space.write("net/ipv6/conf/all/forwarding", 1)
    space.wait_for("seen forwarding6")


def a_flood_of_changes_ends_in_what_there_is(space):
    space.pair("eth0")
    batch = "".join(f"addr add 10.9.{i // 250}.{i % 250 + 1}/32 dev eth0\n" for i in range(2000))
    subprocess.run([*space._enter, "ip", "-batch", "-"], input=batch.encode(), check=True)
    space.ip("addr flush dev eth0", "link set eth0 down", "link set eth0 up", "route add default dev eth0")
    space.wait_for("seen eth0:cable")
    space.ip("route del default")
    space.wait_for("seen")


CASES = [uplinks_come_and_go, a_default_route_without_an_address_is_an_uplink, software_interfaces_are_no_uplinks,
         a_bridge_stands_for_its_port_and_shares_between_two, forwarding_is_seen_when_it_is_switched,
         a_flood_of_changes_ends_in_what_there_is]


def cannot():
    """Why this machine cannot run the test; empty: it can."""
    for program in ("ip", "unshare", "nsenter"):
        if not shutil.which(program):
            return f"no {program} here"
    made = subprocess.run(["unshare", "--net", "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "far"],
                          capture_output=True, text=True)
    return "" if made.returncode == 0 else f"no network namespace with veth pairs here: {made.stderr.strip()}"


def main():
    reason = cannot()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, driver in PORTS.items():
            device = Path(folder, "class/net", name, "device")
            device.mkdir(parents=True)
            (device / "driver").symlink_to(f"/nowhere/{driver}")
        for case in CASES:
            space = Namespace(sys.argv[1], folder)
            try:
                space.wait_for("ready")
                case(space)
                print(f"ok   {case.__name__}")
            except (AssertionError, subprocess.CalledProcessError) as error:
                failed += 1
                print(f"FAIL {case.__name__}: {error}")
            finally:
                space.close()
    print(f"{len(CASES) - failed} passed, {failed} failed, 0 skipped")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
