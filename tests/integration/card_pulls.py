#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulls a card many times and counts the locks that the agent's own parts ask for.

card_pulls.py PROBE [--pulls N]    PROBE: the built card_pulls_probe, libcard_slow_listen.so beside it

A real pcscd with a virtual reader, restarted now and then: with the card in, or away while the card is pulled. Each pull
must be asked to lock for once. Beside it card_eventmgr of pam_pkcs11, where it is installed, is given the same pulls; it
is started again when it has died. Times are printed and not judged.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import card_world as world
from card_world import READERS, Missing, Pcscd, Probe, until
from virtual_card import VirtualCard

SKIPPED = 77
PEER = "card_eventmgr"
RESTART_WITH_CARD_IN, AWAY_DURING_PULL = 0.08, 0.08  # of the pulls
PEER_PATIENCE = 2  # seconds, before the next card; it needs some 0.1


def now_us():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


class Pulls(Probe):
    """What the probe and pcscd's log tell, with times."""

    def __init__(self, program, fifo):
        self.times = {word: [] for word in ("report", "peer", "inserted", "bound", "lock", "unlocked")}
        super().__init__(program, fifo)

    def take(self, time_us, event, detail):
        self.times[event].append(time_us)
        return True

    def count(self, event):
        with self._more:
            return len(self.times[event])

    def wait_for(self, event, count, within=world.PATIENCE):
        with self._more:
            if not self._more.wait_for(lambda: len(self.times[event]) >= count, within):
                raise Missing(f"{event} {count} did not come: {Counter({k: len(v) for k, v in self.times.items()})}")

    def wait_after(self, event, since_us, within):
        """True when it came in time."""
        with self._more:
            return self._more.wait_for(lambda: self.times[event] and self.times[event][-1] >= since_us, within)

    def first_between(self, event, start, end):
        with self._more:
            return next((at for at in self.times[event] if start <= at < end), None)

    def unlock(self):
        self.rescan()  # any byte


class Peer:
    """card_eventmgr, as its package means it to be used, without its debug output."""

    def __init__(self, folder, fifo):
        self.program = shutil.which(PEER)
        self.config = folder / "card_eventmgr.conf"
        self.config.write_text(
            f'{PEER} {{\n    daemon = false;\n    debug = false;\n    event card_remove {{\n        on_error = ignore;\n'
            f'        action = "echo peer >{fifo}";\n    }}\n}}\n')
        self.process = None
        self.deaths = 0

    def keep_alive(self):
        """Started anew when it is gone. It needs a reader, and pcscd, to be there."""
        if self.program is None or (self.process and self.process.poll() is None):
            return
        self.deaths += self.process is not None
        self.process = subprocess.Popen([self.program, f"config_file={self.config}"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=world.die_with_us)

    def lives(self):
        return self.process is not None and self.process.poll() is None

    def end(self):
        if self.lives():
            self.process.kill()
            self.process.wait()


class Soak:
    def __init__(self, program, folder, seed):
        self.fifo = folder / "pcscd.log"
        os.mkfifo(self.fifo)
        self.dice = random.Random(seed)
        self.pulls = Pulls(program, str(self.fifo))
        self._hold = open(self.fifo, "r+b", buffering=0)  # pcscd can open it before the probe has
        self.pcscd = Pcscd(folder, Path(program).parent / "libcard_slow_listen.so", self.fifo)
        self.peer = Peer(folder, self.fifo)
        self.card = VirtualCard(0)
        self.moments = []  # of the pulls
        self.restarts = 0

    def start(self):
        self.pcscd.start()
        until("pcscd", self.pcscd.serves)

    def pause(self):
        time.sleep(self.dice.uniform(0, 0.4))

    def restart(self, wait_for_cards):
        self.restarts += 1
        self.pcscd.kill()
        self.pcscd.start(wait_for_cards=wait_for_cards)
        until("pcscd", self.pcscd.serves)

    def pull(self):
        """One card in, the session open and depending on it, and the card out again."""
        seen = self.pulls.count("inserted")
        self.card.insert()
        self.pulls.wait_for("inserted", seen + 1)
        if self.moments:
            self.pulls.unlock()
        self.pulls.wait_for("bound", len(self.moments) + 1)
        self.peer.keep_alive()
        self.pause()
        luck = self.dice.random()
        if luck < RESTART_WITH_CARD_IN:
            seen = self.pulls.count("inserted")
            self.restart(wait_for_cards=True)
            self.pulls.wait_for("inserted", seen + 1)
            self.peer.keep_alive()
            self.pause()
        away = luck > 1 - AWAY_DURING_PULL
        if away:
            self.pcscd.kill()
        self.moments.append(now_us())
        self.card.remove()
        if away:
            self.restarts += 1
            self.start()
        self.pulls.wait_for("lock", len(self.moments))
        if self.peer.lives():
            self.pulls.wait_after("peer", self.moments[-1], PEER_PATIENCE)
        self.pause()

    def run(self, count):
        self.start()
        for number in range(count):
            self.pull()
            if self.pulls.count("lock") != number + 1:
                raise Missing(f"{self.pulls.count('lock')} locks asked for after {number + 1} pulls")
        self.last_word()

    def last_word(self):
        """One more card, and nothing to lock for: whatever was still to come has come when it is told."""
        seen, locks = self.pulls.count("inserted"), self.pulls.count("lock")
        self.card.insert()
        self.pulls.wait_for("inserted", seen + 1)
        if self.pulls.count("lock") != locks:
            raise Missing(f"{self.pulls.count('lock') - locks} locks asked for without a pull")

    def end(self):
        self.pulls.end()
        self.peer.end()
        self.card.remove()
        self.pcscd.end()
        self._hold.close()

    def spans(self):
        """In ms, for (the request, the peer's script): two lists each, from the pull and from pcscd's report."""
        spans = {"lock": ([], []), "peer": ([], [])}
        for start, end in zip(self.moments, [*self.moments[1:], now_us()]):
            told = self.pulls.first_between("report", start, end)
            for event, (from_pull, from_report) in spans.items():
                at = self.pulls.first_between(event, start, end)
                if at:
                    from_pull.append((at - start) / 1000)
                if at and told:  # the clocks are read by two threads: one may be late
                    from_report.append(max(0.0, (at - told) / 1000))
        return spans["lock"], spans["peer"]


def line(name, times):
    if not times:
        return f"{name}: never"
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{name}, ms: median {statistics.median(ordered):.2f}, p99 {p99:.2f}, max {ordered[-1]:.2f} ({len(ordered)} times)"


def tell(soak):
    (ours, ours_from_report), (peers, peers_from_report) = soak.spans()
    pulls, locks = len(soak.moments), soak.pulls.count("lock")
    print(f"{pulls} pulls, {locks} locks asked for, none twice, none missed; pcscd restarted {soak.restarts} times")
    print(line("pcscd's report to request", ours_from_report))
    print(line("pull to request", ours))
    if soak.peer.program is None:
        print(f"{PEER}: not installed (package libpam-pkcs11), so not measured beside")
        return
    print(line(f"{PEER}: pcscd's report to its script", peers_from_report))
    print(line(f"{PEER}: pull to its script", peers))
    print(f"{PEER}: missed {pulls - len(peers)} of {pulls} pulls, died {soak.peer.deaths} times")
    for start, theirs, own in (("pcscd's report", peers_from_report, ours_from_report), ("the pull", peers, ours)):
        if theirs and own:
            print(f"from {start} its median is {statistics.median(theirs) / statistics.median(own):.1f} times ours")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("probe")
    parser.add_argument("--pulls", type=int, default=1000 if os.environ.get("VAKTPOST_SOAK") == "1" else 50)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    reason = world.why_not()
    if reason:
        print(f"skip: {reason}")
        return SKIPPED
    world.enter_private_world()
    print(f"random timing from seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="vaktpost-pulls-") as folder:
        soak = Soak(options.probe, Path(folder), options.seed)
        try:
            soak.run(options.pulls)
        except Missing as missing:
            print(f"FAILED after {len(soak.moments)} pulls: {missing}")
            return 1
        finally:
            soak.end()
        tell(soak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
