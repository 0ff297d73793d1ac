# SPDX-License-Identifier: GPL-3.0-or-later
"""The named crash points, and how a program is killed there.

Mechanism: crash_points.cpp wraps the function named in brackets and stops the program with SIGSTOP just before or after
it; what is stopped there is killed with SIGKILL, and nothing of it has run on. Where one function is passed for several
reasons, `when` asks the workstation's database whether this time is the one that is meant; otherwise it goes on.
"""
import os
import signal
from dataclasses import dataclass
from typing import Callable

from central_world import until
from chain_world import stopped


def prunes(workstation):
    """The records are over their room: the transaction at hand removes some."""
    used = workstation.query("SELECT sum(bytes) FROM usage")[0][0]
    return used > workstation.size_mib << 20


def has_pruned_untold(workstation):
    return workstation.query("SELECT count(*) FROM removal")[0][0] > 0


@dataclass(frozen=True)
class Point:
    who: str
    name: str
    meaning: str
    when: Callable = lambda workstation: True


POINTS = [
    Point("agent", "before-sync", "a commit is written and not on the disk yet [fdatasync, before]"),
    Point("agent", "after-sync", "a commit is on the disk, and nobody has been told [fdatasync, after]"),
    Point("agent", "heard", "the acknowledgement has come, its mark is not committed [recv, after]"),
    Point("agent", "before-sync", "records are removed for room, which is not committed [fdatasync, before]", prunes),
    Point("agent", "before-sync", "removed and committed; the record that tells of it is not [fdatasync, before]",
          has_pruned_untold),
    Point("link", "sent", "records are sent, no answer has come [write, after]"),
    Point("link", "answered", "the answer has come, the agent has not been told [read, after]"),
    Point("link", "telling", "as before, the line to the agent is ready [send, before]"),
    Point("rsyslog", "received", "records have come, they are not stored [gnutls_record_recv, after]"),
    Point("rsyslog", "stored", "PostgreSQL has committed, 200 OK is not sent [gnutls_record_send, before]"),
    Point("psql", "committed", "the commit is known to psql, rsyslog has not been told [PQgetResult, after]"),
    Point("postgresql", "before-sync", "in the middle of a commit [fdatasync of pg_wal, before]"),
    Point("postgresql", "after-sync", "the commit is on the disk, psql has not been told [fdatasync of pg_wal, after]"),
]


class Killer:
    """Kills a part of the chain and sets it up again."""

    def __init__(self, centre, workstation):
        self.centre, self.workstation = centre, workstation

    def processes(self, who):
        """Of that program and all below them."""
        if who == "agent":
            return [self.workstation.agent_process.pid]
        if who == "link":
            return [self.workstation.link_process.pid]
        return [self.centre.postgres_pid()] if who == "postgresql" else self.centre.receiver_pids()

    def points(self, who):
        if who == "agent":
            return self.workstation.agent_points
        return self.workstation.link_points if who == "link" else self.centre.points

    def strike(self, point):
        """Waits until a process is there, and returns its number; it stays stopped."""
        points = self.points(point.who)
        while True:
            points.arm(point.name)
            pid = until(f"{point.who}: {point.meaning}",
                        lambda: not points.is_armed(point.name) and stopped(*self.processes(point.who)))
            if point.when(self.workstation):
                return pid
            os.kill(pid, signal.SIGCONT)

    def kill(self, who, pid=None):
        """pid: of the process that has come to a point."""
        if who == "agent":
            self.workstation.kill_agent()
            self.workstation.start_agent()
        elif who == "link":
            self.workstation.kill_link()
        elif who == "psql":
            os.kill(pid, signal.SIGKILL)
        elif who == "rsyslog":
            self.centre.kill_rsyslog()
            self.centre.start_rsyslog()
        else:
            self.centre.kill_postgres()
            self.centre.start_postgres()
