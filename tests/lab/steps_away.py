# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the sessions playlist: no agent is there, and somebody stands in for it."""
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

QUICK = '[session]\nagent_lost_deadline = "3s"\n'
DROP_IN = "/run/systemd/system/vaktpostd.service.d/lab.conf"
WATCHDOG_SECONDS = 120


def agent_stopped(shift):
    """The agent is stopped by an administrator and does not come back: the screen is locked"""
    return _locked_without_agent(shift, "systemctl stop vaktpostd", "success")


def agent_dead(shift):
    """The agent is killed and nobody starts it again: the screen is locked"""
    _drop_in(shift, "Restart=no")
    try:
        return _locked_without_agent(shift, "systemctl kill -s KILL --kill-who=main vaktpostd", "signal")
    finally:
        _drop_in(shift, None)


def agent_hangs(shift):
    """The agent hangs: the watchdog ends it, and the next one says so"""
    lab, agent = shift.lab, shift.agent
    _drop_in(shift, "WatchdogSec=10s")
    try:
        lab.run("systemctl restart vaktpostd", timeout=60)
        agent.wait_armed()
        mark = agent.mark()
        lab.run(f"kill -STOP {agent.pid()}")
        lab.wait_for("systemctl show -P NRestarts vaktpostd | grep -qx 1", WATCHDOG_SECONDS, "it is started again")
        agent.wait_armed()
        started = agent.wait_for("agent.started", mark)
        expect(started["data"].get("previous_result") == "watchdog", f"how the last one ended: {started}")
        return {"away ms": started["data"].get("away_ms")}
    finally:
        _drop_in(shift, None)
        lab.run("systemctl restart vaktpostd", timeout=60)
        agent.wait_armed()


def _locked_without_agent(shift, command, result):
    lab, agent = shift.lab, shift.agent
    # Who stood in last time watches for a while whether the agent stays.
    lab.wait_for("! systemctl is-active -q vaktpost-lost", SEEN_SECONDS, "nobody stands in any more")
    with shift.policy(QUICK):
        mark = agent.mark()
        lab.run(command, timeout=60)
        gone = lab.uptime()
        wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the screen is locked")
        took = lab.uptime() - gone
        lab.screenshot(f"locked-without-agent-{result}")
        lab.unlock()
        lab.run("systemctl start vaktpostd", timeout=60)
        agent.wait_armed()
        started = agent.wait_for("agent.started", mark)
        told = started["data"]
        expect(told.get("previous_result") == result, f"how the last one ended: {started}")
        expect(told.get("locked_meanwhile", 0) >= 1, f"the lock meanwhile is told: {started}")
    return {"locked after s": round(took, 1), "away ms": told.get("away_ms")}


def _drop_in(shift, line):
    if line is None:
        shift.lab.run(f"rm -f {DROP_IN}; systemctl daemon-reload", timeout=60)
    else:
        shift.lab.run(f"mkdir -p $(dirname {DROP_IN}); printf '[Service]\\n{line}\\n' >{DROP_IN}; "
                      "systemctl daemon-reload", timeout=60)
