# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: rules about USB devices, exceptions, and what the agent says about them."""
import json

import sticks
from runner import expect
from shift_context import SEEN_SECONDS

ADAPTER_CLASS, ADAPTER_VENDOR = "ff:*:*", "0403"  # QEMU's serial adapter
EXCEPTION_SECONDS = 45  # time enough for a restart of the agent
WARNING_SECONDS = 25


def _rule(name, action, **keys):
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f'[[usb.rule]]\nid = "{name}"\naction = "{action}"\n{lines}'


def _devices(shift):
    """What `vaktpost devices --json` says of USB devices, by name."""
    lines = shift.lab.run("vaktpost devices --json").stdout.splitlines()
    return {entry["device"]: entry for entry in map(json.loads, lines) if "interfaces" in entry}


def _authorized(shift, device):
    """What the kernel has for the adapter's interface; empty where the device is withdrawn as a whole."""
    return shift.lab.run(f"cat /sys/bus/usb/devices/{device}:1.0/authorized", check=False).text


def _decided(shift, mark, kind, rule, device=None):
    """About the device; without one, about the adapter that has just been plugged in."""
    event = shift.agent.wait_for(kind, mark, **({"device": device} if device else {"vendor": ADAPTER_VENDOR}))
    expect(event["rule"] == rule, f"rule {rule} decided: {event}")
    return event


def port_and_connect_type(shift):
    """A rule blocks a device at one port and of one connect type; another port's rule leaves it alone"""
    mark = shift.agent.mark()
    name = shift.lab.ports.plug_other("serial")
    device = _decided(shift, mark, "usb.allowed", "usb.default")["data"]["device"]
    shown = _devices(shift)[device]
    expect(shown["interfaces"][0]["verdict"] == "allow", f"it is shown as allowed: {shown}")
    expect(len(shown["descriptors"]) == 64, f"its descriptors have a hash: {shown}")
    same = shift.lab.run(f"sha256sum </sys/bus/usb/devices/{device}/descriptors").text.split()[0]
    expect(shown["descriptors"] == same, "the hash is that of the kernel's file")
    by_port = {"port": f'["{device}"]', "connect_type": f'["{shown["connect_type"]}"]',
               "descriptors": f'"{shown["descriptors"]}"'}
    mark = shift.agent.mark()
    with shift.policy(_rule("not-here", "block", **by_port)):
        _decided(shift, mark, "usb.blocked", "not-here", device)
        expect(_authorized(shift, device) != "1", "the kernel has withdrawn it")
        mark = shift.agent.mark()
    _decided(shift, mark, "usb.allowed", "usb.default", device)
    elsewhere = {**by_port, "port": '["9-*"]'}
    with shift.policy(_rule("not-there", "block", **elsewhere)):
        expect(_devices(shift)[device]["interfaces"][0]["rule"] == "usb.default", "another port is another matter")
    shift.lab.ports.unplug(name)
    return {"device": device, "connect type": shown["connect_type"]}


def blocked_while_locked(shift):
    """A rule withdraws a device while the screen is locked; the unlock gives it back"""
    with shift.policy(_rule("open-only", "block", interface=f'["{ADAPTER_CLASS}"]', screen='"locked"')):
        mark = shift.agent.mark()
        name = shift.lab.ports.plug_other("serial")
        device = _decided(shift, mark, "usb.allowed", "usb.default")["data"]["device"]
        shift.insert_card()
        mark = shift.agent.mark()
        shift.lab.ports.pull_card()
        shift.agent.wait_for("session.locked", mark)
        blocked = _decided(shift, mark, "usb.blocked", "open-only", device)
        expect(_authorized(shift, device) != "1", "the kernel has withdrawn it")
        mark = shift.agent.mark()
        shift.unlock()
        back = _decided(shift, mark, "usb.allowed", "usb.default", device)
        shift.lab.wait_for(f"grep -qx 1 /sys/bus/usb/devices/{device}:1.0/authorized", SEEN_SECONDS,
                           "the kernel has it again")
        shift.lab.ports.unplug(name)
    return {"withdrawn ms": blocked["data"]["done_us"] / 1000, "given back ms": back["data"]["done_us"] / 1000}


def allowed_for_a_while(shift):
    """`vaktpost allow` lets a blocked device in, survives an agent restart, warns, and ends"""
    lab, agent = shift.lab, shift.agent
    policy = f'[usb]\nallow_warning = "{WARNING_SECONDS}s"\n' + _rule("none", "block", interface=f'["{ADAPTER_CLASS}"]')
    with shift.policy(policy):
        mark = agent.mark()
        name = lab.ports.plug_other("serial")
        device = _decided(shift, mark, "usb.blocked", "none")["data"]["device"]
        refused = lab.run_in_session(f"vaktpost allow {device} --for 1min --reason service", check=False)
        expect(refused.exit == 1, f"the nurse may not: {refused.text}")
        wrong = lab.run(f"vaktpost allow {device} --for 1min --reason because", check=False)
        expect(wrong.exit == 64, "a reason that is none is told")
        mark = agent.mark()
        print(f"      {lab.run(f'vaktpost allow {device} --for {EXCEPTION_SECONDS}s --reason service').text}", flush=True)
        granted = agent.wait_for("exception.granted", mark, reason="service")
        rule = granted["rule"]
        _decided(shift, mark, "usb.allowed", rule, device)
        agent.wait_for("exception.used", mark, device=device)
        mark = agent.mark()
        lab.run("systemctl restart vaktpostd")
        agent.wait_armed()
        _decided(shift, mark, "usb.allowed", rule, device)
        shown = _devices(shift)[device]
        expect(shown["exception"]["reason"] == "service", f"it is shown: {shown}")
        print(lab.run("vaktpost devices").text, flush=True)
        agent.wait_for("exception.expiring", mark, EXCEPTION_SECONDS + SEEN_SECONDS)
        ended = agent.wait_for("exception.expired", mark, EXCEPTION_SECONDS + SEEN_SECONDS)
        expect(ended["cause"] == granted["seq"], f"the end names what it ends: {ended}")
        _decided(shift, mark, "usb.blocked", "none", device)
        expect(_authorized(shift, device) != "1", "the kernel has withdrawn it")
        lab.ports.unplug(name)


def ward_devices(shift):
    """Where what no rule names is blocked, an ECG recorder works at its port, a microphone and a dock's network anywhere"""
    lab, agent = shift.lab, shift.agent
    dock = lab.ports.plug_hub()
    at = f"1-{lab.ports.port_of(dock)}"  # QEMU's hub is none of USB 3
    rules = (_rule("hubs", "allow", interface='["09:*:*"]') + _rule("input", "allow", interface='["03:*:*"]')
             + _rule("ecg", "allow", vendor=f'"{ADAPTER_VENDOR}"', product='"6001"', port=f'["{at}.1"]')
             + _rule("dictation", "allow", interface='["01:*:*"]')
             + _rule("dock", "allow", interface='["02:*:*", "0a:*:*"]', port=f'["{at}.*"]'))
    with shift.policy('[usb]\ndefault = "block"\n' + rules):
        there = {"ecg": ("serial", "ls /dev/ttyUSB*"), "dictation": ("audio", "test -e /sys/class/sound/card0"),
                 "dock": ("network", "ls -d /sys/class/net/*/device/bInterfaceNumber")}
        plugged = []
        for port, (rule, (kind, works)) in enumerate(there.items(), start=1):
            mark = agent.mark()
            plugged.append(lab.ports.plug_behind(dock, port, kind))
            allowed = agent.wait_for("usb.allowed", mark, device=f"{at}.{port}")
            expect(all(said.endswith(f"={rule}") for said in allowed["data"]["rules"]), f"{rule} lets it in: {allowed}")
            lab.wait_for(works, SEEN_SECONDS, f"{rule} works")
        for name in plugged:
            lab.ports.unplug(name)
        mark = agent.mark()
        elsewhere = lab.ports.plug_other("serial")
        _decided(shift, mark, "usb.blocked", "usb.default")
        lab.ports.unplug(elsewhere)
    lab.ports.unplug(dock)


def devices_are_explained(shift):
    """`vaktpost devices` tells verdict, rule, evidence and what is missing; `policy suggest` drafts rules"""
    lab, agent = shift.lab, shift.agent
    near = _rule("adapter-elsewhere", "allow", vendor='"0403"', product='"6001"', port='["9-*"]')
    with shift.policy(near + _rule("no-adapters", "block", interface=f'["{ADAPTER_CLASS}"]')):
        mark = agent.mark()
        lab.ports.plug_other("serial")
        device = _decided(shift, mark, "usb.blocked", "no-adapters")["data"]["device"]
        _, mark = shift.plug(sticks.fat_partition)
        blocked = shift.verdict(mark, "media.blocked", "plain")
        text = lab.run("vaktpost devices").text
        print(text, flush=True)
        for words in ("rule=no-adapters", "rule adapter-elsewhere: no, port differs",
                      "it lacks: rule adapter-elsewhere would allow it but for port",
                      "it lacks: encryption of the part at byte 1048576", "rule=media.unencrypted", "evidence="):
            expect(words in text, f"{words} is told")
        refused = lab.run_in_session("vaktpost devices", check=False)
        expect(refused.exit == 1, "the nurse is not told")
        trace = lab.run(f"vaktpost explain {blocked['code']}").text
        print(trace, flush=True)
        expect("rule=media.unencrypted" in trace and "evidence=" in trace, "explain tells rule and evidence")
    return {"device": device}
