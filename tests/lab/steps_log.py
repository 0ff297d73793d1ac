# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: the event log, and what lies on the disk."""
import subprocess

import sticks
from card import PivCard
from ports import serial_of
from runner import expect
from shift_context import SEEN_SECONDS

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
