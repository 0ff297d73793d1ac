# SPDX-License-Identifier: GPL-3.0-or-later
"""What a small hospital recorded in a week, for tests of `vaktpost report`."""
from datetime import datetime, timezone

from record_maker import Workstation

MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
FIRST_DAY, LAST_DAY = "2026-03-02", "2026-03-08"
# Markup, quotes, an entity, text that would run from right to left, a control character, a backslash and a tag's end.
HOSTILE = "<script>alert(1)</script> \" ' & \u202eevil \x01 \\ </td></table></script>"
# That, as a page must show it.
HOSTILE_SHOWN = "<script>alert(1)</script> \" ' & \\u202Eevil \\u0001 \\\\ </td></table></script>"
TAG = "c0ffee5ec4e7"  # of a card, a medium or a serial number: shown nowhere


def heartbeats(station, until_day):
    """Twice a day until then."""
    station.severity, station.outcome = "info", "enforced"
    while (station.time - MONDAY).days < until_day:
        station.wait(hours=12)
        station.record("heartbeat", state="armed", sessions=1)


def routine(station):
    station.severity = "info"
    station.record("card.inserted", reader="Reader of nobody", role="presence")
    station.record("session.unlocked", witness="hint")
    station.record("card.removed", reader="Reader of nobody", role="presence")
    station.record("session.locked", trigger="card_removed", confirmed_ms=412)


def warn(station, kind, severity="warning", outcome="enforced", **data):
    station.severity, station.outcome = severity, outcome
    station.record(kind, **data)
    station.severity, station.outcome = "info", "enforced"


def blocks(station, count, outcome="enforced", **data):
    for _ in range(count):
        warn(station, "usb.blocked", outcome=outcome, device="1-2", vendor="0a5f", product="00d3", serial=TAG, **data)


def station(number, ward, *, hostile=False):
    made = Workstation(f"ward-pc-{number:02}", MONDAY)
    made.labels = [ward] if isinstance(ward, str) else list(ward)
    for day in range(7):
        routine(made)
        blocks(made, (number * (day + 1)) % 4)
        if number == 3 and day in (1, 4):
            warn(made, "session.lock_unconfirmed", "urgent", trigger="card_removed", attempts=4, because="deadline", waited_ms=9123)
        if number == 4 and day == 2:
            warn(made, "media.bypass", medium="sdb:12", how="undone", evidence="plain", tag=TAG)
            warn(made, "card.forgotten", reader="Reader of nobody", card=TAG)
        if number == 5:
            blocks(made, 1, "observed")
            blocks(made, 1 if day == 6 else 0, "failed", error="Input/output error")
        if hostile and day == 3:
            blocks(made, 1, keyboard=HOSTILE)
            warn(made, HOSTILE, "urgent", reason=HOSTILE)
        heartbeats(made, day + 1)
    return made


def week():
    """Thirteen hosts: two silent, one with a record removed, one whose ward is hostile; also a line that is none."""
    wards = ["ward-3", "ward-3", "ward-3", "icu", "icu", "operating-1", "operating-1", "emergency", "emergency"]
    stations = [station(number, ward) for number, ward in enumerate(wards, 1)]
    stations.append(station(10, ["emergency", "trolley"]))
    stations.append(station(11, HOSTILE, hostile=True))
    silent = [Workstation(f"ward-pc-{number}", MONDAY) for number in (12, 13)]
    for made in silent:
        heartbeats(made, 4)
    lines = [line for made in stations + silent for line in made.lines]
    lines.remove(stations[1].lines[10])
    return lines
