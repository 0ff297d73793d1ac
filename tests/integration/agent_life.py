# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's own life, on this machine: vaktpostd in a mount namespace with state, run and settings folders of its own.

usage: agent_life.py VAKTPOSTD VAKTPOST
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DAEMON, TOOL = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
DEADLINE = 30  # seconds, for anything to happen


class Machine:
    """Folders that vaktpostd sees as /etc/vaktpost, /var/lib/vaktpost and /run/vaktpost."""

    def __init__(self, folder):
        self.etc, self.state, self.run = (folder / name for name in ("etc", "state", "run"))
        for path in (self.etc, self.state, self.run):
            path.mkdir()
            path.chmod(0o755)

    @contextlib.contextmanager
    def agent(self, *arguments):
        binds = "".join(f"mkdir -p {target} && mount --bind {source} {target} && " for source, target in (
            (self.etc, "/etc/vaktpost"), (self.state, "/var/lib/vaktpost"), (self.run, "/run/vaktpost")))
        starts = self.count("agent.started")  # asked first: a quick agent has written the next one before we look
        process = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c",
                                    binds + 'exec "$@"', "sh", DAEMON, *arguments],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            self.wait_for("agent.started", lambda: process.poll() is None, starts + 1)
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(DEADLINE)

    def events(self):
        result = subprocess.run([TOOL, "events", "--json", "--database", self.state / "events.db"],
                                capture_output=True, text=True)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def count(self, kind):
        return sum(event["type"] == kind for event in self.events())

    def wait_for(self, kind, alive=lambda: True, count=None):
        wanted = count if count is not None else 1 + self.count(kind)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and alive():
            found = [event for event in self.events() if event["type"] == kind]
            if len(found) >= wanted:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no {kind} within {DEADLINE} s; events: {[event['type'] for event in self.events()]}")

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(DEADLINE)
            self._connect(connection)
            connection.sendall(line + b"\n")
            return json.loads(connection.makefile().readline())

    def _connect(self, connection):
        """The agent listens a moment after its first record."""
        end = time.monotonic() + DEADLINE
        while True:
            try:
                return connection.connect(str(self.run / "control.sock"))
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def status(self):
        return subprocess.run([TOOL, "status", "--socket", self.run / "control.sock"], capture_output=True, text=True)


def a_clean_stop_and_start_are_told(machine):
    with machine.agent():
        pass
    assert machine.events()[0]["data"]["previous_end"] == "first_start"
    assert machine.events()[-1]["type"] == "agent.stopping"
    with machine.agent():
        assert machine.wait_for("agent.started", count=2)["data"]["previous_end"] == "clean"


def a_kill_is_told_by_the_next_start(machine):
    with machine.agent() as process:
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE)
    with machine.agent():
        assert machine.wait_for("agent.started", count=2)["data"]["previous_end"] == "unclean"


def numbers_go_on_without_a_gap_over_a_kill(machine):
    for _ in range(3):
        with machine.agent() as process:
            process.send_signal(signal.SIGKILL)
            process.wait(DEADLINE)
    events = machine.events()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), events
    assert {event["epoch"] for event in events} == {1}


def a_machine_without_reader_and_logind_is_degraded_and_says_why(machine):
    with machine.agent():
        lost = machine.wait_for("agent.degraded", count=1)["data"]
        assert lost["source"] in ("card", "sessions", "mounts") and lost["cause"]
        status = machine.status()
        assert status.returncode == 1 and lost["source"] in status.stdout, status


def status_says_not_running_when_it_is_not(machine):
    status = machine.status()
    assert status.returncode == 2 and status.stderr, status


def a_bad_policy_is_refused_and_the_one_in_force_stays(machine):
    policy = machine.etc / "policy.toml"
    policy.write_text("format = 1\nversion = 7\n[session]\nidle_lock = \"1min\"\nidle_warning = \"5s\"\n")
    policy.chmod(0o644)
    with machine.agent() as process:
        assert machine.ask(b'{"op":"status"}')["status"]["policy"]["version"] == 7
        policy.write_text("format = 1\nversion = 8\n[session]\nidle_lok = \"1min\"\n")
        process.send_signal(signal.SIGHUP)
        error = machine.wait_for("policy.rejected", count=1)["data"]["error"]
        assert "policy.toml:4:1" in error and "idle_lock" in error, error
        assert machine.ask(b'{"op":"status"}')["status"]["policy"]["version"] == 7
        policy.write_text("format = 1\nversion = 9\n")
        process.send_signal(signal.SIGHUP)
        machine.wait_for("policy.applied", count=2)
        assert machine.ask(b'{"op":"status"}')["status"]["policy"]["version"] == 9


def a_bad_policy_at_start_leaves_the_last_good_one(machine):
    policy = machine.etc / "policy.toml"
    policy.write_text("format = 1\nversion = 7\n")
    policy.chmod(0o644)
    with machine.agent():
        pass
    policy.write_text("this is no policy")
    with machine.agent():
        machine.wait_for("policy.rejected", count=1)
        assert machine.ask(b'{"op":"status"}')["status"]["policy"]["version"] == 7


def bad_settings_do_not_keep_it_from_starting(machine):
    (machine.etc / "agent.toml").write_text("nonsense = [")
    (machine.etc / "agent.toml").chmod(0o644)
    with machine.agent():
        machine.wait_for("agent.started", count=1)


def a_broken_database_is_set_aside_and_a_new_epoch_begins(machine):
    with machine.agent():
        pass
    (machine.state / "events.db").write_bytes(b"not a database at all" * 500)
    for name in ("events.db-wal", "events.db-shm"):
        (machine.state / name).unlink(missing_ok=True)
    with machine.agent():
        assert machine.wait_for("agent.started", count=1)["epoch"] == 2
        first = machine.events()[0]
        assert (first["type"], first["seq"]) == ("log.epoch", 1), first
        assert "not a database" in first["data"]["cause"], first
    assert list(machine.state.glob("events.db.damaged*"))


def a_second_agent_does_not_write_into_the_log_of_the_first(machine):
    with machine.agent():
        before = len(machine.events())
        with contextlib.suppress(AssertionError):
            with machine.agent():
                pass
        assert [event["seq"] for event in machine.events()] == list(range(1, len(machine.events()) + 1))
        assert len(machine.events()) >= before


def rubbish_on_the_control_socket_harms_nobody(machine):
    with machine.agent():
        for rubbish in (b"", b"{", b'{"op":7}', b'{"op":"nothing"}', b"\xff" * 100, b'{"op":"session","session":"x"}',
                        b"[" * 4000, b"a" * 10000):
            with contextlib.suppress(ValueError, ConnectionError):
                answer = machine.ask(rubbish)
                assert not answer["ok"], (rubbish, answer)
        assert machine.ask(b'{"op":"status"}')["ok"]


TESTS = [test for name, test in list(globals().items())
         if callable(test) and getattr(test, "__module__", "") == __name__ and name[0].islower() and name != "main"]


def main():
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        print("skip: needs root and mount namespaces")
        print(f"0 passed, 0 failed, {len(TESTS)} skipped")
        return 77
    failed = 0
    for test in TESTS:
        folder = Path(tempfile.mkdtemp(prefix="vaktpost-agent-"))
        folder.chmod(0o755)
        try:
            test(Machine(folder))
            print("ok  ", test.__name__.replace("_", " "), flush=True)
        except Exception as problem:  # any failure of one test is reported and the next one runs
            failed += 1
            print("FAIL", test.__name__.replace("_", " "), "-", repr(problem), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(TESTS) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
