# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of a workstation and its centre, found out without any code of the agent's; `vaktpost log verify` is
then asked too."""
import hashlib
import json


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def position(record):
    return record["epoch"], record["seq"]


def gaps_told(records):
    """(epoch, first, last, count) of each log.gap."""
    return [(record["data"].get("epoch", record["epoch"]), *(record["data"][key] for key in ("first", "last", "count")))
            for record in records if record["type"] == "log.gap"]


def assert_once_and_in_order(test, workstation):
    """The centre has each record up to the acknowledged one exactly once, byte for byte as the workstation has it, and
    they are chained; what is missing is exactly what log.gap tells. Returns how many records, and the gaps."""
    lines = workstation.centre.lines(workstation.host)
    records = [json.loads(line) for line in lines]
    places = [position(record) for record in records]
    test.assertEqual(len(set(places)), len(places), "a record twice")
    test.assertEqual(places, sorted(places))
    told = gaps_told(records)
    previous, before = "0" * 64, (0, 0)
    missing = []
    for line, record, place in zip(lines, records, places):
        if place[0] != before[0]:
            previous, before = "0" * 64, (place[0], 0)
        test.assertEqual(record["prev"], previous, f"the chain breaks before {place}")
        missing += [(place[0], seq) for seq in range(before[1] + 1, place[1])]
        previous, before = digest(line), place
    explained = {(epoch, seq) for epoch, first, last, _ in told for seq in range(first, last + 1)}
    test.assertLessEqual(set(missing), explained, "a gap that nothing tells of")
    test.assertEqual(len(missing), sum(count for *_, count in told), "a gap is told of wrongly")
    own = {(epoch, seq): text for epoch, seq, text in workstation.query("SELECT epoch, seq, record FROM event")}
    acknowledged = workstation.acknowledged()
    test.assertGreater(acknowledged, (0, 0))
    stored = dict(zip(places, lines))
    for place, text in own.items():
        if place <= acknowledged:
            test.assertEqual(stored.get(place), text, f"{place} is acknowledged, and not at the centre")
    return len(lines), told


def assert_complete(test, workstation, allowed=()):
    """`vaktpost log verify` says so; `allowed`: kinds of findings that the test has brought about."""
    status, verdict = workstation.verify()
    others = [finding for finding in verdict["findings"] if finding["kind"] not in allowed]
    test.assertEqual(others, [])
    test.assertEqual(len(verdict["complete"]), len({range_["epoch"] for range_ in verdict["complete"]}), verdict)
    if not verdict["findings"]:
        test.assertEqual((status, verdict["verdict"]), (0, "complete"))
    return verdict
