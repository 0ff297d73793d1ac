# SPDX-License-Identifier: GPL-3.0-or-later
"""Input devices that a program in the guest makes: a lid, and what pretends to be a hand."""
from contextlib import contextmanager

SEEN_SECONDS = 30


@contextmanager
def virtual_input(lab, kind):
    """A device of a kind that the guest's /usr/local/lib/lab/virtual-input knows, while the body runs. Gives a
    function that makes it do something."""
    fifo = f"/run/lab-{kind}"
    lab.run(f"systemd-run -q --collect --unit=lab-{kind} /usr/local/lib/lab/virtual-input {kind} {fifo}")
    lab.wait_for(f"test -p {fifo} && grep -q 'lab {kind}' /proc/bus/input/devices", SEEN_SECONDS, f"a virtual {kind}")
    lab.run("udevadm settle", timeout=60)
    try:
        yield lambda action: lab.run(f"echo {action} >{fifo}")
    finally:
        lab.run(f"echo end >{fifo}")
