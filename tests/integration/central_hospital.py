#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several receivers and one database: beside each other on one machine, and at a hospital with the database at the centre, over
TLS, as installer/central/examples say."""
import shutil
import sys
import unittest
from pathlib import Path

import central_world
from central_sender import RelpSender, chain
from central_world import CentralWorld, free_port, kill, listens, until

RECEIVER = "receiver.north.example"


class Hospital(unittest.TestCase):
    def setUp(self):
        self.centre = self.enterContext(CentralWorld(receivers=2))
        self.certificate, self.key = self.centre.issue("ward-1")

    def deliver(self, port, *texts):
        with RelpSender(self.centre, self.certificate, self.key, port=port) as sender:
            sender.send(*texts)
            sender.wait()

    def test_several_receivers_store_into_one_database(self):
        records = {port: chain(f"ward-{port}", 20) for port in self.centre.relp_ports}
        for port, texts in records.items():
            self.deliver(port, *texts)
        for port, texts in records.items():
            self.assertEqual(self.centre.lines(f"ward-{port}"), texts)

    def open_the_database_to_hospitals(self):
        """What README.md says of a centre of several hospitals."""
        folder = Path(self.centre.value("SHOW data_directory"))
        for name, file in (("ssl_ca_file", self.centre.authority), ("ssl_cert_file", self.centre.certificate),
                           ("ssl_key_file", self.centre.key)):
            copy = folder / file.name
            shutil.copy(file, copy)
            copy.chmod(0o600)
            shutil.chown(copy, self.centre.account)
            self.centre.sql(f"ALTER SYSTEM SET {name} = '{copy}'")
        self.centre.sql("ALTER SYSTEM SET ssl = on")
        self.centre.sql("ALTER SYSTEM SET listen_addresses = '127.0.0.1'")
        access = folder / "pg_hba.conf"
        local = [line for line in access.read_text().splitlines() if not line.startswith("host")]
        access.write_text("\n".join([*local, "hostssl vaktpost vaktpost_writer all cert map=hospitals", ""]))
        with open(folder / "pg_ident.conf", "a") as names:
            names.write(f"hospitals {RECEIVER} vaktpost_writer\n")
        self.centre.kill_postgres()
        self.centre.start_postgres()

    def at_the_hospital(self, certificate, key):
        return {"PGHOST": "localhost", "PGPORT": str(self.centre.sql_port), "PGDATABASE": "vaktpost",
                "PGUSER": "vaktpost_writer", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(self.centre.authority),
                "PGSSLCERT": str(certificate), "PGSSLKEY": str(key)}

    def test_a_hospital_s_receiver_acknowledges_what_the_centre_s_database_has(self):
        self.open_the_database_to_hospitals()
        port = free_port()
        receiver = self.centre.rsyslogd(central_world.CENTRAL / "receiver.conf", {
            **self.centre.receiver_environment(port, free_port()), **self.at_the_hospital(*self.centre.issue(RECEIVER))})
        self.addCleanup(kill, receiver)
        until("the hospital's receiver", lambda: listens(port))
        records = chain("ward-1", 30)
        with RelpSender(self.centre, self.certificate, self.key, port=port) as sender:
            sender.send(*records[:20])
            sender.wait()
            self.centre.kill_postgres()
            sender.send(*records[20:])
            self.assertTrue(sender.silent(2), "acknowledged while the centre was away")
            self.centre.start_postgres()
            sender.wait()
        self.assertEqual(self.centre.lines(), records)

    def test_a_workstation_s_certificate_does_not_open_the_database(self):
        self.open_the_database_to_hospitals()
        for name, opens in ((RECEIVER, True), ("ward-1", False)):
            result = central_world.run_psql(self.at_the_hospital(*self.centre.issue(name)), "--command",
                                            "SELECT vaktpost.store('x')")
            self.assertEqual(result.returncode == 0, opens, result.stderr)


if __name__ == "__main__":
    if reason := central_world.why_not():
        print(reason)
        sys.exit(77)
    unittest.main()
