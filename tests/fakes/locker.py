#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen locker for tests: locker.py DIRECTORY [MODE].

Leaves one file per covered screen in DIRECTORY, named by process number and holding the environment it saw.
SIGUSR1 is the right password (status 0), SIGUSR2 a failure (status 3). In mode "mortal" signals are left to the system,
in mode "lingering" it takes a second to go.
"""
import os
import signal
import sys
import time


def go(status, mode):
    if mode == "lingering":
        time.sleep(1)
    os._exit(status)


def cover(directory, mode):
    for number, status in ((signal.SIGUSR1, 0), (signal.SIGUSR2, 3)):
        if mode != "mortal":
            signal.signal(number, lambda *_, status=status: go(status, mode))
    seen = {key: os.environ.get(key, "") for key in ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "PATH")}
    path = os.path.join(directory, "cover-%d" % os.getpid())
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(repr(seen))
    os.rename(path + ".new", path)


def leave_checker():
    """A second process, as swaylock's that checks passwords: it ends with status 0 when the first one is gone."""
    alive, held = os.pipe()
    if os.fork() == 0:
        os.close(held)
        os.read(alive, 1)
        os._exit(0)
    return held


def go_to_background(directory, mode):
    ready, tell = os.pipe()
    if mode == "pair":
        leave_checker()  # a child of this process, which ends: so whoever started us inherits it
    if os.fork() == 0:
        os.setsid()
        cover(directory, mode)
        os.write(tell, b"x")
        while True:
            signal.pause()
    os.read(ready, 1)
    os._exit(0)


def main():
    directory, mode = sys.argv[1], (sys.argv[2:] or ["forking"])[0]
    with open(os.path.join(directory, "started-%d" % os.getpid()), "w", encoding="ascii"):
        pass
    if mode == "failing":
        sys.exit(1)
    if mode == "empty":
        sys.exit(0)
    if mode == "hanging":
        time.sleep(600)
    if mode == "slow":
        time.sleep(4)
    go_to_background(directory, mode)


main()
