# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: the machine itself. What it is stored on, and the networks it is on."""
from contextlib import contextmanager

from runner import expect

# A second internal disk, made by the kernel's test driver of SCSI disks.
DISK_MB = 32
GONE_SECONDS = 90
# The type of a Wi-Fi interface is set by nl80211; the guest has no program for it.
MAKE_ACCESS_POINT = r"""
import socket, struct, sys
attribute = lambda kind, value: struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
def ask(family, command, attributes):
    body = struct.pack("=BBH", command, 1, 0) + attributes
    kernel.send(struct.pack("=IHHII", 16 + len(body), family, 5, 1, 0) + body)
    answer = kernel.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == 2 and struct.unpack_from("=i", answer, 16)[0] != 0:
        sys.exit(f"refused: {struct.unpack_from('=i', answer, 16)[0]}")
    return answer
answer = ask(16, 3, attribute(2, b"nl80211\0"))
family, at = None, 20
while at + 4 <= len(answer):
    length, kind = struct.unpack_from("=HH", answer, at)
    if kind == 1:
        family = struct.unpack_from("=H", answer, at + 4)[0]
        break
    at += max(4, (length + 3) & ~3)
kernel.recv(65536)  # the acknowledgement
index = struct.pack("=I", socket.if_nametoindex(sys.argv[1]))
ask(family, 6, attribute(3, index) + attribute(5, struct.pack("=I", 3)))  # SET_INTERFACE: IFTYPE AP
"""


def disk_plain(shift):
    """The machine's plain disk and plain swap are reported once, encrypted swap is not"""
    lab, agent = shift.lab, shift.agent
    agent.refresh()
    root = agent.since(0, "host.disk_plain", use="root", present=True)
    expect(root and root[0]["data"]["device"] == "vda", f"the root disk is told after start: {root}")
    lab.run(f"modprobe scsi_debug dev_size_mb={DISK_MB}", timeout=60)
    try:
        lab.wait_for("ls -d /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/*", 30, "a second disk")
        disk = lab.run("basename /sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/*").text.strip()
        mark = agent.mark()
        lab.run(f"mkswap /dev/{disk} && swapon /dev/{disk}")
        plain = agent.wait_for("host.disk_plain", mark, use="swap", device=disk, present=True)
        lab.run(f"swapoff /dev/{disk}")
        gone = agent.wait_for("host.disk_plain", mark, use="swap", device=disk, present=False)
        expect(gone["cause"] == plain["seq"], f"its end names it: {gone}")

        mark = agent.mark()
        lab.run(f"head -c 32 /dev/urandom | cryptsetup open --type plain --cipher aes-xts-plain64 --key-size 256 "
                f"--key-file - /dev/{disk} lab-swap", timeout=60)
        lab.run("mkswap /dev/mapper/lab-swap && swapon /dev/mapper/lab-swap", timeout=60)
        lab.run("swapoff /dev/mapper/lab-swap && cryptsetup close lab-swap", timeout=60)
        lab.run("systemctl restart vaktpostd", timeout=60)
        agent.wait_armed()
        agent.refresh()
        told = agent.since(mark, "host.disk_plain")
        expect(not told, f"neither encrypted swap nor, in the same boot, what is known already: {told}")
    finally:
        lab.run("swapoff -a; cryptsetup close lab-swap; modprobe -r scsi_debug", check=False, timeout=60)
    return {"root's severity": root[0]["severity"]}


def second_uplink(shift):
    """Another network beside the first one is reported, and its end; veth and dummy are no uplinks"""
    agent = shift.agent
    with _cable(shift) as mark:
        shift.lab.run("ip link add lab-v0 type veth peer name lab-v1 && ip link add lab-dummy type dummy && "
                      "for i in lab-v0 lab-v1 lab-dummy; do ip link set $i up; done && "
                      "ip addr add 10.9.1.1/24 dev lab-v0 && ip addr add 10.9.2.1/24 dev lab-dummy")
        _plug(shift, "phone", "usb1", "10.9.3.2/24")
        second = agent.wait_for("network.second_uplink", mark, interface="usb1", kind="phone", beside="usb0")
        shift.lab.screenshot("second-uplink")
        shift.lab.ports.unplug("phone")
        gone = agent.wait_for("network.second_uplink", mark, GONE_SECONDS, interface="usb1", present=False)
        expect(gone["cause"] == second["seq"], f"its end names it: {gone}")
        others = [event for event in agent.since(mark, "network.second_uplink")
                  if event["data"]["interface"] != "usb1"]
        expect(not others, f"no other one: {others}")
    return {"driver": second["data"].get("driver"), "kind": second["data"]["kind"]}


def network_sharing(shift):
    """Forwarding, a bridge between two ports and an access point are reported, and their end"""
    lab, agent = shift.lab, shift.agent
    with _cable(shift) as mark:
        lab.run("sysctl -qw net.ipv4.ip_forward=1")
        agent.wait_for("network.sharing", mark, how="forwarding", family="ipv4", present=True)
        lab.run("sysctl -qw net.ipv4.ip_forward=0")
        agent.wait_for("network.sharing", mark, GONE_SECONDS, how="forwarding", family="ipv4", present=False)
        _plug(shift, "phone", "usb1", None)
        lab.run("ip link add lab-br type bridge && ip link set usb0 master lab-br && ip link set usb1 master lab-br")
        agent.wait_for("network.sharing", mark, how="bridge", interface="lab-br", present=True)
        lab.run("ip link del lab-br")
        agent.wait_for("network.sharing", mark, GONE_SECONDS, how="bridge", present=False)
        lab.run("modprobe mac80211_hwsim radios=1", timeout=60)
        lab.wait_for("ip link show wlan0", 30, "a Wi-Fi interface")
        lab.put(MAKE_ACCESS_POINT.encode(), "/run/lab-access-point.py")
        lab.run("python3 /run/lab-access-point.py wlan0 && ip link set wlan0 up")
        agent.wait_for("network.sharing", mark, how="access_point", interface="wlan0", present=True)


@contextmanager
def _cable(shift):
    """The internal network: usb0, as the kernel calls QEMU's adapter. Yields a mark set before others come."""
    try:
        _plug(shift, "network", "usb0", "10.9.0.2/24")
        shift.lab.run("ip route add default via 10.9.0.1 dev usb0")
        yield shift.agent.mark()
    finally:
        shift.lab.run("sysctl -qw net.ipv4.ip_forward=0; modprobe -r mac80211_hwsim; "
                      "for i in lab-br lab-v0 lab-dummy; do ip link del $i; done", check=False, timeout=60)
        for name in ("phone", "network"):
            if name in shift.lab.ports.present:
                shift.lab.ports.unplug(name)


def _plug(shift, kind, interface, address):
    shift.lab.ports.plug_other(kind)
    shift.lab.wait_for(f"ip link show {interface}", 60, f"{interface} is there")
    shift.lab.run(f"ip link set {interface} up")
    if address:
        shift.lab.run(f"ip addr add {address} dev {interface}")
