# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting by condition, never by time alone."""
import time


class LabError(Exception):
    """The workstation did not do what the lab asked of it."""


def wait_until(probe, seconds, what, period=0.2):
    """Calls `probe` until it returns something true, which is the result; LabError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if result := probe():
            return result
        if time.monotonic() >= deadline:
            raise LabError(f"not within {seconds:g} s: {what}")
        time.sleep(period)
