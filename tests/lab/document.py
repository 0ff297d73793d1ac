# SPDX-License-Identifier: GPL-3.0-or-later
"""A document that is open in an editor and not saved: it is nowhere but in that program's memory."""
import itertools

SECONDS = 60
_numbers = itertools.count(1)


class Document:
    """Opened in the terminal that has the keyboard; `save` also proves that the editor is still that one."""

    def __init__(self, lab, user="nurse"):
        self._lab = lab
        self._number = next(_numbers)
        self._path = f"/home/{user}/document-{self._number}"
        lab.wait_for_keys()
        lab.keyboard.type("ed\n")
        lab.wait_for(f"pgrep -u {user} -x ed", SECONDS, "the editor runs")
        lab.keyboard.type(f"a\nwritten before {self._number}\n")
        lab.wait_still()  # keys are under way for a while

    def save(self):
        self._lab.wait_for_keys()
        self._lab.keyboard.type(f"written after\n.\nw {self._path}\nq\n")
        text = f"written before {self._number}\\nwritten after\\n"
        self._lab.wait_for(f"printf '{text}' | cmp -s - {self._path}", SECONDS,
                           "the unsaved document is still there and can be saved")
        self._lab.keyboard.type("clear; cat ~/notes.txt\n")
