# SPDX-License-Identifier: GPL-3.0-or-later
"""A workstation that writes valid, chained records, for tests and measurements of what reads them."""
import hashlib
import json
import os
from datetime import datetime, timedelta, timezone

START = datetime(2026, 3, 2, 6, 0, tzinfo=timezone.utc)
NOBODY = "0" * 64


def digest(line):
    return hashlib.sha256(line.encode()).hexdigest()


class Workstation:
    """Time passes only as told; each record is one second after the one before."""

    def __init__(self, host, start=START):
        self.host, self.time = host, start
        self.epoch, self.seq, self.prev = 1, 0, NOBODY
        self.lines = []
        self.labels, self.severity, self.outcome = ["ward-3"], "info", "enforced"  # of the records to come
        self.cause, self.session = None, None  # likewise: a number, a class
        self.boot(start)

    def boot(self, started=None):
        self.boot_id = os.urandom(16).hex()
        self.started = started or self.time

    def begin_epoch(self):
        self.epoch, self.seq, self.prev = self.epoch + 1, 0, NOBODY

    def wait(self, **span):
        self.time += timedelta(**span)

    def set_clock(self, **by):
        """The wall clock is stepped; the time since the start goes on as before."""
        self.time += timedelta(**by)
        self.started += timedelta(**by)

    def text(self, kind, data):
        boot_us = int((self.time - self.started).total_seconds() * 1_000_000)
        cause = "" if self.cause is None else f'"cause":{self.cause},'
        session = "" if self.session is None else f'"session":{{"class":"{self.session}"}},'
        return ('{"v":1,"type":"%s","code":"%04d",%s"outcome":"%s","time":"%s","boot_us":%d,"boot_id":"%s","host":"%s",'
                '"labels":%s,"epoch":%d,"seq":%d,"salt":"%s","prev":"%s","severity":"%s","purpose":"operations",'
                '"policy":{"version":7,"sha256":"%s"},%s"data":%s}' %
                (json.dumps(kind)[1:-1], self.seq % 10000, cause, self.outcome,
                 self.time.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (self.time.microsecond // 1000),
                 boot_us, self.boot_id, self.host, json.dumps(self.labels, separators=(",", ":")), self.epoch, self.seq,
                 os.urandom(16).hex(), self.prev, self.severity, "a" * 64,
                 session, json.dumps(data, separators=(",", ":"))))

    def record(self, kind="usb.blocked", **data):
        self.time += timedelta(seconds=1)
        self.seq += 1
        line = self.text(kind, data)
        self.prev = digest(line)
        self.lines.append(line)
        return line

    def records(self, count, kind="usb.blocked", **data):
        return [self.record(kind, **data) for _ in range(count)]

    def lose(self, count):
        """Records that are numbered and never stored."""
        self.seq += count

    def head(self):
        return json.dumps({"head": {"host": self.host, "epoch": self.epoch, "seq": self.seq, "digest": self.prev}},
                          separators=(",", ":"))


def checkpoint(line, removed):
    record = json.loads(line)
    return json.dumps({"checkpoint": {"host": record["host"], "epoch": record["epoch"], "seq": record["seq"],
                                      "digest": digest(line), "removed": removed}}, separators=(",", ":"))


def counted(lines):
    """The data of a log.routine over these records."""
    numbers = [json.loads(line)["seq"] for line in lines]
    kinds = [json.loads(line)["type"] for line in lines]
    return {"first": min(numbers), "last": max(numbers), "count": len(lines),
            "counts": [f"{kind}={kinds.count(kind)}" for kind in sorted(set(kinds))],
            "digests": [f"{number} {digest(line)}" for number, line in zip(numbers, lines)]}
