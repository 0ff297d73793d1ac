#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of installer/central: how they are used wrongly, the certificates they make; and that units and configuration
are sound."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CENTRAL = Path(__file__).resolve().parents[2] / "installer" / "central"
UNITS = sorted((CENTRAL / "systemd").iterdir())


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **more)


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="vaktpost-centre-")))

    def test_help_is_help_and_anything_else_wrong_is_an_error_of_usage(self):
        for command, wrong in (("setup", ([], ["--no"], ["one"], ["a", "b", "c", "d"], ["a", "b", "c"], ["--try", "a", "b"],
                                          ["--try", "--x"], ["--try", "a b"], ["--try", "a\nb"], ["--try", "x" * 65])),
                               ("certificate", ([], ["--no"], ["--into"], ["-h"], ["a b"], ["a\nb"], ["../x"], ["x" * 65],
                                                ["ok", "-"])),
                               ("authority", ([], ["-x"], ["a", "b"]))):
            result = run(CENTRAL / command, "--help", cwd=self.folder)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn(f"installer/central/{command}", result.stdout)
            for arguments in wrong:
                with self.subTest(command=command, arguments=arguments):
                    result = run(CENTRAL / command, *arguments, cwd=self.folder)
                    self.assertEqual((result.returncode, result.stdout), (64, ""))
                    self.assertIn(f"installer/central/{command}", result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_certificate_is_of_the_host_and_of_the_authority_and_its_key_is_secret(self):
        run(CENTRAL / "authority", self.folder / "ca")
        before = (self.folder / "ca" / "authority.key").read_bytes()
        self.assertEqual(run(CENTRAL / "authority", self.folder / "ca").returncode, 0)
        self.assertEqual((self.folder / "ca" / "authority.key").read_bytes(), before)
        result = run(CENTRAL / "certificate", "--authority", "ca", "ward-1.example", "ward-1", cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        made = self.folder / "ward-1.example"
        self.assertEqual(sorted(path.name for path in made.iterdir()), ["authority.pem", "host.key", "host.pem"])
        self.assertEqual((made / "host.key").stat().st_mode & 0o777, 0o600)
        checked = run("openssl", "verify", "-CAfile", made / "authority.pem", "-purpose", "sslclient", made / "host.pem")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        text = run("openssl", "x509", "-in", made / "host.pem", "-noout", "-text").stdout
        self.assertIn("DNS:ward-1.example, DNS:ward-1", text)
        self.assertRegex(text, "Subject: CN ?= ?ward-1.example")

    def test_without_an_authority_there_is_no_certificate(self):
        result = run(CENTRAL / "certificate", "ward-1", cwd=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no authority", result.stderr)


class Files(unittest.TestCase):
    def test_the_units_are_sound(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        result = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                     *UNITS, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"})
        wrong = [line for line in result.stderr.splitlines() if "vaktpost-" in line]
        self.assertEqual(wrong, [])

    def test_each_timer_has_its_service(self):
        names = {unit.name for unit in UNITS}
        for name in names:
            if name.endswith(".timer"):
                self.assertIn(name.replace(".timer", ".service"), names)

    def test_the_configuration_takes_from_the_environment_only_what_setup_puts_there(self):
        asked = set(re.findall(r"`echo \$(\w+)`", (CENTRAL / "receiver.conf").read_text()))
        given = set(re.findall(r"^(\w+)=", (CENTRAL / "receiver.env").read_text(), re.MULTILINE))
        self.assertEqual(asked - given, set())

    def test_copies_to_other_stores_fit_into_the_configuration(self):
        for name, module in (("kafka", "omkafka"), ("opensearch", "omelasticsearch")):
            with self.subTest(name), tempfile.TemporaryDirectory(prefix="vaktpost-centre-") as folder:
                if not list(Path("/usr/lib").glob(f"*/rsyslog/{module}.so")):
                    self.skipTest(f"rsyslog has no {module} here")
                run(CENTRAL / "authority", f"{folder}/ca")
                run(CENTRAL / "certificate", "--authority", f"{folder}/ca", "--into", folder, "centre")
                example = (CENTRAL / "examples" / f"{name}.conf").read_text()
                Path(folder, f"{name}.conf").write_text(example.replace("/etc/vaktpost-centre", folder))
                receiver = (CENTRAL / "receiver.conf").read_text()
                start = receiver.index('ruleset(name="store"')
                end = receiver.index("\n}\n", start) + 1
                whole = Path(folder, "receiver.conf")
                whole.write_text(f'{receiver[:start]}include(file="{folder}/{name}.conf")\n{receiver[start:end]}'
                                 f"    call {name}\n{receiver[end:]}")
                result = run("/usr/sbin/rsyslogd", "-N1", "-f", whole, env={
                    "VAKTPOST_RELP_PORT": "20514", "VAKTPOST_SYSLOG_PORT": "6514", "VAKTPOST_STORE": CENTRAL / "store-records",
                    "VAKTPOST_AUTHORITY": f"{folder}/authority.pem", "VAKTPOST_CERTIFICATE": f"{folder}/host.pem",
                    "VAKTPOST_KEY": f"{folder}/host.key"})
                self.assertEqual(result.returncode, 0)
                self.assertEqual([line for line in result.stderr.splitlines() if "error" in line.lower()], [])

    def test_setup_installs_every_file_that_is_needed(self):
        setup = (CENTRAL / "setup").read_text()
        for path in CENTRAL.iterdir():
            if path.is_file() and path.name not in ("README.md", "setup", "authority", "certificate"):
                self.assertIn(path.name, setup)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("openssl is not installed")
        sys.exit(77)
    unittest.main()
