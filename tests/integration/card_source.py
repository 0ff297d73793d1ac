#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The card source against a real pcscd with virtual readers.

card_source.py PROBE    PROBE: the built card_source_probe, libcard_slow_listen.so beside it
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

import card_world as world
from card_world import READERS, Missing, Pcscd, Probe, until
from virtual_card import PivCard, VirtualCard

CLIENT = Path(__file__).resolve().parents[1] / "fakes" / "card_client.py"
SOAK = os.environ.get("VAKTPOST_SOAK") == "1"
A, B = READERS


class Bench:
    """One pcscd, two cards, one source; ended after each test."""

    def __init__(self, probe_program, folder):
        self.pcscd = Pcscd(folder, Path(probe_program).parent / "libcard_slow_listen.so")
        self.cards = [VirtualCard(0), VirtualCard(1)]
        self._program = probe_program
        self.probe = None

    def start_source(self):
        self.probe = Probe(self._program)
        return self.probe

    def start_all(self):
        self.pcscd.start()
        until("pcscd", self.pcscd.serves)
        self.start_source().expect("back")
        return self.probe

    def insert(self, slot=0):
        self.cards[slot].insert()
        self.probe.expect(("inserted", READERS[slot]))

    def end(self):
        status = self.probe.end() if self.probe else 0
        for card in self.cards:
            card.remove()
        self.pcscd.end()
        if status != 0:
            raise Missing(f"the probe exited with status {status}")
        if self.probe and self.probe.pending():
            raise Missing(f"reported although nothing happened: {self.probe.pending()}")


def readers_are_told_as_they_come_and_go(bench):
    probe = bench.start_all()
    assert probe.readers == set(READERS), probe.readers
    bench.pcscd.end()
    probe.expect("lost")
    bench.pcscd.start(readers=False)
    probe.expect("back")
    assert probe.readers == set(), probe.readers


def a_look_that_is_asked_for_sees_what_pcscd_does_not_tell(bench):
    bench.cards[0].insert()
    bench.pcscd.start(wait_for_cards=True)  # the card's counter is 0, which nobody compares
    until("pcscd", bench.pcscd.serves)
    probe = bench.start_source()
    probe.expect(("inserted", A), "back")
    probe.freeze()
    bench.cards[0].remove()
    until("pcscd to notice the pull", lambda: bench.pcscd.noticed("Card Removed From") == 1)
    bench.cards[0].insert()
    until("pcscd to notice the card", lambda: bench.pcscd.noticed("Card inserted into") == 1)
    probe.thaw()
    probe.rescan()
    probe.expect(("removed", A), ("inserted", A))


def a_piv_card_says_who_it_is_each_time_it_is_put_in(bench):
    probe = bench.start_all()
    for name in (b"somebody's card!", b"another's card!!", b"somebody's card!"):
        bench.cards[0] = PivCard(0, name)
        bench.insert()
        probe.expect(("identified", f"{A} piv.guid:{name.decode()}"))
        bench.cards[0].remove()
        probe.expect(("removed", A))


def a_card_that_hangs_while_it_is_read_hides_no_removal(bench):
    probe = bench.start_all()
    bench.cards[0] = PivCard(0, b"somebody's card!")
    bench.cards[0].hangs = True
    bench.insert()
    assert bench.cards[0].asked.wait(world.PATIENCE), "the card was not asked"
    bench.cards[0].remove()
    probe.expect(("removed", A))
    bench.cards[0].hangs = False
    bench.insert()
    probe.expect("identified")


def a_card_that_another_program_has_for_itself_is_asked_later(bench):
    probe = bench.start_all()
    bench.cards[0] = PivCard(0, b"somebody's card!")
    probe.freeze()
    bench.cards[0].insert()
    until("pcscd to notice the card", lambda: bench.pcscd.noticed("Card inserted into") == 1)
    with subprocess.Popen([CLIENT, A, "--hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n", "the other program did not get the card"
        probe.thaw()
        probe.expect(("inserted", A))
        assert probe.next(within=1) is None, "the card was asked although another program has it"
    probe.expect("identified")


def no_pcscd_at_start_is_lost_and_its_coming_is_noticed(bench):
    probe = bench.start_source()
    probe.expect("lost")
    bench.pcscd.start()  # makes even the folder of its socket
    probe.expect("back")
    bench.insert()


def a_card_in_and_out_is_reported_once_each_way(bench):
    probe = bench.start_all()
    for _ in range(2):
        bench.insert()
        bench.cards[0].remove()
        probe.expect(("removed", A))


def a_second_reader_hides_nothing_of_the_first(bench):
    probe = bench.start_all()
    bench.insert(0)
    bench.insert(1)
    bench.cards[0].remove()
    probe.expect(("removed", A))
    bench.cards[1].remove()
    probe.expect(("removed", B))


def a_card_in_before_the_source_starts_is_reported_before_it_is_ready(bench):
    bench.cards[0].insert()
    bench.pcscd.start(wait_for_cards=True)
    until("pcscd", bench.pcscd.serves)
    probe = bench.start_source()
    probe.expect(("inserted", A), "back")
    bench.cards[0].remove()
    probe.expect(("removed", A))


def a_pull_and_reinsertion_between_two_looks_is_seen(bench):
    probe = bench.start_all()
    bench.insert()
    probe.freeze()
    bench.cards[0].remove()
    until("pcscd to notice the pull", lambda: bench.pcscd.noticed("Card Removed From") == 1)
    bench.cards[0].insert()
    until("pcscd to notice the card", lambda: bench.pcscd.noticed("Card inserted into") == 2)
    probe.thaw()
    probe.expect(("removed", A), ("inserted", A))


def a_killed_pcscd_with_the_card_still_in_loses_no_card(bench):
    probe = bench.start_all()
    bench.insert()
    bench.pcscd.kill()
    probe.expect("lost")
    bench.pcscd.start(wait_for_cards=True)
    probe.expect(("inserted", A), "back")
    bench.cards[0].remove()
    probe.expect(("removed", A))


def a_card_that_is_slow_to_power_up_after_a_restart_is_not_taken_for_pulled(bench):
    probe = bench.start_all()
    bench.insert()
    bench.cards[0].power_up = 1
    bench.pcscd.kill()
    probe.expect("lost")
    bench.pcscd.start(wait_for_cards=True)
    probe.expect(("inserted", A), "back")


def a_card_pulled_while_pcscd_was_away_is_reported_removed(bench):
    probe = bench.start_all()
    bench.insert()
    bench.pcscd.end()
    probe.expect("lost")
    bench.cards[0].remove()
    bench.pcscd.start()
    probe.expect(("removed", A), "back")


def a_reader_that_is_gone_when_pcscd_is_back_is_presence_lost(bench):
    probe = bench.start_all()
    bench.insert()
    bench.pcscd.end()
    probe.expect("lost")
    bench.pcscd.start(readers=False)
    probe.expect(("presence_lost", A), "back")
    bench.pcscd.end()
    probe.expect("lost")
    bench.pcscd.start(wait_for_cards=True)
    probe.expect(("inserted", A), "back")


def ever_so_fast_restarts_are_each_lost_and_back_and_leak_nothing(bench):
    probe = bench.start_all()
    before = None
    for restart in range(20):
        bench.pcscd.kill()
        bench.pcscd.start()
        probe.expect("lost", "back")
        before = before or probe.descriptors()
    assert probe.descriptors() <= before, "descriptors grow with each restart"


def other_programs_that_use_the_card_cause_no_event(bench):
    probe = bench.start_all()
    bench.insert()
    for _ in range(3):
        subprocess.run([CLIENT, A], check=True, timeout=world.PATIENCE)
    bench.cards[0].remove()
    probe.expect(("removed", A))


def a_pcscd_that_hangs_is_lost_and_back_when_it_goes_on(bench):
    probe = bench.start_all()
    bench.insert()
    bench.pcscd.process.send_signal(signal.SIGSTOP)
    probe.expect("lost")
    bench.pcscd.process.send_signal(signal.SIGCONT)
    probe.expect(("inserted", A), "back")
    bench.cards[0].remove()
    probe.expect(("removed", A))


def a_source_stops_although_pcscd_hangs(bench):
    probe = bench.start_all()
    bench.pcscd.process.send_signal(signal.SIGSTOP)
    assert probe.end() == 0
    bench.pcscd.process.send_signal(signal.SIGCONT)


def random_pulls_are_each_seen_once(bench):
    pulls = 500 if SOAK else 25  # of each card
    probe = bench.start_all()
    turn = {reader: threading.Semaphore(0) for reader in READERS}
    failed = threading.Event()

    def pull(slot, dice):
        for _ in range(pulls):
            for act in (bench.cards[slot].insert, bench.cards[slot].remove):
                failed.wait(dice.uniform(0, 0.6))
                act()
                if not turn[READERS[slot]].acquire(timeout=world.PATIENCE):
                    failed.set()
                if failed.is_set():
                    return

    seed = random.randrange(2**32)
    print(f"random timing from seed {seed}")
    threads = [threading.Thread(target=pull, args=(slot, random.Random(seed + slot))) for slot in (0, 1)]
    for thread in threads:
        thread.start()
    expected = {reader: "inserted" for reader in READERS}
    try:
        for _ in range(pulls * 4):
            event, reader = probe.next() or ("nothing", None)
            if expected.get(reader) != event:
                raise Missing(f"{event} {reader}, but expected {expected}")
            expected[reader] = "removed" if event == "inserted" else "inserted"
            turn[reader].release()
    finally:
        failed.set()
        for thread in threads:
            thread.join()


TESTS = [
    readers_are_told_as_they_come_and_go,
    a_look_that_is_asked_for_sees_what_pcscd_does_not_tell,
    a_piv_card_says_who_it_is_each_time_it_is_put_in,
    a_card_that_hangs_while_it_is_read_hides_no_removal,
    a_card_that_another_program_has_for_itself_is_asked_later,
    no_pcscd_at_start_is_lost_and_its_coming_is_noticed,
    a_card_in_and_out_is_reported_once_each_way,
    a_second_reader_hides_nothing_of_the_first,
    a_card_in_before_the_source_starts_is_reported_before_it_is_ready,
    a_pull_and_reinsertion_between_two_looks_is_seen,
    a_killed_pcscd_with_the_card_still_in_loses_no_card,
    a_card_that_is_slow_to_power_up_after_a_restart_is_not_taken_for_pulled,
    a_card_pulled_while_pcscd_was_away_is_reported_removed,
    a_reader_that_is_gone_when_pcscd_is_back_is_presence_lost,
    ever_so_fast_restarts_are_each_lost_and_back_and_leak_nothing,
    other_programs_that_use_the_card_cause_no_event,
    a_pcscd_that_hangs_is_lost_and_back_when_it_goes_on,
    a_source_stops_although_pcscd_hangs,
    random_pulls_are_each_seen_once,
]


def run(test, program):
    with tempfile.TemporaryDirectory(prefix="vaktpost-card-") as folder:
        bench = Bench(program, Path(folder))
        failure = None
        for step in (lambda: test(bench), bench.end):
            try:
                step()
            except Exception:  # a test that breaks is a test that fails; the others still run
                failure = failure or traceback.format_exc()
        if bench.pcscd.process:
            bench.pcscd.kill()
        world.SOCKET.unlink(missing_ok=True)
        if failure:
            print(failure, "\npcscd's last words:\n", bench.pcscd.log.read_text(errors="replace")[-2000:], sep="")
        print("FAILED:" if failure else "ok:", test.__name__.replace("_", " "), flush=True)
        return failure is None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    reason = world.why_not()
    if reason:
        print(f"skip: {reason}\n0 passed, 0 failed, {len(TESTS)} skipped")
        return 0
    world.enter_private_world()
    results = [run(test, sys.argv[1]) for test in TESTS]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
