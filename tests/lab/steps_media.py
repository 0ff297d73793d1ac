# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: memory sticks."""
import itertools

import sticks
from dying_stick import DyingStick
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

UDISKS = "org.freedesktop.UDisks2"
# The examiner gives a medium up after 30 s; a busy host may take longer.
EXAMINE_SECONDS = 120
DEAD_FROM = 256 * 1024  # bytes: what the kernel reads of a disk on its own lies before
ROW = 20


def plain_stick(shift):
    """A plain stick is never readable or mountable by the user"""
    tried = {}
    with shift.nobody_gets_in(tried):
        name, mark = shift.plug(sticks.fat_partition)
        blocked = shift.verdict(mark, "media.blocked", "plain")
        shift.lab.ports.unplug(name)
        shift.agent.wait_for("usb.removed", mark)
    parts = blocked["data"]["parts"]
    expect([part["verdict"] for part in parts] == ["plain"], f"the one part is told: {parts}")
    return {**tried, "verdict ms": blocked["data"]["verdict_ms"]}


def encrypted_stick(shift):
    """A LUKS stick is admitted; the user unlocks and mounts it, writes and reads back"""
    lab = shift.lab
    name, mark = shift.plug(sticks.luks)
    admitted = shift.verdict(mark, "media.admitted", "encrypted")
    node = lab.node_of(name)
    _use(shift, node, f"""
        mapped=$(udisksctl unlock -b {node} --key-file /run/lab-key --no-user-interaction)
        mapped=${{mapped##* as }}; mapped=${{mapped%.}}
        busctl call {UDISKS} /org/freedesktop/UDisks2/block_devices/$(basename $mapped | sed s/-/_2d/) \
            {UDISKS}.Block Format 'sa{{sv}}' ext4 1 take-ownership b true
        mounted=$(udisksctl mount -b $mapped --no-user-interaction); mounted=${{mounted#* at }}
        echo 'written by the nurse' >"$mounted/note"
        cp /bin/true "$mounted/program"
        if "$mounted/program" 2>/dev/null; then echo 'a program started from the stick' >&2; exit 1; fi
        udisksctl unmount -b $mapped
        udisksctl mount -b $mapped --no-user-interaction
        grep -qx 'written by the nurse' "$mounted/note"
        if head -c 1 {node}; then echo 'the raw disk is readable' >&2; exit 1; fi
        udisksctl unmount -b $mapped
        udisksctl lock -b {node}""")
    expect(not shift.agent.since(mark, "media.changed"), "writing inside changes nothing about the stick")
    lab.ports.unplug(name)
    return {"verdict ms": admitted["data"]["verdict_ms"]}


def mixed_stick(shift):
    """A stick with one LUKS and one FAT partition is blocked"""
    _, mark = shift.plug(sticks.luks_and_fat)
    blocked = shift.verdict(mark, "media.blocked", "plain")
    verdicts = [part["verdict"] for part in blocked["data"]["parts"]]
    expect(sorted(verdicts) == ["encrypted", "plain"], f"both parts are told: {verdicts}")


def formatted_stick(shift):
    """An admitted stick, formatted to FAT by the user through udisks, is closed again"""
    name, mark = shift.plug(sticks.luks)
    admitted = shift.verdict(mark, "media.admitted", "encrypted")
    node = shift.lab.node_of(name)
    # The gate may close while udisks is still at it: then the call fails, half way between LUKS and FAT.
    result = shift.lab.run_in_session(
        f"busctl call {UDISKS} /org/freedesktop/UDisks2/block_devices/{node.removeprefix('/dev/')} "
        f"{UDISKS}.Block Format 'sa{{sv}}' vfat 0", check=False)
    changed = shift.agent.wait_for("media.changed", mark)
    expect(changed["cause"] == admitted["seq"], f"the change names the admission: {changed}")
    blocked = shift.agent.wait_for("media.blocked", mark)
    expect(blocked["data"]["verdict"] in ("plain", "unknown"), f"no longer encrypted: {blocked}")
    shift.expect_closed(node)
    return {"udisks' Format": "done" if result.exit == 0 else "cut off"}


def dying_stick(shift):
    """A stick stops answering while it is examined, and the card is pulled then"""
    lab, agent = shift.lab, shift.agent
    pid = agent.pid()
    shift.insert_card()
    before = lab.screenshot("before-dying")
    mark = agent.mark()
    plug_dying_stick(shift)
    pulled = agent.mark()
    lab.ports.pull_card()
    times = shift.check_lock(pulled, "card.removed", "card_removed", before)
    expect(not any(agent.since(mark, kind) for kind in ("media.blocked", "media.admitted")),
           "the lock came while the stick was still being examined")
    expect(agent.since(pulled, "session.locked")[0]["data"], "the lock was confirmed")
    expect(len(agent.since(pulled, "session.lock_requested")) == 1, "one request was enough")
    shift.verdict(mark, "media.blocked", "error", EXAMINE_SECONDS)
    expect(agent.status()[0] == 0 and agent.pid() == pid, "the agent is alive and armed")
    shift.unlock()
    return times


def row_of_sticks(shift):
    """Twenty sticks plugged and pulled in a row, plain and encrypted"""
    lab, agent = shift.lab, shift.agent
    kinds = [make(shift.folder, f"row-{make.__name__}") for make in
             (sticks.fat, sticks.luks, sticks.fat_partition, sticks.luks_partition, sticks.luks_and_fat)]
    settled = None
    for number, stick in zip(range(ROW), itertools.cycle(kinds)):
        mark = agent.mark()
        name = lab.ports.plug_stick(stick)
        wait_until(lambda: agent.refresh() and (agent.since(mark, "media.admitted") or
                                                agent.since(mark, "media.blocked")), SEEN_SECONDS, "a verdict")
        expect(bool(agent.since(mark, "media.admitted")) == stick.encrypted, f"the verdict on {stick.kind} is right")
        lab.ports.unplug(name)
        agent.wait_for("usb.removed", mark)
        if number == len(kinds) - 1:  # each kind once: from here on nothing may grow
            settled = agent.memory_and_descriptors()
    ended = agent.memory_and_descriptors()
    expect(ended[1] <= settled[1], f"no descriptor is left open: {settled[1]}, then {ended[1]}")
    expect(ended[0] <= settled[0] * 1.05, f"no memory grows: PSS {settled[0]} kB, then {ended[0]} kB")
    return {"PSS kB": ended[0], "descriptors": ended[1]}


def plug_dying_stick(shift):
    """Returns once somebody's read of the stick hangs."""
    image = sticks.luks(shift.folder, "dying").image
    stick = DyingStick(image, DEAD_FROM)
    name = shift.lab.ports.plug_redirected(stick, "dying")
    wait_until(lambda: stick.hangs, SEEN_SECONDS, "the examiner waits for the stick")
    return name


def _use(shift, node, script):
    """Runs the nurse's commands on an admitted stick once udisks shows it."""
    shift.lab.put(sticks.PASSPHRASE.encode(), "/run/lab-key")
    known = f"udisksctl info -b {node} | grep -q 'IdType: *crypto_LUKS'"
    wait_until(lambda: shift.lab.run_in_session(known, check=False).exit == 0, SEEN_SECONDS, "udisks shows the stick")
    shift.lab.run_in_session(f"set -eu\n{script}", timeout=120)
