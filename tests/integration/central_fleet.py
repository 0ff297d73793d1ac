#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many workstations that come and go, and an outage of the database meanwhile: nothing is lost. central_fleet.py VAKTPOST

tests/bench/fleet_bench.py measures the same with ten thousand of them."""
import asyncio
import sys
import unittest

import central_world
import fleet_evidence
from central_world import CentralWorld
from fleet_load import Fleet

VAKTPOST = sys.argv.pop(1)
HOSTS, CONNECTIONS = 200, 40


class CentralFleet(unittest.TestCase):
    def setUp(self):
        self.centre = self.enterContext(CentralWorld())
        self.fleet = Fleet(self.centre, HOSTS, CONNECTIONS, identities=4)

    async def outage(self):
        """Begins while they send."""
        while self.fleet.acknowledged < HOSTS * 4:
            await asyncio.sleep(0.02)
        self.centre.kill_postgres()
        await asyncio.sleep(2)
        self.assertLess(self.fleet.acknowledged, HOSTS * 6)
        self.centre.start_postgres()

    def test_nothing_is_lost_of_many_hosts_that_come_and_go_though_the_database_is_away_for_a_while(self):
        self.fleet.gather(3)
        asyncio.run(self.fleet.send_all())
        self.assertEqual((self.fleet.handshakes, self.fleet.failures), (HOSTS, 0))
        self.fleet.gather(3)
        asyncio.run(self.fleet.send_all(self.outage()))
        self.assertEqual(self.fleet.acknowledged, HOSTS * 6)
        self.assertEqual(fleet_evidence.complaints(self.centre, self.fleet.hosts), [])
        self.assertEqual(fleet_evidence.verified(VAKTPOST, self.centre), (0, {"complete": HOSTS}))


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
