#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hospitals' networks and clocks do to the chain: the link down, packets lost, the centre gone for a weekend, a clock
set back. chain_world.py says what is real. VAKTPOST_SOAK=1: the full counts.

Packets are lost by `tc netem`; where the kernel has none, nftables drops as many on their way in. Clocks are set for the
agent alone (crash_points.cpp), since setting the machine's would be everybody's: so the kernel does not tell the agent,
no clock.changed is recorded, and `log verify` finds each step itself.

chain_network.py VAKTPOSTD VAKTPOST VAKTPOST-LINK CRASH_POINTS"""
import contextlib
import shutil
import subprocess
import unittest
from pathlib import Path

import chain_world
from chain_oracle import assert_complete, assert_once_and_in_order
from chain_world import SOAK, Centre, Workstation, run

HOUR = 3600
WEEKEND = 62  # hours, from Friday evening to Monday morning
MANY = 5000 if SOAK else 300


@contextlib.contextmanager
def packet_loss(percent):
    """Of all packets in this network namespace."""
    netem = ["tc", "qdisc", "add", "dev", "lo", "root", "netem", "loss", f"{percent}%"]
    if subprocess.run(netem, capture_output=True, check=False).returncode == 0:
        undo = ["tc", "qdisc", "del", "dev", "lo", "root"]
    elif shutil.which("nft"):
        run("nft", f"add table ip loss; add chain ip loss in {{ type filter hook input priority 0; }}; "
                   f"add rule ip loss in numgen random mod 100 lt {percent} drop")
        undo = ["nft", "delete", "table", "ip", "loss"]
    else:
        raise unittest.SkipTest("the kernel has no netem, and nftables is not installed")
    try:
        yield
    finally:
        run(*undo)


def sent_again():
    """Segments that TCP has sent more than once in this network namespace."""
    lines = Path("/proc/self/net/snmp").read_text().splitlines()
    names, numbers = (line.split() for line in lines if line.startswith("Tcp:"))
    return int(numbers[names.index("RetransSegs")])


@contextlib.contextmanager
def network_down():
    run("ip", "link", "set", "lo", "down")
    try:
        yield
    finally:
        run("ip", "link", "set", "lo", "up")


class Network(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.centre = cls.enterClassContext(Centre())

    def workstation(self):
        host = self.id().rsplit(".", 1)[1].replace("_", "-")[5:60].rstrip("-")
        return self.enterContext(Workstation(self.centre, host))

    def assert_whole(self, workstation, allowed=()):
        workstation.delivered()
        count, gaps = assert_once_and_in_order(self, workstation)
        self.assertEqual(gaps, [])
        assert_complete(self, workstation, allowed)
        return count

    def test_the_network_is_down_and_comes_back(self):
        workstation = self.workstation()
        workstation.make(MANY)
        with network_down():
            workstation.make(MANY)
            self.assertGreaterEqual(workstation.newest()[1] - workstation.acknowledged()[1], MANY)
        workstation.make(10)
        self.assertGreater(self.assert_whole(workstation), 2 * MANY)

    def test_three_of_ten_packets_are_lost(self):
        workstation, before = self.workstation(), sent_again()
        with packet_loss(30):
            workstation.make(MANY)
            workstation.delivered(600)
        self.assertGreater(sent_again(), before)
        self.assertGreater(self.assert_whole(workstation), MANY)

    def test_the_centre_is_gone_for_a_weekend(self):
        """The workstation's wall clock runs from Friday to now, hour by hour, and the link's clock with it: so the link
        tries again as often as it does in so many hours."""
        workstation = self.workstation()
        workstation.agent_hands.set(wall=-WEEKEND * HOUR)
        workstation.make(10)
        workstation.delivered()
        self.centre.kill_rsyslog()
        self.centre.kill_postgres()
        for hour in range(1, WEEKEND + 1):
            workstation.agent_hands.set(wall=(hour - WEEKEND) * HOUR)
            for minute in range(0, 60, 10):
                workstation.link_hands.set(boot=((hour - 1) * 60 + minute) * 60)
                workstation.make(MANY // 100)
        self.assertGreater(workstation.newest()[1] - workstation.acknowledged()[1], WEEKEND * 6 * (MANY // 100))
        self.centre.start_postgres()
        self.centre.start_rsyslog()
        workstation.link_hands.set(boot=(WEEKEND + 1) * HOUR)
        workstation.make(10)
        self.assert_whole(workstation, allowed=["clock"])

    def test_the_clock_is_set_back_and_right_again(self):
        workstation = self.workstation()
        for hours in (0, -2, -1, 0):
            workstation.agent_hands.set(wall=hours * HOUR)
            workstation.make(MANY // 4)
        self.assert_whole(workstation, allowed=["clock"])
        _, verdict = workstation.verify()
        self.assertEqual([finding["kind"] for finding in verdict["findings"]], ["clock"] * 3)


if __name__ == "__main__":
    chain_world.main()
