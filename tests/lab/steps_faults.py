# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: what the agent depends on goes away, or the agent itself does."""
import sticks
from agent import boot_seconds
from runner import expect
from shift_context import SEEN_SECONDS
from steps_media import EXAMINE_SECONDS, plug_dying_stick
from waiting import wait_until

BACK_SECONDS = 5


def killed(shift):
    """kill -9 of the agent while the desktop is open, and a plain stick plugged in meanwhile"""
    tried = {}
    with shift.nobody_gets_in(tried):
        mark = shift.agent.mark()
        killed_at = _kill(shift)
        name, _ = shift.plug(sticks.fat)
        back = _back(shift, mark, killed_at)
        expect(any(event["data"].get("present_at_start") for event in shift.agent.since(mark, "usb.allowed")),
               "what is plugged in is judged again")
        shift.verdict(mark, "media.blocked", "plain")
        shift.lab.ports.unplug(name)
    return {**back, **tried}


def killed_while_examining(shift):
    """kill -9 of the agent while a stick is being examined"""
    tried = {}
    with shift.nobody_gets_in(tried):
        mark = shift.agent.mark()
        plug_dying_stick(shift)
        back = _back(shift, mark, _kill(shift))
        shift.agent.wait_for("media.blocked", mark, EXAMINE_SECONDS)
        expect(not shift.agent.since(mark, "media.admitted"), "the stick is not admitted")
    return {**back, **tried}


def pcscd_stopped(shift):
    """pcscd and its socket stopped, then started; the card still locks"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.run("systemctl stop pcscd.socket pcscd.service")
    agent.wait_for("agent.degraded", mark, source="card")
    expect(agent.status()[0] == 1, "the status says degraded")
    lab.run("systemctl start pcscd.socket")
    agent.wait_for("agent.recovered", mark, source="card")
    agent.wait_armed()
    if not lab.notes_visible():  # the card service was away for longer than the policy lends it
        lab.unlock()
    before = lab.screenshot("before-pcscd")
    mark = agent.mark()
    lab.ports.pull_card()
    times = shift.check_lock(mark, "card.removed", "card_removed", before)
    shift.unlock()
    return times


def logind_restarted(shift):
    """logind restarted under a locked desktop: the lock counts as unconfirmed"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    before = lab.screenshot("before-logind")
    mark = agent.mark()
    lab.ports.pull_card()
    shift.check_lock(mark, "card.removed", "card_removed", before)
    mark = agent.mark()
    lab.run("systemctl restart systemd-logind", timeout=120)
    degraded = agent.wait_for("agent.degraded", mark, source="sessions")
    unconfirmed = agent.wait_for("session.lock_unconfirmed", mark)
    recovered = agent.wait_for("agent.recovered", mark, source="sessions")
    expect(degraded["seq"] < recovered["seq"], "degraded, then recovered")
    expect(unconfirmed["outcome"] == "failed", f"the session counts as unconfirmed: {unconfirmed}")
    lab.screenshot("after-logind")
    # The locker runs on unseen: from now on only logind's own word or the curtain may confirm a lock.
    for event in agent.since(mark, "session.locked"):
        expect({"hint", "curtain"} & set(event["data"]["witnesses"]), f"no lock is claimed without proof: {event}")


def _kill(shift):
    """Kills the agent; returns the guest's uptime just before, in seconds."""
    return float(shift.lab.run("cut -d' ' -f1 /proc/uptime; systemctl kill -s KILL --kill-who=main vaktpostd").text)


def _back(shift, mark, killed_at):
    """The agent is back, in time, and says how it ended. Returns how long that took."""
    started = shift.agent.wait_for("agent.started", mark)
    armed = shift.agent.wait_for("agent.armed", mark)
    took = boot_seconds(started) - killed_at
    expect(started["data"]["previous_end"] == "unclean", f"the end before was unclean: {started}")
    expect(took < BACK_SECONDS, f"back after {took:.1f} s")
    wait_until(lambda: shift.agent.status()[0] == 0, SEEN_SECONDS, "the status says armed")
    return {"back after s": round(took, 2), "armed after s": round(boot_seconds(armed) - killed_at, 2)}
