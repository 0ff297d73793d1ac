#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-link and real rsyslog: every record arrives byte for byte and in order, whoever is killed meanwhile, and nothing
is acknowledged that the receiver does not have. link_delivery.py PROGRAM"""
import os
import random
import select
import shutil
import socket
import socketserver
import sys
import threading
import unittest

import link_world
from link_receiver import Hangup, Receiver
from link_world import World, once, wait_until

PROGRAM = sys.argv.pop(1)
SHIPPER, READERS = 60001, 60002  # a user and a group that nobody has


class Proxy(socketserver.ThreadingTCPServer):
    """An HTTP proxy that opens the way, or answers with a line of its own."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refusal=None):
        self.refusal = refusal
        self.asked = []
        super().__init__(("127.0.0.1", 0), ProxyConnection)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def url(self):
        return f"http://localhost:{self.server_address[1]}"


class ProxyConnection(socketserver.BaseRequestHandler):
    def handle(self):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += self.request.recv(1)
        target = request.split()[1].decode()
        self.server.asked.append(target)
        if self.server.refusal:
            self.request.sendall(self.server.refusal)
            return
        host, port = target.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as onward:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {self.request: onward, onward: self.request}
            while True:
                for source in select.select(list(ends), [], [])[0]:
                    piece = source.recv(65536)
                    if not piece:
                        return
                    ends[source].sendall(piece)


def hangs_up(receiver, send, frame):
    raise Hangup


class Delivery(unittest.TestCase):
    def setUp(self):
        self.world = World(PROGRAM)
        self.addCleanup(self.world.close)
        self.agent = self.world.agent

    def assert_arrived(self, *servers):
        received = [text for server in servers for text in server.received()]
        self.assertEqual(once(received), self.agent.texts())

    def test_all_records_arrive_byte_for_byte_and_in_order_and_then_the_link_ends(self):
        server = self.world.rsyslog()
        self.agent.append(3000)
        self.agent.append(20, size=60000)
        link = self.world.link(f"relp://localhost:{server.relp_port}")
        self.assertEqual(link.wait(), 0)
        self.assertEqual(server.received(), self.agent.texts())
        self.assertTrue(self.agent.has_all())
        self.assertEqual([state for state, _, _ in self.agent.states()][-1], "connected")

    def test_records_that_are_committed_meanwhile_follow_also_in_new_epochs_and_databases(self):
        server = self.world.rsyslog()
        self.agent.append(10)
        link = self.world.link(f"relp://localhost:{server.relp_port}", linger=3)
        wait_until(self.agent.has_all, "the first records")
        self.agent.append(1)
        wait_until(self.agent.has_all, "a commit that was noticed")
        self.agent.new_epoch()
        self.agent.append(5)
        wait_until(self.agent.has_all, "the new epoch")
        self.agent.new_epoch(in_a_new_database=True)
        self.agent.append(5)
        wait_until(self.agent.has_all, "the new database")
        self.assertEqual(link.wait(), 0)
        self.assertEqual(server.received(), self.agent.texts())

    def test_a_link_that_is_killed_goes_on_where_the_agent_was_told(self):
        server = self.world.rsyslog()
        chance = random.Random(5)
        for _ in range(5):
            self.agent.append(2000)
            enough = len(server.received()) + chance.randrange(1, 1500)
            link = self.world.link(f"relp://localhost:{server.relp_port}", linger=30)
            wait_until(lambda: len(server.received()) >= enough, "the moment to kill it")
            link.kill()
            known = {text for text in server.received()}
            acknowledged = [text for epoch, seq, text in self.agent.records if (epoch, seq) <= self.agent.acknowledged()]
            self.assertTrue(known.issuperset(acknowledged), "acknowledged before it was stored")
        self.assertEqual(self.world.link(f"relp://localhost:{server.relp_port}").wait(), 0)
        self.assert_arrived(server)
        self.assertTrue(self.agent.has_all())

    def test_a_receiver_that_is_killed_and_comes_back_misses_nothing(self):
        server = self.world.rsyslog()
        link = self.world.link(f"relp://localhost:{server.relp_port}", linger=4)
        for _ in range(3):
            self.agent.append(3000)
            enough = len(server.received()) + 1000
            wait_until(lambda: len(server.received()) >= enough, "the moment to kill it")
            server.kill()
            self.agent.append(100)
            server.start()
            wait_until(self.agent.has_all, "the rest")
        self.assertEqual(link.wait(), 0)
        self.assert_arrived(server)

    def test_the_second_receiver_takes_over_and_the_first_one_is_tried_first_again(self):
        first, second = self.world.rsyslog(), self.world.rsyslog()
        first.kill()
        self.agent.append(50)
        link = self.world.link(f"relp://localhost:{first.relp_port}", f"relp://localhost:{second.relp_port}", linger=30)
        wait_until(self.agent.has_all, "the second receiver")
        self.assertEqual(second.received(), self.agent.texts())
        self.assertIn(f"relp://localhost:{first.relp_port}: cannot connect", self.world.journal())
        first.start()
        second.kill()
        self.agent.append(50)
        wait_until(self.agent.has_all, "the first receiver")
        self.assertEqual(self.agent.states()[-1], ("connected", None, f"relp://localhost:{first.relp_port}"))
        link.kill()
        self.assert_arrived(second, first)

    def test_while_no_receiver_takes_anything_the_link_stays_and_says_so_once(self):
        absent = f"relp://localhost:{link_world.free_port()}"
        refusing = Receiver(self.world.authority, self.world.receiver, hangs_up)
        self.addCleanup(refusing.close)
        self.agent.append(3)
        link = self.world.link(absent, refusing.url)
        wait_until(lambda: refusing.connections >= 3, "three rounds")
        self.assertIsNone(link.process.poll())
        self.assertEqual(self.world.journal().count(f"{absent}: cannot connect"), 1)
        self.assertLessEqual(self.world.journal().count(f"{refusing.url}: the receiver hung up"), 1)

    def test_syslog_over_tls_delivers_to_receivers_that_know_no_relp(self):
        server = self.world.rsyslog()
        self.agent.append(1000)
        self.agent.append(3, size=60000)
        self.assertEqual(self.world.link(f"syslog://localhost:{server.syslog_port}").wait(), 0)
        wait_until(lambda: len(server.received()) == 1003, "what the receiver still had to write")
        self.assertEqual(server.received(), self.agent.texts())
        self.assertTrue(self.agent.has_all())

    def test_a_proxy_leads_to_the_receiver_and_its_refusal_is_a_state(self):
        server = self.world.rsyslog()
        receiver = f"relp://localhost:{server.relp_port}"
        self.agent.append(100)
        proxy = Proxy()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        self.assertEqual(self.world.link(receiver, proxy=proxy.url()).wait(), 0)
        self.assertEqual(proxy.asked, [f"localhost:{server.relp_port}"])
        self.assertEqual(server.received(), self.agent.texts())
        self.agent.append(1)
        for refusal in (b"HTTP/1.1 403 Forbidden\r\n\r\n", b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
                        b"garbage\r\n\r\n", b""):
            self.agent.said.clear()
            refusing = Proxy(refusal or b"x")
            link = self.world.link(receiver, proxy=refusing.url())
            wait_until(lambda: ("refused", "proxy", receiver) in self.agent.states(), "the refusal")
            link.kill()
            refusing.shutdown()
            refusing.server_close()
        self.assertEqual(len(server.received()), 100)

    @unittest.skipUnless(os.geteuid() == 0, "takes root to become somebody else")
    def test_a_user_who_may_only_read_the_log_is_enough(self):
        server = self.world.rsyslog()
        self.agent.append(100)
        os.chmod(self.world.folder, 0o711)
        self.agent.give_to(READERS)
        os.chown(self.world.host[1], SHIPPER, -1)
        # Wherever this was built, not everybody may go there.
        self.world.program = shutil.copy(PROGRAM, self.world.folder)
        link = self.world.link(f"relp://localhost:{server.relp_port}", user=SHIPPER, group=READERS)
        wait_until(self.agent.has_all, "the first records")
        self.agent.append(10)
        self.assertEqual(link.wait(), 0)
        self.assertEqual(server.received(), self.agent.texts())

    def test_without_anything_to_send_or_a_database_it_ends_without_connecting(self):
        port = link_world.free_port()
        with socket.create_server(("127.0.0.1", port)) as listener:
            listener.settimeout(0)
            self.assertEqual(self.world.link(f"relp://localhost:{port}").wait(), 0)
            self.agent.database.unlink()
            self.assertEqual(self.world.link(f"relp://localhost:{port}").wait(), 0)
            self.assertRaises(BlockingIOError, listener.accept)

    def test_without_receivers_it_ends_at_once(self):
        self.agent.append(1)
        self.assertEqual(self.world.link().wait(), 0)
        self.assertEqual(self.agent.said, [])


if __name__ == "__main__":
    if reason := link_world.missing():
        print(reason)
        sys.exit(77)
    unittest.main()
