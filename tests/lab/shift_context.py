# SPDX-License-Identifier: GPL-3.0-or-later
"""What every step of the shift has at hand, and what several of them do."""
import itertools
from contextlib import contextmanager

from agent import follows
from ports import NURSES_CARD
from probing import Prober
from runner import expect
from waiting import wait_until
from workstation import DOCTOR, SWAY, X11

ALWAYS_PLUGGED = {"keyboard", "keyboard2", "mouse", "reader"}
SEEN_SECONDS = 60
KERNEL_SECONDS = 120  # the kernel gives a dead stick up after three resets of 30 s


class Shift:
    """`lab` is the workstation, `agent` the installed agent, `folder` a place for sticks' images."""

    def __init__(self, lab, agent, folder, package):
        self.lab, self.agent, self.folder, self.package = lab, agent, folder, package
        self._names = itertools.count(1)

    def settle(self):
        """Back to a nurse at an open desktop without a card, with nothing plugged in but what always is."""
        ports = self.lab.ports
        for name in sorted(ports.present - ALWAYS_PLUGGED):
            ports.unplug(name)
        self._wait_until_free()
        if "reader" not in ports.present:
            ports.plug_reader()
        for reader in sorted(ports.cards):
            mark = self.agent.mark()
            ports.pull_card(reader)
            self.agent.wait_for("card.removed", mark)
            if self.agent.since(mark, "session.lock_requested"):  # the session was bound to that card
                self.agent.wait_for("session.locked", mark)
                self.unlock()
        self._forget_a_failed_step()
        if not self.lab.notes_visible():
            self.lab.unlock()

    def _forget_a_failed_step(self):
        """Its document, its second user, and its console."""
        self.lab.run("pkill -x ed", check=False)
        if self.lab.run(f"loginctl terminate-user {DOCTOR}", check=False).exit == 0:
            self.lab.wait_for(f"! pgrep -u {DOCTOR}", SEEN_SECONDS, "the second user is gone")
            if self.lab.desktop == X11:
                wait_until(self.lab.greeter_visible, SEEN_SECONDS, "the login screen")
        if self.lab.desktop == SWAY:
            self.lab.run("timeout 5 chvt 1", check=False)  # a curtain does not let go

    def _wait_until_free(self):
        """A switch that hangs in a dead stick is the step's that plugged it, not the next one's."""
        states = "sed 's/.*) //; s/ .*//' /proc/{}/task/*/stat"
        wait_until(lambda: "D" not in self.lab.run(states.format(self.agent.pid()), check=False).text.split(),
                   KERNEL_SECONDS, "no thread of the agent hangs in the kernel")

    def plug(self, make):
        """Makes a stick and plugs it in. Returns its name and a mark from before."""
        stick = make(self.folder, f"{make.__name__}-{next(self._names)}")
        mark = self.agent.mark()
        return self.lab.ports.plug_stick(stick), mark

    def insert_card(self, card=NURSES_CARD):
        mark = self.agent.mark()
        self.lab.ports.insert_card(card=card)
        return self.agent.wait_for("card.inserted", mark)

    @contextmanager
    def policy(self, text):
        """This policy, without its first lines, is in force while the body runs."""
        self.agent.set_policy(f"format = 1\nversion = 8\n{text}\n")
        try:
            yield
        finally:
            self.agent.set_policy(None)

    def stays_open(self, mark, seconds):
        """Nothing is locked for so long."""
        until = self.lab.uptime() + seconds
        wait_until(lambda: self.agent.refresh() and self.lab.uptime() > until, 10 * seconds, "time passes", period=1)
        requests = self.agent.since(mark, "session.lock_requested")
        expect(not requests, f"nothing is locked: {requests}")
        expect(self.lab.notes_visible(), "the desktop is on the screen")

    def check_lock(self, mark, cause, trigger, picture):
        """The lock that follows an event of type `cause`: all its events, in order, and nothing of the desktop on
        the screen that showed `picture` before. Returns the lock's step times."""
        cause = self.agent.wait_for(cause, mark)
        request = self.agent.wait_for("session.lock_requested", mark, trigger=trigger)
        locked = self.agent.wait_for("session.locked", mark, trigger=trigger)
        expect(cause["seq"] < request["seq"] < locked["seq"], "cause, request and lock come in this order")
        expect(follows(request, cause), f"the request names its cause: {request}")
        expect(follows(locked, request), f"the lock names its request: {locked}")
        expect(locked["data"]["witnesses"], f"the lock has a witness: {locked}")
        name = f"locked-{trigger}-{next(self._names)}"
        wait_until(lambda: not self.lab.notes_visible(), SEEN_SECONDS, "the desktop is off the screen")
        expect(self.lab.screenshot(name).difference(picture) > 0.5, "the locked screen is another")
        return {key: value for key, value in locked["data"].items() if key.endswith("_ms")}

    def unlock(self):
        mark = self.agent.mark()
        self.lab.unlock()
        self.agent.wait_for("session.unlocked", mark)

    def verdict(self, mark, kind, verdict, seconds=SEEN_SECONDS):
        """Waits for what became of a medium."""
        return self.agent.wait_for(kind, mark, seconds, verdict=verdict)

    def expect_closed(self, node):
        """The nurse can neither read nor mount the disk, nor any part of it."""
        script = (f"for node in {node} {node}?*; do [ -e $node ] || continue; head -c 1 $node && exit 1; "
                  "udisksctl mount -b $node --no-user-interaction && exit 1; done; exit 0")
        result = self.lab.run_in_session(script, check=False)
        expect(result.exit == 0, f"{node} is closed: {result.text} {result.error_text}")

    @contextmanager
    def nobody_gets_in(self, details):
        """While the body runs, the nurse tries to open and mount every removable disk; none may be got at. The
        numbers of tries go into `details`."""
        with Prober(self.lab) as prober:
            yield
        expect(prober.opens > 0, "the prober found a disk to try")
        expect(not prober.succeeded, f"a user got at a closed medium: {prober.succeeded}")
        details.update({"tries to open": prober.opens, "calls to udisks": prober.calls})
