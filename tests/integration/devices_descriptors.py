#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own walk beside libusb on the same nodes of a made-up usbfs: the walk sees whatever libusb sees, and more.

devices_descriptors.py PROBE    PROBE: the built devices_descriptors_probe. Runs in a mount namespace of its own.
"""
import os
import random
import subprocess
import sys
from pathlib import Path

INSIDE = "--in-namespace"
NODE = Path("/dev/bus/usb/001/002")
MUTATIONS = 1000
# libusb itself loses a few bytes of what it refuses.
NO_LEAK_CHECK = os.environ | {"ASAN_OPTIONS": "detect_leaks=0"}
DISK = (8, 6, 0x50)
KEYBOARD = (3, 1, 1)


def device(configurations=1):
    return bytes([18, 1, 0, 2, 0, 0, 0, 64, 0x6D, 4, 0x1C, 0xC3, 0, 1, 1, 2, 3, configurations])


def interface(number, alternate, kind):
    return bytes([9, 4, number, alternate, 0, *kind, 0])


def configuration(value, claimed, *body):
    inside = b"".join(body)
    return bytes([9, 2, *(9 + len(inside)).to_bytes(2, "little"), claimed, value, 0, 0x80, 50]) + inside


def readings(probe, raw):
    NODE.parent.mkdir(parents=True, exist_ok=True)
    NODE.write_bytes(raw)
    result = subprocess.run([probe, NODE], capture_output=True, text=True, timeout=30, env=NO_LEAK_CHECK)
    if result.returncode != 0:
        raise AssertionError(f"the probe exited {result.returncode}: {result.stderr}")
    found = {"libusb": set(), "walk": set()}
    for line in result.stdout.splitlines():
        reader, *numbers = line.split()
        found[reader].add(tuple(map(int, numbers)))
    return found


def expect(condition, found):
    if not condition:
        raise AssertionError(found)


def both_readers_agree_on_an_honest_device(probe):
    raw = device(2) + configuration(1, 2, interface(0, 0, KEYBOARD), interface(1, 0, (3, 0, 0)),
                                    interface(1, 1, (3, 0, 2))) + configuration(2, 1, interface(0, 0, DISK))
    found = readings(probe, raw)
    expect(found["libusb"] == found["walk"] == {(1, 0, *KEYBOARD), (1, 1, 3, 0, 0), (1, 1, 3, 0, 2), (2, 0, *DISK)},
           found)


def a_disk_hidden_from_libusb_is_found_by_the_walk(probe):
    out_of_place = device() + configuration(1, 2, interface(0, 0, KEYBOARD), interface(1, 0, (3, 0, 0)),
                                            interface(0, 1, DISK))
    found = readings(probe, out_of_place)
    expect((1, 0, *DISK) not in found["libusb"] and (1, 0, *DISK) in found["walk"], found)
    uncounted = device() + configuration(1, 1, interface(0, 0, KEYBOARD), interface(1, 0, DISK))
    found = readings(probe, uncounted)
    expect((1, 1, *DISK) not in found["libusb"] and (1, 1, *DISK) in found["walk"], found)


def descriptors_that_libusb_refuses_do_no_harm(probe):
    for raw in (b"", device(), device(255), device() + b"\xff" * 300, device() + configuration(1, 255),
                device() + configuration(1, 1, b"\x00\x00"), device() + configuration(1, 1, b"\x05\x04")):
        readings(probe, raw)


def broken(chance, raw):
    """Some bytes changed, cut out, doubled or cut off."""
    raw = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(18, len(raw))
        change = chance.randrange(4)
        if change == 0:
            raw[at] = chance.choice((0, 1, 2, 4, 5, 9, 255, chance.randrange(256)))
        elif change == 1:
            del raw[at:at + chance.randint(1, 9)]
        elif change == 2:
            raw[at:at] = raw[at:at + chance.randint(1, 18)]
        elif at > 27:
            del raw[at:]
    return bytes(raw)


def nothing_that_libusb_sees_escapes_the_walk(probe):
    chance = random.Random(4)
    seen = 0
    for _ in range(MUTATIONS):
        kinds = [interface(chance.randrange(3), chance.randrange(2), chance.choice((DISK, KEYBOARD, (3, 0, 0))))
                 for _ in range(chance.randint(1, 4))]
        raw = device(2) + configuration(1, chance.randint(0, 3), *kinds[:2]) + configuration(2, 1, *kinds[2:])
        raw = broken(chance, raw)
        found = readings(probe, raw)
        seen += len(found["libusb"])
        if found["libusb"] - found["walk"]:
            raise AssertionError(f"{raw.hex()}: {found}")
    expect(seen > MUTATIONS / 4, seen)


TESTS = [both_readers_agree_on_an_honest_device, a_disk_hidden_from_libusb_is_found_by_the_walk,
         descriptors_that_libusb_refuses_do_no_harm, nothing_that_libusb_sees_escapes_the_walk]


def run(test, probe):
    try:
        test(probe)
    except Exception as failure:
        print(f"FAILED: {test.__name__.replace('_', ' ')}\n{failure}", flush=True)
        return False
    print("ok:", test.__name__.replace("_", " "), flush=True)
    return True


def main():
    if len(sys.argv) == 2:
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
            print(f"skip: no mount namespace of our own may be made here\n0 passed, 0 failed, {len(TESTS)} skipped")
            return 77
        os.execvp("unshare", ["unshare", "-rm", sys.executable, __file__, sys.argv[1], INSIDE])
    if sys.argv[2:] != [INSIDE]:
        sys.exit(__doc__)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/dev"], check=True)
    results = [run(test, sys.argv[1]) for test in TESTS]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
