# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: media that are known. The register, retired media, and the organisation's own."""
import json
import subprocess

import sticks
from lockers import settings
from runner import expect
from shift_context import SEEN_SECONDS

KEY, CERTIFICATE = "/root/signing.pem", "/root/recovery.pem"
ENROL_SECONDS = 600  # two passphrases are derived, on a slow machine
SIZE_TEXT = "33.6 MB"
PASSPHRASE = "vaktpost-lab-enrolled"


def _register(shift):
    lines = shift.lab.run("vaktpost media list --json").stdout.splitlines()
    return {entry["tag"]: entry for entry in map(json.loads, lines)}


def remembered_and_retired(shift):
    """An admitted stick stands in the register; called retired by its UUID, it is closed"""
    lab, agent = shift.lab, shift.agent
    stick = sticks.luks(shift.folder, "remembered")
    uuid = subprocess.run(["cryptsetup", "luksUUID", stick.image], capture_output=True, text=True,
                          check=True).stdout.strip()
    mark = agent.mark()
    name = lab.ports.plug_stick(stick)
    admitted = shift.verdict(mark, "media.admitted", "encrypted")
    tag = admitted["data"]["tag"]
    known = lab.wait_for(f"vaktpost media list | grep {tag}", SEEN_SECONDS, "it stands in the register").text
    expect(uuid not in known and uuid not in json.dumps(admitted), "nowhere by its UUID")
    entry = _register(shift)[tag]
    expect(entry["first_seen"] == entry["last_seen"] and entry["kind"] == "encrypted", f"as seen today: {entry}")
    expect(lab.run("vaktpost media list --not-seen 1d").text == "", "nothing is missing")
    refused = lab.run_in_session("vaktpost media list", check=False)
    expect(refused.exit == 1, f"the nurse may not look: {refused.text}")
    mark = agent.mark()
    with shift.policy(f'[media]\nretired = ["{uuid.upper()}"]'):
        blocked = agent.wait_for("media.blocked", mark, tag=tag)
        expect(blocked["rule"] == "media.retired", f"the rule is named: {blocked}")
        agent.wait_for("media.retired", mark, tag=tag)
    lab.ports.unplug(name)


def _make_keys(shift):
    """A signing key and a recovery certificate, made here and put there. Returns the public key's digits."""
    key, certificate = shift.folder / "signing.pem", shift.folder / "recovery.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                    shift.folder / "recovery.key", "-out", certificate, "-subj", "/CN=recovery", "-days", "30"],
                   check=True, capture_output=True)
    shift.lab.put(key, KEY, 0o600)
    shift.lab.put(certificate, CERTIFICATE)
    public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], check=True,
                            capture_output=True).stdout
    return public[-32:].hex()


def _enrol(shift, name):
    node = shift.lab.node_of(name)
    answers = f"{node}\n{SIZE_TEXT}\n{PASSPHRASE}\n{PASSPHRASE}\n".encode()
    done = shift.lab.run(["vaktpost", "media", "enroll", node, "--key", KEY, "--recovery", CERTIFICATE,
                          "--organisation", "lab", "--unit", "ward-4", "--serial", "S-17"],
                         stdin=answers, timeout=ENROL_SECONDS)
    expect("serial=S-17" in done.text, f"it says what it has made: {done.text}")


def enrolled_alone(shift):
    """Where policy demands it, an enrolled stick is admitted and usable, and a private encrypted one is not"""
    lab, agent = shift.lab, shift.agent
    stick = sticks.fat(shift.folder, "enrolled")
    trusting = f'[media]\ntrusted_keys = ["{_make_keys(shift)}"]\n'
    with settings(shift, trusting, KEY, CERTIFICATE):
        mark = agent.mark()
        with shift.policy('[media]\nmode = "observe"'):
            name = lab.ports.plug_stick(stick)
            agent.wait_for("media.blocked", mark)
            _enrol(shift, name)
            agent.wait_for("media.enrolled", mark, serial="S-17", unit="ward-4")
            lab.ports.unplug(name)
        with shift.policy('[media]\nrequire = "enrolled"'):
            mark = agent.mark()
            name = lab.ports.plug_stick(stick)
            admitted = shift.verdict(mark, "media.admitted", "encrypted")
            expect((admitted["rule"], admitted["data"]["enrolment"]) == ("media.require", "valid"), f"{admitted}")
            node = lab.node_of(name)
            lab.put(PASSPHRASE.encode(), "/run/lab-enrolled-key")
            lab.run_in_session(f"""
                mapped=$(udisksctl unlock -b {node} --key-file /run/lab-enrolled-key --no-user-interaction)
                mapped=${{mapped##* as }}; mapped=${{mapped%.}}
                mounted=$(udisksctl mount -b $mapped --no-user-interaction); mounted=${{mounted#* at }}
                echo 'written by the nurse' >"$mounted/note"
                udisksctl unmount -b $mapped
                udisksctl lock -b {node}""", timeout=120)
            lab.ports.unplug(name)
            other, mark = shift.plug(sticks.luks)
            blocked = shift.verdict(mark, "media.blocked", "encrypted")
            expect(blocked["rule"] == "media.require", f"{blocked}")
            lab.ports.unplug(other)
