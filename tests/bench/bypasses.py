#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which plain media get past which guard: a table, made on the virtual workstation.

Plugs each medium in as a memory stick, four times: before anything is installed (what udev says of it; what a user gets
done through udisks), with USBGuard and a rule that allows storage, and with Vaktpost. Prints the table and leaves
bypasses.json in the output folder. It judges nothing; exit status 0 says that everything could be tried.
"""
import argparse
import contextlib
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "lab"), str(TESTS / "integration")]

from agent import Agent  # noqa: E402  the lab's and the examiner's modules are found from here on
from bypass_media import media  # noqa: E402
from peers import START_SECONDS, UNITS  # noqa: E402
from shift import built_package  # noqa: E402
from sticks import Stick  # noqa: E402
from waiting import LabError  # noqa: E402
from workstation import Workstation  # noqa: E402

OUTPUT = TESTS.parent / "dist" / "bypasses"
PLUG_SECONDS = 15
# What a user tries with the stick's disk and each of its partitions; the first thing that works is told. What there is
# is mounted; what is empty is formatted and mounted.
TRY = """
for node in {node} {node}?*; do
    [ -b $node ] || continue
    where=$(udisksctl mount --no-user-interaction -b $node 2>/dev/null | sed 's/.* at //; s/[.]$//')
    [ -n "$where" ] || continue
    if touch "$where/bypass" 2>/dev/null; then echo write; else echo read; fi
    udisksctl unmount --no-user-interaction -b $node >/dev/null 2>&1
    exit 0
done
path=/org/freedesktop/UDisks2/block_devices/$(basename {node})
if busctl call org.freedesktop.UDisks2 $path org.freedesktop.UDisks2.Block Format 'sa{{sv}}' vfat 0 >/dev/null 2>&1; then
    echo format; exit 0
fi
echo nothing
"""


@dataclass
class Result:
    medium: str
    plain: bool
    udev: str = ""
    got: dict = field(default_factory=dict)  # by guard: what the user got done


def main():
    options = arguments()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    with tempfile.TemporaryDirectory() as folder:
        made = [medium for medium in media(Path(folder)) if not options.only or medium.name in options.only]
        with Workstation(options.output) as lab:
            lab.wait_for_desktop()
            results = [Result(medium.name, medium.plain) for medium in made]
            each(lab, made, results, "udisks", udev=True)
            with usbguard(lab):
                each(lab, made, results, "USBGuard, storage allowed")
            lab.install(options.package or built_package())
            agent = Agent(lab)
            agent.wait_armed()
            each(lab, made, results, "Vaktpost")
    (options.output / "bypasses.json").write_text(json.dumps([asdict(result) for result in results], indent=1))
    print("\n" + table(results))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="MEDIUM", help="this one alone; may be repeated")
    parser.add_argument("--package", type=Path, metavar="DEB", help="the .deb to install; else the one in dist/")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="DIR")
    return parser.parse_args()


def each(lab, made, results, guard, udev=False):
    for medium, result in zip(made, results):
        name = lab.ports.plug_stick(Stick(medium.name, medium.image, not medium.plain))
        try:
            node = lab.node_of(name, PLUG_SECONDS)
            lab.run("udevadm settle", timeout=60)
            if udev:
                result.udev = lab.run(f"udevadm info -q property {node} | sed -n 's/^ID_FS_USAGE=//p'").text
            result.got[guard] = lab.run_in_session(TRY.format(node=node), timeout=60).text
        except LabError:  # it never became a disk, or ceased to be one
            result.got[guard] = "nothing"
        finally:
            lab.ports.unplug(name)
        print(f"{guard}: {medium.name}: {result.got[guard]}", flush=True)


@contextlib.contextmanager
def usbguard(lab):
    """With a policy of its own generator, and a rule that allows storage: it has none that looks into it."""
    lab.run("usbguard generate-policy >/etc/usbguard/rules.conf && "
            "echo 'allow with-interface one-of { 08:*:* }' >>/etc/usbguard/rules.conf && chmod 600 /etc/usbguard/rules.conf")
    lab.run(f"systemctl unmask {UNITS} && systemctl start {UNITS}", timeout=120)
    lab.wait_for("usbguard list-devices", START_SECONDS, "USBGuard answers")
    try:
        yield
    finally:
        lab.run(f"systemctl stop {UNITS}; systemctl mask {UNITS}; "
                "for hub in /sys/bus/usb/devices/usb*; do echo 1 >$hub/authorized_default; done", timeout=120)


def table(results):
    """A plain medium gets past a guard that takes it for encrypted, or under which the user gets something done."""
    guards = list(results[0].got)
    lines = [["medium", "plain", "udev alone", *guards]]
    passed = {name: 0 for name in ["udev alone", *guards]}
    for result in results:
        past = {"udev alone": result.plain and result.udev == "crypto",
                **{guard: result.plain and got != "nothing" for guard, got in result.got.items()}}
        for name in passed:
            passed[name] += past[name]
        said = {"udev alone": result.udev or "-", **result.got}
        lines.append([result.medium, "yes" if result.plain else "no",
                      *(f"{said[name]} {'PAST' if past[name] else ''}".strip() for name in passed)])
    plain = sum(result.plain for result in results)
    lines.append([f"got past, of {plain} plain ones", "", *(str(count) for count in passed.values())])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        sys.exit(f"bypasses: {error}")
