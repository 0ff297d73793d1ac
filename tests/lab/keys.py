# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyboard and pointer of the workstation, through QEMU's input events."""
import time

PRESS_MILLISECONDS = 30
# From one typed key to the next. QEMU only queues them, 16 events for a slow guest, and drops what is beyond.
TYPE_SECONDS = 0.07

# QEMU's names of the keys of a US keyboard, which the guest has.
_PLAIN = {" ": "spc", "\n": "ret", "\t": "tab", "-": "minus", "=": "equal", "/": "slash", ".": "dot",
          ",": "comma", ";": "semicolon", "'": "apostrophe", "[": "bracket_left", "]": "bracket_right",
          "\\": "backslash", "`": "grave_accent"}
_SHIFTED = {"_": "minus", "+": "equal", "?": "slash", ">": "dot", "<": "comma", ":": "semicolon",
            '"': "apostrophe", "{": "bracket_left", "}": "bracket_right", "|": "backslash", "~": "grave_accent",
            **dict(zip(")!@#$%^&*(", "0123456789"))}


class Keyboard:
    """`screen` is the QEMU display of the seat that the keyboard belongs to; none: the first seat's."""

    def __init__(self, qmp, screen=None):
        self._qmp = qmp
        self._screen = screen

    def press(self, *keys):
        """Presses keys together, by QEMU's names: press("ctrl", "c")."""
        if self._screen is None:
            self._qmp.execute("send-key", keys=[_code(key) for key in keys], hold_time=PRESS_MILLISECONDS)
            return
        for down, order in ((True, keys), (False, reversed(keys))):
            self._qmp.execute("input-send-event", device=self._screen,
                              events=[{"type": "key", "data": {"down": down, "key": _code(key)}} for key in order])

    def type(self, text):
        for character in text:
            self.press(*_keys_of(character))
            time.sleep(TYPE_SECONDS)


def _code(key):
    return {"type": "qcode", "data": key}


def _keys_of(character):
    if character in _PLAIN:
        return (_PLAIN[character],)
    if character in _SHIFTED:
        return ("shift", _SHIFTED[character])
    if character.isupper():
        return ("shift", character.lower())
    return (character,)


class Pointer:
    def __init__(self, qmp):
        self._qmp = qmp

    def move(self, right, down):
        """Moves the mouse by so many counts."""
        self._send([_moved("x", right), _moved("y", down)])

    def click(self, button="left"):
        for down in (True, False):
            self._send([{"type": "btn", "data": {"down": down, "button": button}}])

    def wheel(self):
        """Turns the wheel by a notch."""
        self.click("wheel-up")

    def _send(self, events):
        self._qmp.execute("input-send-event", events=events)


def _moved(axis, value):
    return {"type": "rel", "data": {"axis": axis, "value": value}}
