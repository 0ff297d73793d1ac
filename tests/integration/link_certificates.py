#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-link and certificates: whichever side's is wrong, in whatever way, has a state of its own, and not one byte of a
record leaves. link_certificates.py PROGRAM"""
import pathlib
import socket
import ssl
import sys
import unittest

import link_world
from link_receiver import Receiver
from link_world import Authority, World, wait_until

PROGRAM = sys.argv.pop(1)
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Certificates(unittest.TestCase):
    def setUp(self):
        self.world = World(PROGRAM)
        self.addCleanup(self.world.close)
        self.agent = self.world.agent
        self.agent.append(3)

    def receiver(self, **options):
        identity = options.pop("identity", self.world.receiver)
        server = Receiver(self.world.authority, identity, **options)
        self.addCleanup(server.close)
        return server

    def check(self, state, cause, server, url=None, **options):
        url = url or server.url
        link = self.world.link(url, **options)
        wait_until(lambda: (state, cause, url) in self.agent.states(),
                   f"{state}, {cause}: {self.agent.states()} {self.world.journal()}")
        link.kill()
        self.assertEqual(server.messages, [])
        self.assertEqual(self.agent.acknowledged(), (0, 0))

    def files(self, certificate=None, key=None, authority=None):
        own_certificate, own_key = self.world.host
        return (authority or self.world.authority.certificate, certificate or own_certificate, key or own_key)

    def test_a_receiver_with_another_name_gets_nothing(self):
        self.check("untrusted", "receiver_name", self.receiver(identity=self.world.authority.issue("elsewhere")))

    def test_a_receiver_is_told_by_its_address_as_well(self):
        named = self.receiver()
        self.check("untrusted", "receiver_name", named, f"relp://127.0.0.1:{named.port}")
        numbered = self.receiver(identity=self.world.authority.issue("numbered", "IP:127.0.0.1"))
        self.assertEqual(self.world.link(f"relp://127.0.0.1:{numbered.port}").wait(), 0)
        self.assertEqual(numbered.records(), self.agent.texts())

    def test_a_receiver_whose_certificate_has_expired_gets_nothing(self):
        self.check("expired", "receiver_certificate", self.receiver(
            identity=self.world.authority.issue("localhost", days=-1)))

    def test_a_receiver_of_another_authority_gets_nothing(self):
        other = Authority(self.world.folder, "other")
        self.check("untrusted", "receiver_certificate", self.receiver(identity=other.issue("localhost")))

    def test_a_receiver_that_does_not_know_our_authority_says_so(self):
        other = Authority(self.world.folder, "other")
        for version in VERSIONS:
            with self.subTest(version=version):
                self.agent.said.clear()
                self.check("untrusted", "own_certificate", self.receiver(version=version),
                           files=self.files(*other.issue("ward-1")))

    def test_a_receiver_that_the_authority_s_file_revokes_gets_nothing(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                self.agent.said.clear()
                stolen = self.world.authority.issue("stolen", "DNS:localhost")
                files = self.files(authority=self.world.authority.revocations(stolen[0]))
                self.check("revoked", "receiver_certificate", self.receiver(identity=stolen, version=version), files=files)

    def test_a_receiver_that_the_authority_s_file_does_not_revoke_is_sent_to(self):
        files = self.files(authority=self.world.authority.revocations(self.world.host[0]))
        server = self.receiver()
        self.assertEqual(self.world.link(server.url, files=files).wait(), 0)
        self.assertEqual(server.records(), self.agent.texts())

    def test_a_revoked_machine_is_told_so(self):
        revocations = self.world.authority.revocations(self.world.host[0])
        for version in VERSIONS:
            with self.subTest(version=version):
                self.agent.said.clear()
                self.check("revoked", "own_certificate", self.receiver(version=version, demand=revocations))

    def test_a_machine_whose_own_certificate_has_expired_does_not_even_connect(self):
        server = self.receiver()
        self.check("expired", "own_certificate", server,
                   files=self.files(*self.world.authority.issue("ward-2", days=-1)))
        self.assertEqual(server.connections, 0)

    def test_files_that_cannot_be_used_are_named(self):
        server = self.receiver()
        garbage = pathlib.Path(self.world.folder, "garbage.pem")
        garbage.write_text("garbage\n")
        for files in (self.files(key="/nowhere/host.key"), self.files(certificate=garbage), self.files(authority=garbage),
                      self.files(key=self.world.receiver[1])):
            with self.subTest(files=files):
                self.agent.said.clear()
                self.check("untrusted", "own_files", server, files=files)
        self.assertIn("/nowhere/host.key", self.world.journal())
        self.assertEqual(server.connections, 0)

    def test_a_receiver_without_tls_gets_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"relp://localhost:{listener.getsockname()[1]}"
            link = self.world.link(url)
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n")
                wait_until(lambda: ("refused", "protocol", url) in self.agent.states(), "its state")
            link.kill()

    def test_tls_before_1_2_is_refused(self):
        server = self.receiver(version=ssl.TLSVersion.TLSv1_1)
        link = self.world.link(server.url)
        wait_until(lambda: any(state == "refused" for state, _, _ in self.agent.states()), "its state")
        link.kill()
        self.assertEqual(server.messages, [])

    def test_a_renewed_certificate_is_taken_up_without_a_restart(self):
        certificate, key = self.world.authority.issue("ward-2", days=-1)
        server = self.receiver()
        link = self.world.link(server.url, files=self.files(certificate, key))
        wait_until(lambda: ("expired", "own_certificate", server.url) in self.agent.states(), "its state")
        self.world.authority.issue("ward-2")
        self.assertEqual(link.wait(), 0)
        self.assertEqual(server.records(), self.agent.texts())

    @unittest.skipIf(link_world.missing(), link_world.missing())
    def test_rsyslog_turns_away_whom_it_does_not_permit(self):
        server = self.world.rsyslog(permitted="somebody-else")
        for url in (f"relp://localhost:{server.relp_port}", f"syslog://localhost:{server.syslog_port}"):
            with self.subTest(url=url):
                self.agent.said.clear()
                link = self.world.link(url)
                wait_until(lambda: any(state in ("refused", "untrusted") for state, _, _ in self.agent.states()),
                           f"its state: {self.agent.states()}")
                link.kill()
                self.assertEqual(self.agent.acknowledged(), (0, 0))
        self.assertEqual(server.received(), [])


if __name__ == "__main__":
    unittest.main()
