#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""installer/central/setup --try, run for real on an /etc and /usr/local of this test's own: what it puts there
receives and stores. systemctl and apt-get are stand-ins; the units' own lines are started by hand."""
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import central_world
from central_sender import RelpSender, chain
from central_world import CENTRAL, CentralWorld, die_with_us, kill, listens, until

ETC = Path("/etc/vaktpost-centre")
UNITS = Path("/etc/systemd/system")


def in_private():
    """/etc as it is and /usr/local empty, both this test's own."""
    with tempfile.TemporaryDirectory(prefix="vaktpost-etc-") as copy:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", copy], check=True)
        subprocess.run(["cp", "-a", "/etc/.", copy], check=True)
        subprocess.run(["mount", "--bind", copy, "/etc"], check=True)
        subprocess.run(["umount", copy], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/usr/local"], check=True)


def exec_start(unit):
    """The command of an installed unit, and its environment."""
    lines = (UNITS / unit).read_text().splitlines()
    command = shlex.split(next(line for line in lines if line.startswith("ExecStart=")).removeprefix("ExecStart="))
    environment = {}
    for line in lines:
        if line.startswith("EnvironmentFile=") and (file := Path(line.removeprefix("EnvironmentFile="))).exists():
            environment |= dict(pair.split("=", 1) for pair in file.read_text().splitlines() if not pair.startswith("#"))
        if line.startswith("Environment="):
            environment |= dict([line.removeprefix("Environment=").split("=", 1)])
    user = next(line for line in lines if line.startswith("User=")).removeprefix("User=")
    return [word.replace("${VAKTPOST_DAYS}", environment.get("VAKTPOST_DAYS", "")) for word in command], environment, user


class Fresh(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(CentralWorld())
        cls.world.kill_rsyslog()
        cls.world.psql("--dbname", "postgres", "--command", "DROP DATABASE vaktpost")
        # As in an administrator's home, where nobody else may look.
        cls.commands = cls.world.folder / "home" / "central"
        cls.commands.parent.mkdir(mode=0o700)
        shutil.copytree(CENTRAL, cls.commands)
        cls.stand_ins = cls.world.folder / "stand-ins"
        cls.stand_ins.mkdir()
        for name in ("systemctl", "apt-get"):
            (cls.stand_ins / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{cls.world.folder}/asked\n')
            (cls.stand_ins / name).chmod(0o755)

    def setup(self, *arguments):
        return subprocess.run([self.commands / "setup", *arguments], capture_output=True, text=True, timeout=120, env={
            "PATH": f"{self.stand_ins}:{os.environ['PATH']}", "PGHOST": str(self.world.sockets),
            "PGPORT": str(self.world.sql_port)})

    def start(self, unit, **more):
        command, environment, user = exec_start(unit)
        environment |= {"PATH": os.environ["PATH"], "PGHOST": str(self.world.sockets), "PGPORT": str(self.world.sql_port), **more}
        return subprocess.Popen(["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command], text=True,
                                stdout=subprocess.PIPE, env=environment, cwd="/", preexec_fn=die_with_us)

    def test_one_command_makes_a_centre_and_again_brings_it_up_to_date(self):
        for _ in range(2):
            result = self.setup("--try", "centre.example")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
        asked = (self.world.folder / "asked").read_text()
        self.assertIn("systemctl enable --quiet --now vaktpost-receiver@1.service vaktpost-silence.timer", asked)
        self.assertEqual((ETC / "host.key").owner(), "vaktpost_writer")

        self.addCleanup(setattr, self.world, "authority", self.world.authority)
        self.world.authority = ETC / "authority.pem"
        certificate, key = self.world.issue("ward-1", authority=ETC / "authority")
        ports = {"VAKTPOST_RELP_PORT": str(self.world.relp_port), "VAKTPOST_SYSLOG_PORT": str(self.world.syslog_port)}
        receiver = self.start("vaktpost-receiver@.service", **ports)
        self.addCleanup(receiver.stdout.close)
        self.addCleanup(kill, receiver)
        until("the receiver", lambda: listens(self.world.relp_port))
        records = chain("ward-1", 5, kind="heartbeat", moment="2026-11-20T10:00:00.000Z")
        with RelpSender(self.world, certificate, key) as sender:
            sender.send(*records)
            sender.wait()
        self.assertEqual(self.world.lines(), records)

        self.world.sql("UPDATE vaktpost.head SET seen = now() - interval '1 day'")
        self.assertRegex(self.start("vaktpost-silence.service").communicate(timeout=60)[0], '^<4>host "ward-1" is silent')
        self.assertEqual(self.start("vaktpost-retention.service").communicate(timeout=60)[0], "<6>0 records removed\n")

        (ETC / "receiver.conf").write_text("# mine\n")
        self.assertIn("receiver.conf is kept", self.setup("--try", "centre.example").stdout)
        self.assertEqual((ETC / "receiver.conf").read_text(), "# mine\n")

    def test_the_organisations_certificate_must_be_whole_before_anything_is_done(self):
        certificate, key = self.world.issue("centre.example")
        expired, its_key = self.world.issue_expired("centre.example")
        key_of_another = self.world.issue("ward-2")[1]
        for files, said in (((self.world.authority, certificate, key_of_another), "is not the key of"),
                            ((self.world.authority, expired, its_key), "has expired"),
                            ((self.world.authority, key, key), "is no certificate"),
                            ((key, certificate, key), f"{key} is no certificate")):
            with self.subTest(said):
                result = self.setup(*files)
                self.assertEqual((result.returncode, result.stdout), (64, ""))
                self.assertIn(said, result.stderr)

    def test_a_database_that_does_not_wait_for_its_disk_is_refused(self):
        self.world.psql("--dbname", "postgres", "--command", "ALTER SYSTEM SET fsync = off")
        self.world.psql("--dbname", "postgres", "--command", "SELECT pg_reload_conf()")
        try:
            until("the setting", lambda: self.world.psql("--dbname", "postgres", "--command",
                                                         "SHOW fsync").stdout == b"off\n")
            result = self.setup("--try", "centre.example")
            self.assertEqual(result.returncode, 1)
            self.assertIn("fsync off", result.stderr)
        finally:
            self.world.psql("--dbname", "postgres", "--command", "ALTER SYSTEM RESET fsync")
            self.world.psql("--dbname", "postgres", "--command", "SELECT pg_reload_conf()")


def why_not():
    if reason := central_world.why_not():
        return reason
    if os.geteuid() != 0:
        return "needs root: private namespaces"
    if not shutil.which("systemd-sysusers"):
        return "systemd-sysusers is not installed"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "no private namespaces to be had here"
    return None


if __name__ == "__main__":
    if reason := why_not():
        print(reason)
        sys.exit(77)
    if os.environ.get("VAKTPOST_PRIVATE_WORLD") != "yes":
        os.environ["VAKTPOST_PRIVATE_WORLD"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    in_private()
    unittest.main()
