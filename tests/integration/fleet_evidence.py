# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the centre has what the hosts of a fleet were told it has: once, in order, unchanged."""
import json
import subprocess

BY_HOST = """SELECT event.host, count(*), count(DISTINCT event.seq), max(event.seq), encode(head.digest, 'hex')
FROM vaktpost.event JOIN vaktpost.head ON head.host = event.host GROUP BY event.host, head.digest"""
# A record that was stored before the one with the number below its own.
DISORDER = """SELECT count(*) FROM (SELECT stored < lag(stored) OVER (PARTITION BY host ORDER BY epoch, seq) AS early
FROM vaktpost.event) AS stored WHERE early"""


def complaints(centre, hosts):
    """What is wrong, a line each."""
    stored = {name: tuple(rest) for name, *rest in centre.sql(BY_HOST)}
    wrong = []
    for host in hosts:
        count = str(host.acknowledged)
        # The newest one's hash, and that the chain below is whole (verified()), leave no room for other texts.
        wanted = (count, count, count, host.station.prev)
        if host.waiting:
            wrong.append(f"{host.name}: {len(host.waiting)} records are not acknowledged")
        elif stored.get(host.name) != wanted:
            wrong.append(f"{host.name}: stored {stored.get(host.name)}, acknowledged {wanted}")
    if len(stored) != len(hosts):
        wrong.append(f"records of {len(stored)} hosts")
    for what, query in (("records that are stored before earlier ones", DISORDER),
                        ("refused messages", "SELECT count(*) FROM vaktpost.refused")):
        if (count := centre.value(query)) != "0":
            wrong.append(f"{count} {what}")
    return wrong


def verified(vaktpost, centre):
    """`vaktpost log verify` over the centre: its exit status, and how many hosts have which verdict."""
    source = f"postgresql:///vaktpost?host={centre.sockets}&port={centre.sql_port}&user=vaktpost_reader"
    done = subprocess.run([vaktpost, "log", "verify", "--json", source], capture_output=True, text=True, check=False)
    verdicts = {}
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if "host" in said:
            verdicts[said["verdict"]] = verdicts.get(said["verdict"], 0) + 1
    return done.returncode, verdicts
