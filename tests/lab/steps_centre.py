# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the centre playlist: the workstation becomes a centre as well, and its own agent sends to that."""
import io
import json
import tarfile
from pathlib import Path

from lockers import SETTINGS
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

CENTRAL = Path(__file__).resolve().parents[2] / "installer" / "central"
ETC = "/etc/vaktpost-centre"
SETUP_SECONDS = 1800  # Debian's packages and a database cluster, on emulated processors
SHIP_SECONDS = 400  # the link tries ever more seldom while nobody answers
VERIFY_SECONDS = 120
RECEIVER = "vaktpost-receiver@1.service"
UNITS = [RECEIVER, "vaktpost-silence.timer", "vaktpost-retention.timer"]
WRONG = ["setup", "setup --bogus", "setup one two", "setup --try a b", "setup /no/authority /no/certificate /no/key",
         "certificate", "certificate --bogus", "certificate 'a name'", "certificate 'a\nname'", "certificate --into"]
# Certificates of the trial authority that ended yesterday: EXPIRED FOLDER NAME
EXPIRED = f"""set -e
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" -keyout "$1/host.key" \\
    -out /run/lab-request
echo "subjectAltName=DNS:$2" >/run/lab-names
openssl x509 -req -in /run/lab-request -CA {ETC}/authority/authority.pem -CAkey {ETC}/authority/authority.key -days -1 \\
    -extfile /run/lab-names -out "$1/host.pem"
"""


def made(shift):
    """One command makes a centre of a fresh machine; once more changes nothing"""
    lab = shift.lab
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(CENTRAL, "installer/central")
    lab.run("tar --extract --no-same-owner --directory /root", stdin=packed.getvalue())
    _central(lab, "setup --try", SETUP_SECONDS)
    _check_running(lab)
    before = _files(lab)
    again = _central(lab, "setup --try", SETUP_SECONDS)
    expect(again.error_text == "", f"the second run complains of nothing: {again.error_text}")
    expect(_files(lab) == before, "the second run leaves certificates and settings as they were")
    _check_running(lab)
    for unit, said in (("vaktpost-silence.service", ""), ("vaktpost-retention.service", "0 records removed")):
        lab.run(f"systemctl start {unit}", timeout=120)
        lab.wait_for(f"journalctl -b -u {unit} -o cat --no-pager | grep -q '{said}'", SEEN_SECONDS, f"{unit} did its work")


def joined(shift):
    """The agent sends to it: each record is in PostgreSQL byte for byte, and the log is complete"""
    lab = shift.lab
    _give_certificate(lab)
    lab.put(b'[centre]\nreceivers = ["relp://localhost:20514"]\n', SETTINGS)
    lab.run("systemctl restart vaktpostd", timeout=120)
    shift.agent.wait_armed()
    count = _everything_is_there(shift)
    _sql(lab, "CREATE ROLE root LOGIN; GRANT vaktpost_reader TO root")
    _is_complete(lab)
    return {"records": count}


def card_is_seen(shift):
    """A card that is pulled is at the centre a moment later"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.ports.pull_card()
    locked = agent.wait_for("session.locked", mark)
    _arrives(lab, locked["epoch"], locked["seq"])
    shift.unlock()
    _everything_is_there(shift)


def services_restarted(shift):
    """Receiver, PostgreSQL and the machine's own rsyslog restarted: records go on"""
    for unit in (RECEIVER, "postgresql.service", "rsyslog.service"):
        shift.lab.run(f"systemctl restart {unit}", timeout=120)
        _something_arrives(shift)
    _check_running(shift.lab)
    _is_complete(shift.lab)


def database_away(shift):
    """PostgreSQL stopped: records wait on the workstation; started: they arrive"""
    lab = shift.lab
    lab.run("systemctl stop postgresql.service", timeout=120)
    _cause_a_record(shift)
    wait_until(lambda: _status(lab)["waiting"] > 0, SEEN_SECONDS, "records wait")
    acknowledged = _status(lab)["acknowledged"]
    since = lab.uptime()
    wait_until(lambda: lab.uptime() > since + 20, SHIP_SECONDS, "time passes", period=1)
    expect(_status(lab)["acknowledged"] == acknowledged, "nothing is acknowledged that is not stored")
    lab.run("systemctl start postgresql.service", timeout=120)
    count = _everything_is_there(shift)
    _is_complete(lab)
    return {"records": count}


def rebooted(shift):
    """After a restart of the machine everything is there by itself"""
    lab = shift.lab
    lab.reboot()
    lab.wait_for_desktop()
    shift.agent.wait_armed()
    _check_running(lab)
    _everything_is_there(shift)
    _is_complete(lab)


def silent_host(shift):
    """A host that fell silent is named in the journal, once, and again when it is back"""
    lab = shift.lab
    record = {"v": 1, "type": "heartbeat", "time": "2026-11-20T10:00:00.000Z", "host": "ward-9", "epoch": 1, "seq": 1,
              "prev": "0" * 64, "severity": "info", "data": {}}
    store = "SELECT vaktpost.store('{}')"
    _sql(lab, store.format(json.dumps(record)))
    _sql(lab, "UPDATE vaktpost.head SET seen = now() - interval '1 day' WHERE host = 'ward-9'")
    for _ in range(2):
        lab.run("systemctl start vaktpost-silence.service", timeout=120)
    said = _journal(lab, "vaktpost-silence")
    expect(len(said) == 1 and 'host "ward-9" is silent' in said[0], f"said once: {said}")
    _sql(lab, store.format(json.dumps({**record, "seq": 2})))
    lab.run("systemctl start vaktpost-silence.service", timeout=120)
    said = _journal(lab, "vaktpost-silence")
    expect(len(said) == 2 and 'host "ward-9" is heard again' in said[1], f"and that it is back: {said}")


def own_certificate_expired(shift):
    """The workstation's certificate has ended: the status says so, and a new one needs no restart"""
    lab = shift.lab
    _everything_is_there(shift)
    _make_expired(lab, "/etc/vaktpost/centre")
    _cause_a_record(shift)
    _link_says(lab, "expired", "own_certificate")
    _check_turned_away(lab)
    _give_certificate(lab)
    _everything_is_there(shift)


def _check_turned_away(lab):
    """Whoever does not look at its own certificate first, as the link does, is refused, and the journal says why."""
    for port in (20514, 6514):
        lab.run(f"openssl s_client -quiet -connect localhost:{port} -CAfile {ETC}/authority.pem "
                "-cert /etc/vaktpost/centre/host.pem -key /etc/vaktpost/centre/host.key </dev/null", timeout=60, check=False)
    for said in ("imrelp.* authentication error 'certificate validation failed'", "certificate invalid: certificate expired"):
        lab.wait_for(f'journalctl -b -u {RECEIVER} -o cat --no-pager | grep -q "{said}"', SEEN_SECONDS, said)


def receiver_certificate_expired(shift):
    """The centre's certificate has ended: the status says so, and no record leaves"""
    lab = shift.lab
    _everything_is_there(shift)
    kept = {name: lab.get(f"{ETC}/{name}") for name in ("host.pem", "host.key")}
    _make_expired(lab, ETC)
    lab.run(f"systemctl restart {RECEIVER}", timeout=120)
    before = _sql(lab, "SELECT count(*) FROM vaktpost.event")
    _cause_a_record(shift)
    _link_says(lab, "expired", "receiver_certificate")
    expect(_sql(lab, "SELECT count(*) FROM vaktpost.event") == before, "no record has left")
    for name, content in kept.items():
        lab.run(f"cat >{ETC}/{name}", stdin=content)
    lab.run(f"systemctl restart {RECEIVER}", timeout=120)
    _everything_is_there(shift)
    _is_complete(lab)


def typed_wrong(shift):
    """What is typed wrong says what is wrong, and leaves the centre as it is"""
    lab = shift.lab
    running = f"systemctl show -P MainPID {RECEIVER}"
    before = _files(lab), lab.run(running).text
    for command in WRONG:
        result = _central(lab, command, check=False)
        expect(result.exit == 64 and result.text == "", f"{command}: an error of usage, not {result}")
        expect(f"installer/central/{command.split()[0]}" in result.error_text, f"{command}: {result.error_text}")
    lab.run("cp -r /root/installer/central /srv/lab-central")
    refused = lab.run("runuser -u nurse -- /srv/lab-central/setup --try", check=False)
    expect((refused.exit, refused.error_text) == (1, "setup: run as root"), f"a user makes no centre: {refused}")
    expect((_files(lab), lab.run(running).text) == before, "the centre is as it was")


def _central(lab, command, timeout=60, check=True):
    return lab.run(f"cd /root && installer/central/{command}", timeout=timeout, check=check)


def _sql(lab, statement):
    return lab.run(["runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "-qAt", "--set", "ON_ERROR_STOP=1", "--dbname",
                    "vaktpost", "--command", statement], timeout=120).text


def _files(lab):
    return lab.run(f"cd {ETC} && find . -type f -exec stat -c '%n %a %U' {{}} + -exec sha256sum {{}} + | sort").text


def _journal(lab, tag):
    return lab.run(f"journalctl -b -t {tag} -p warning -o cat --no-pager", timeout=60).text.splitlines()


def _check_running(lab):
    for unit in UNITS:
        lab.wait_for(f"systemctl is-active --quiet {unit} && systemctl is-enabled --quiet {unit}", SEEN_SECONDS, f"{unit} runs")
    for port in (20514, 6514):
        lab.wait_for(f"ss -Hltn 'sport = :{port}' | grep -q .", SEEN_SECONDS, f"somebody listens on {port}")
    failed = lab.run("systemctl --failed --plain --no-legend").text
    expect("vaktpost" not in failed and "postgresql" not in failed and "rsyslog" not in failed, f"nothing failed: {failed}")


def _give_certificate(lab):
    """As vaktpost-link(8) says."""
    _central(lab, "certificate --into /root/vaktlab localhost vaktlab")
    lab.run("cd /root/vaktlab && install -m 0644 authority.pem host.pem /etc/vaktpost/centre/ && "
            "install -m 0640 -g vaktpost-link host.key /etc/vaktpost/centre/")


def _make_expired(lab, folder):
    """The key keeps its owner and mode."""
    lab.put(EXPIRED.encode(), "/run/lab-expired")
    lab.run(f"sh /run/lab-expired {folder} localhost", timeout=60)


def _status(lab):
    return json.loads(lab.run("vaktpost status --json", check=False).text).get("centre", {})


def _link_says(lab, state, cause):
    def says():
        status = _status(lab)
        return (status.get("link"), status.get("cause")) == (state, cause)
    wait_until(says, SHIP_SECONDS, f"the status says {state}, {cause}", period=1)
    expect(f"link={state}" in lab.run("vaktpost status", check=False).text, "people read it as well")


def _cause_a_record(shift):
    """The policy is read anew, which is recorded; returns that record."""
    mark = shift.agent.mark()
    shift.lab.run("systemctl reload vaktpostd")
    return shift.agent.wait_for("policy.applied", mark)


def _arrives(lab, epoch, seq):
    wait_until(lambda: _sql(lab, f"SELECT 1 FROM vaktpost.event WHERE host = 'vaktlab' AND epoch = {epoch} AND seq = {seq}"),
               SHIP_SECONDS, f"record {epoch}:{seq} is at the centre", period=1)


def _something_arrives(shift):
    record = _cause_a_record(shift)
    _arrives(shift.lab, record["epoch"], record["seq"])


def _everything_is_there(shift):
    """Waits until nothing waits; what PostgreSQL has is what the machine has, byte for byte. Returns how many."""
    lab = shift.lab

    def acknowledged():
        status = _status(lab)
        return status.get("acknowledged") and status["waiting"] == 0
    wait_until(acknowledged, SHIP_SECONDS, "the centre has everything", period=1)
    at_least = len(shift.agent.refresh())
    stored = _sql(lab, "SELECT line FROM vaktpost.event WHERE host = 'vaktlab' ORDER BY epoch, seq").splitlines()
    own = lab.run("vaktpost events --json", timeout=60).text.splitlines()
    expect(stored == own[:len(stored)] and len(stored) > 1, f"byte for byte and in order: {len(stored)} of {at_least}")
    return len(stored)


def _is_complete(lab):
    """By the centre alone, and by the centre and the machine together."""
    centre = "postgresql:///vaktpost?user=root"
    for sources in (f"'{centre}'", f"'{centre}' /var/lib/vaktpost/events.db"):
        # While a new record waits to be sent, it is explained and not complete.
        lab.wait_for(f"vaktpost log verify {sources}", VERIFY_SECONDS, f"log verify {sources} says complete")
