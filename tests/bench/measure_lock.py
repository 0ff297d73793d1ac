# SPDX-License-Identifier: GPL-3.0-or-later
"""From the card to the request to lock."""
import probes
from table import Row
from waiting import LabError, wait_until

SEEN_SECONDS = 60


def lock_request(bench):
    """Card pulled: PC/SC's report as another program gets it, to the request to lock"""
    marks = []
    with probes.running(bench, "card_witness") as witnessed:
        for number in range(bench.counts.pulls):
            bench.say(f"  pull {number + 1} of {bench.counts.pulls}")
            marks.append(_pull(bench))
        stamps = witnessed()
    pulls = [_one_pull(bench, mark, stamps) for mark in marks]
    bench.details["lock_request"] = pulls

    def row(figure, name):
        return Row("lock_request", figure, "ms", [pull[name] for pull in pulls])
    return [row("PC/SC's report to our decision (record)", "decided_ms"),
            row("PC/SC's report to our call on the bus", "called_ms"),
            row("PC/SC's report to logind's signal", "signalled_ms"),
            row("card.removed to session.lock_requested (records)", "records_ms"),
            row("requested_ms (record)", "requested_ms"),
            row("confirmed_ms (record)", "confirmed_ms")]


def _pull(bench):
    """One pull on an open desktop, and back to it. Returns a mark from before."""
    agent, lab = bench.agent, bench.lab
    mark = agent.mark()
    lab.ports.insert_card()
    agent.wait_for("card.inserted", mark)
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark)
    lab.unlock()
    wait_until(lambda: agent.refresh() and agent.since(mark, "session.unlocked"), SEEN_SECONDS, "the desktop is open")
    return mark


def _one_pull(bench, mark, stamps):
    """Milliseconds from the witness's PC/SC report of this pull."""
    removed, requested, locked = (bench.agent.since(mark, kind)[0] for kind in
                                  ("card.removed", "session.lock_requested", "session.locked"))
    # The witness's stamp of this pull is the nearest one to our record of it.
    seen = min((stamp for stamp, *words in stamps if words == ["card", "empty"]),
               key=lambda stamp: abs(stamp - removed["boot_us"]), default=None)
    if seen is None:
        raise LabError("the witness saw no card pulled")
    decided = requested["boot_us"]  # which may be before the witness has its report
    times = {f"{name}_ms": _ms(min((stamp for stamp, *words in stamps if words == [kind, "Lock"] and stamp >= decided),
                                   default=None), seen) for name, kind in (("called", "call"), ("signalled", "signal"))}
    return {"decided_ms": _ms(decided, seen), **times, "records_ms": _ms(decided, removed["boot_us"]),
            "requested_ms": locked["data"]["requested_ms"], "confirmed_ms": locked["data"]["confirmed_ms"]}


def _ms(stamp, since):
    if stamp is None:
        raise LabError("the witness heard no request to lock")
    return round((stamp - since) / 1000, 3)
