# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed agent, seen as IT sees it: through the vaktpost command."""
import json

from waiting import wait_until

EVENT_SECONDS = 60
POLL_SECONDS = 0.3


class Agent:
    """`events` holds every event read so far, oldest first; new ones are printed as they are read."""

    def __init__(self, lab):
        self._lab = lab
        self.events = []

    def refresh(self):
        lines = self._lab.run("vaktpost events --json", timeout=60).stdout.splitlines()
        for line in lines[len(self.events):]:
            event = json.loads(line)
            self.events.append(event)
            print(f"      {_one_line(event)}", flush=True)
        return self.events

    def mark(self):
        """A place in the timeline, for `since`."""
        return len(self.refresh())

    def since(self, mark, kind=None, /, **data):
        """Events behind the mark, of this type and with these data."""
        return [event for event in self.events[mark:] if _matches(event, kind, data)]

    def wait_for(self, kind, since, seconds=EVENT_SECONDS, /, **data):
        """The first such event behind the mark."""
        def found():
            self.refresh()
            return self.since(since, kind, **data)
        what = " ".join([kind, *(f"{key}={value}" for key, value in data.items())])
        return wait_until(found, seconds, f"event {what}", POLL_SECONDS)[0]

    def status(self):
        """What `vaktpost status --json` says, and its exit status."""
        result = self._lab.run("vaktpost status --json", check=False)
        return result.exit, json.loads(result.stdout or b"{}")

    def wait_armed(self, seconds=EVENT_SECONDS):
        wait_until(lambda: self.status()[0] == 0, seconds, "vaktpost status says armed")

    def pid(self):
        """Process of the running agent; 0 while there is none."""
        return int(self._lab.run("systemctl show -P MainPID vaktpostd").text)

    def set_policy(self, text):
        """Puts a policy into force, or the default one again for None."""
        mark = self.mark()
        if text is None:
            self._lab.run("rm -f /etc/vaktpost/policy.toml")
        else:
            self._lab.put(text.encode(), "/etc/vaktpost/policy.toml")
        self._lab.run("systemctl reload vaktpostd")
        self.wait_for("policy.applied", mark)

    def memory_and_descriptors(self):
        """Private and shared memory in kB (PSS) and the number of open descriptors of the agent."""
        pid = self.pid()
        pss = self._lab.run(f"awk '/^Pss:/ {{ print $2 }}' /proc/{pid}/smaps_rollup").text
        return int(pss), int(self._lab.run(f"ls /proc/{pid}/fd | wc -l").text)


def follows(effect, cause):
    """Whether one event names the other as its cause."""
    return effect.get("cause") == cause["seq"]


def boot_seconds(event):
    return event["boot_us"] / 1e6


def _matches(event, kind, data):
    return (kind is None or event["type"] == kind) and data.items() <= event.get("data", {}).items()


def _one_line(event):
    data = json.dumps(event.get("data", {}), ensure_ascii=True)
    return f"{boot_seconds(event):9.3f} s  {event['seq']:4}  {event['type']:26} {data}"
