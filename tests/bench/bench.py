# SPDX-License-Identifier: GPL-3.0-or-later
"""What every measure has at hand."""
import contextlib
import sys
from dataclasses import dataclass

from agent import Agent
from processes import OURS, sample, settle

ALWAYS_PLUGGED = {"keyboard", "mouse", "reader"}
SEEN_SECONDS = 60


@dataclass(frozen=True)
class Counts:
    """How often each thing is done."""
    pulls: int = 30
    plugs: int = 20
    media: int = 10
    batches: int = 8  # of 32 devices

    @staticmethod
    def of(rounds):
        return Counts(rounds, rounds, rounds, rounds) if rounds else Counts()


class Bench:
    """`lab` is the workstation, `agent` the installed agent, `folder` a place for sticks' images and programs, `output`
    the folder for results, `counts` the numbers of samples, `after_boot` our processes' memory as the workstation came
    up. `details` goes into the result beside the rows."""

    def __init__(self, lab, folder, output, counts):
        self.lab, self.agent, self.folder, self.output, self.counts = lab, Agent(lab), folder, output, counts
        self.details = {}
        self._screen = sys.stdout

    def say(self, text):
        print(text, file=self._screen, flush=True)

    @contextlib.contextmanager
    def quietly(self):
        """Meanwhile what is printed, the agent's events above all, goes to events.log."""
        with open(self.output / "events.log", "a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
            yield

    def set_up(self, package):
        """Installs the package and restarts the workstation, so that what is measured began as on any other day."""
        self.say("installing, and starting the workstation anew")
        with self.quietly():
            self.lab.wait_for_desktop()
            self.lab.install(package)
            self.lab.reboot()
            self.lab.wait_for_desktop()
            self.agent.wait_armed()
            self.lab.wait_for("pgrep -f ^/usr/libexec/vaktpost/vaktpost-session", SEEN_SECONDS,
                              "the session's program runs")
            settle(self.lab, OURS)
            self.after_boot = sample(self.lab, OURS, memory=True)

    def settle(self):
        """An open desktop without a card, nothing plugged in but what always is."""
        ports = self.lab.ports
        for name in sorted(ports.present - ALWAYS_PLUGGED):
            ports.unplug(name)
        for reader in sorted(ports.cards):
            mark = self.agent.mark()
            ports.pull_card(reader)
            self.agent.wait_for("card.removed", mark)
        if not self.lab.notes_visible():
            self.lab.unlock()
        self.lab.keyboard.press("shift")  # the time until the idle lock begins anew
