# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: the event log, and what lies on the disk."""
import json
import subprocess

import sticks
from card import PivCard
from lockers import settings
from ports import serial_of
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

PORT = 20514
SHIP_SECONDS = 150  # the watchdog's sign comes every minute
# RELP over TLS, for one connection after the other: each record is on the disk before it is acknowledged.
RECEIVER = f"""
import os, socket, ssl
folder = "/etc/vaktpost/centre/"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "host.pem", folder + "host.key")
context.load_verify_locations(folder + "authority.pem")
context.verify_mode = ssl.CERT_REQUIRED
listener = socket.create_server(("127.0.0.1", {PORT}))
kept = open("/run/lab-received", "ab")
def word(stream):
    text = b""
    while (byte := stream.read(1)) not in (b" ", b"\\n", b""):
        text += byte
    return text, byte
while True:
    try:
        connection = context.wrap_socket(listener.accept()[0], server_side=True)
        stream = connection.makefile("rb")
        while (number := word(stream)[0]):
            command, (size, end) = word(stream)[0], word(stream)
            data = stream.read(int(size) + 1)[:-1] if end == b" " else b""
            if command == b"syslog":
                kept.write(data.split(b" - ", 2)[2] + b"\\n")
                kept.flush()
                os.fsync(kept.fileno())
            text = b"200 OK" + (b"\\nrelp_version=0\\ncommands=syslog" if command == b"open" else b"")
            connection.sendall(number + b" rsp " + str(len(text)).encode() + b" " + text + b"\\n")
    except OSError:
        pass
"""
HOLDER = "a nurse who works here"
# Prints each file in which one of the words stands, as text in any case or as bytes.
SEARCH = r"""
import pathlib, sys
words = [word.lower() for word in sys.argv[1:]]
for path in pathlib.Path("/var/lib/vaktpost").rglob("*"):
    content = path.read_bytes().lower() if path.is_file() else b""
    for word in words:
        raw = bytes.fromhex(word) if len(word) == 32 else word.encode()
        if word.encode() in content or raw.lower() in content:
            print(path, word)
"""


def disk_gives_nothing_away(shift):
    """A thief of the disk finds no name, no card, no serial number, and no key but this machine's own"""
    lab, agent = shift.lab, shift.agent
    card = PivCard(HOLDER)
    shift.insert_card(card)
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark)
    shift.unlock()
    stick = sticks.luks(shift.folder, "stolen")
    uuid = subprocess.run(["cryptsetup", "luksUUID", stick.image], capture_output=True, text=True,
                          check=True).stdout.strip()
    mark = agent.mark()
    name = lab.ports.plug_stick(stick)
    tagged = shift.verdict(mark, "media.admitted", "encrypted", SEEN_SECONDS)
    expect(tagged["data"].get("tag"), f"it is known by a tag: {tagged}")
    lab.ports.unplug(name)

    words = ["nurse", card.guid.hex(), serial_of(name), uuid, uuid.replace("-", "")]
    lab.put(SEARCH.encode(), "/run/lab-search.py")
    search = "python3 /run/lab-search.py "
    expect(lab.run(search + "session.locked").text, "the search reads what is stored")
    found = lab.run(search + " ".join(words), timeout=60).text
    expect(found == "", f"nothing of it is stored: {found}")

    key = "/var/lib/vaktpost/tag.key"
    state = lab.run(f"stat -c '%a %U %s' {key}").text.strip()
    expect(state.startswith("600 root "), f"the key is root's alone: {state}")
    lab.run(f"systemctl stop vaktpostd && mv {key} /run/lab-key && systemctl start vaktpostd", timeout=60)
    agent.wait_armed()
    expect(lab.run(f"test -s {key} && ! cmp -s {key} /run/lab-key", check=False).exit == 0,
           "another key is made where there is none: no two machines share one")
    lab.run(f"systemctl stop vaktpostd && mv /run/lab-key {key} && systemctl start vaktpostd", timeout=60)
    agent.wait_armed()
    return {"words": len(words)}


def records_reach_the_centre(shift):
    """The agent starts vaktpost-link, the receiver has each record byte for byte, and the link is gone again"""
    lab, agent = shift.lab, shift.agent
    _issue_certificates(shift.folder, lab)
    lab.put(RECEIVER.encode(), "/run/lab-receiver.py")
    lab.run("systemd-run --quiet --unit=lab-receiver python3 /run/lab-receiver.py")
    lab.wait_for("ss -ltn | grep -q :20514", SEEN_SECONDS, "the receiver listens")
    try:
        with settings(shift, f'[centre]\nreceivers = ["relp://localhost:{PORT}"]\n'):
            waiting = lambda: json.loads(lab.run("vaktpost status --json", check=False).text)["centre"]
            wait_until(lambda: waiting()["waiting"] == 0 and waiting().get("acknowledged"), SHIP_SECONDS,
                       "the centre has everything")
            lab.wait_for("! systemctl is-active --quiet vaktpost-link", SHIP_SECONDS, "the link is gone again")
            agent.refresh()
            had = lab.run("cat /run/lab-received").text.splitlines()
            stored = lab.run("vaktpost events --json").text.splitlines()
            expect(stored[:len(had)] == had and len(had) > 1, f"byte for byte and in order: {len(had)} records")
            denied = lab.run("journalctl -q -u vaktpost-link -p warning --no-pager", check=False).text
            expect(denied == "", f"the unit's cage is wide enough: {denied}")
    finally:
        lab.run("systemctl stop lab-receiver; rm -rf /etc/vaktpost/centre", check=False)
    return {"records": len(had)}


def _issue_certificates(folder, lab):
    """One authority, and a certificate for both ends."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-subj", "/CN=lab", "-days", "3650", "-out", "authority.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("req", "-new", *new, "-keyout", "host.key", "-subj", "/CN=localhost", "-out", "request")
    openssl("x509", "-req", "-in", "request", "-CA", "authority.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650",
            "-extfile", "names", "-out", "host.pem")
    lab.run("mkdir -p /etc/vaktpost/centre")
    for name in ("authority.pem", "host.pem", "host.key"):
        lab.put((folder / name).read_bytes(), f"/etc/vaktpost/centre/{name}")
    lab.run("chown root:vaktpost-link /etc/vaktpost/centre/host.key && chmod 640 /etc/vaktpost/centre/host.key")
