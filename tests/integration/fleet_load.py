# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of simulated workstations. Each has its own chained records and its own way to the centre, as vaktpost-link has:
it connects, sends what waits, waits until that is acknowledged, and goes. Only so many are connected at one time."""
import asyncio
import contextlib
import random
import ssl
import time
from collections import deque
from datetime import datetime, timedelta, timezone

from central_sender import as_message
from record_maker import Workstation

HANDSHAKE = 15  # seconds, as in platform/link
SILENCE = 60    # seconds with a receiver that acknowledges nothing, likewise
LONGEST_PAUSE = 8  # seconds between attempts; the link goes up to five minutes, which would measure the pauses
ROUND = timedelta(minutes=15)  # by the clocks of the workstations, from one helping of records to the next
KINDS = (("card.inserted", {"reader": "Gemalto PC Twin Reader 00 00", "role": "presence"}),
         ("card.removed", {"reader": "Gemalto PC Twin Reader 00 00", "role": "presence"}),
         ("usb.blocked", {"device": "1-2.3", "vendor": "0a5f", "product": "00d3", "blocked": ["0=08:06:50"]}))


class Host:
    """`waiting` are the records that are not acknowledged, in order; `acknowledged` is the newest that is."""

    def __init__(self, name, began):
        # Not all at one second.
        self.station = Workstation(name, began + timedelta(seconds=random.randrange(int(ROUND.total_seconds()) - 60)))
        self.name, self.round_began = name, self.station.time
        self.waiting, self.acknowledged = deque(), 0

    def gather(self, count):
        """A heartbeat, and what else happened."""
        station = self.station
        if station.seq:
            self.round_began += ROUND
            station.wait(seconds=(self.round_began - station.time).total_seconds())
        known = {"acknowledged_epoch": 1, "acknowledged_seq": self.acknowledged} if self.acknowledged else {}
        station.record("heartbeat", state="armed", lost=[], sessions=1, usb_devices=6, media=0, **known,
                       waiting=len(self.waiting))
        for number in range(count - 1):
            kind, data = KINDS[number % len(KINDS)]
            station.record(kind, **data)
        self.waiting.extend(line.encode() for line in station.lines)
        station.lines.clear()


class Session:
    """One RELP connection of one host."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._number = 0

    def say(self, command, data=b""):
        self._number += 1
        self._writer.write(b"%d %s %d%s\n" % (self._number, command, len(data), b" " + data if data else b""))
        return self._number

    async def answer(self, number, within):
        """Waits for the answer to this transaction, which must be the next one."""
        async with asyncio.timeout(within):
            head = await self._reader.readuntil(b" ")
            await self._reader.readuntil(b" ")
            size = await self._reader.readuntil(b" ")
            said = await self._reader.readexactly(int(size) + 1)
        if int(head) != number or not said.startswith(b"200"):
            raise AssertionError(f"answer {head!r} {said!r} to {number}")


class Fleet:
    """Counts: acknowledged (records), handshakes, failures (connections that ended before everything was acknowledged)."""

    def __init__(self, centre, hosts, connections, identities=16):
        began = datetime.now(timezone.utc).replace(microsecond=0) - 3 * ROUND
        self.hosts = [Host(f"ward-{number:05}", began) for number in range(1, hosts + 1)]
        self._centre, self._connections = centre, connections
        # A certificate lets a host send in any name, so a few serve for all: each connection shakes hands in full.
        self._contexts = [self._context(*centre.issue(f"sender-{number}")) for number in range(identities)]
        self.acknowledged = self.handshakes = self.failures = 0
        self.by_second = {}  # acknowledged records
        self._open = 0  # hosts that are not done

    def _context(self, certificate, key):
        context = ssl.create_default_context(cafile=str(self._centre.authority))
        context.load_cert_chain(str(certificate), str(key))
        return context

    def gather(self, count):
        """So many records more for each host; while nothing is sent."""
        for host in self.hosts:
            host.gather(count)

    async def send_all(self, meanwhile=None):
        """Returns when each host has sent what waits; `meanwhile` is a coroutine that runs beside it."""
        self._due, self._done = asyncio.Queue(), asyncio.Event()
        waiting = [host for host in self.hosts if host.waiting]
        self._open = len(waiting)
        for host in waiting:
            self._due.put_nowait((host, 0))
        workers = [asyncio.create_task(self._work(number)) for number in range(self._connections)]
        try:
            if meanwhile:
                await meanwhile
            if waiting:
                await self._all_done(workers)
        finally:
            # A time that runs out just then can swallow it, so until they are gone.
            while workers:
                for worker in workers:
                    worker.cancel()
                _, workers = await asyncio.wait(workers, timeout=1)

    async def _all_done(self, workers):
        done = asyncio.create_task(self._done.wait())
        finished, _ = await asyncio.wait([done, *workers], return_when=asyncio.FIRST_COMPLETED)
        done.cancel()
        for task in finished:
            task.result()  # raises what a worker died of

    async def _work(self, number):
        context = self._contexts[number % len(self._contexts)]
        port = self._centre.relp_ports[number % len(self._centre.relp_ports)]
        while True:
            host, attempts = await self._due.get()
            try:
                await self._visit(host, context, port)
                self._open -= 1
                if self._open == 0:
                    self._done.set()
            except (OSError, TimeoutError, EOFError):
                self.failures += 1
                pause = min(LONGEST_PAUSE, 2 ** attempts) * random.uniform(0.5, 1.5)
                asyncio.get_running_loop().call_later(pause, self._due.put_nowait, (host, attempts + 1))

    async def _visit(self, host, context, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, ssl_handshake_timeout=HANDSHAKE,
                                                       server_hostname=self._centre.name)
        self.handshakes += 1
        session = Session(reader, writer)
        try:
            await session.answer(session.say(b"open", b"relp_version=0\nrelp_software=fleet\ncommands=syslog"), SILENCE)
            for number in [session.say(b"syslog", as_message(line)) for line in host.waiting]:
                await session.answer(number, SILENCE)
                self._take(host)
            session.say(b"close")
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(HANDSHAKE):
                    await reader.read()
        finally:
            writer.transport.abort()

    def _take(self, host):
        host.waiting.popleft()
        host.acknowledged += 1
        self.acknowledged += 1
        second = int(time.monotonic())
        self.by_second[second] = self.by_second.get(second, 0) + 1
