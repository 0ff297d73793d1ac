# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of progress for long work: rewritten in place on a terminal, one line at a time elsewhere."""
import subprocess
import sys
import time

TERMINAL_PERIOD_SECONDS = 1
PLAIN_PERIOD_SECONDS = 20


class Progress:
    def __init__(self, title, log=None):
        """`log` names a file for the output of the work."""
        self._title = title
        self._log_path = log
        self._terminal = sys.stdout.isatty()
        self.log = None

    def __enter__(self):
        self._started = self._shown = time.monotonic()
        if self._log_path:
            self.log = open(self._log_path, "wb")
        self._show("")
        return self

    def __exit__(self, kind, _value, _trace):
        self._show("failed" if kind else "done", last=True)
        if self.log:
            self.log.close()

    @property
    def elapsed(self):
        return time.monotonic() - self._started

    def wait(self, child):
        """Waits for a child process and meanwhile shows that time passes."""
        while True:
            try:
                return child.wait(timeout=TERMINAL_PERIOD_SECONDS)
            except subprocess.TimeoutExpired:
                self.tick()

    def tick(self, detail=""):
        period = TERMINAL_PERIOD_SECONDS if self._terminal else PLAIN_PERIOD_SECONDS
        if time.monotonic() - self._shown >= period:
            self._shown = time.monotonic()
            self._show(detail)

    def tail(self, lines=20):
        text = self._log_path.read_text(errors="replace").splitlines()
        return "\n".join(text[-lines:])

    def _show(self, detail, last=False):
        line = f"{self._title} [{self.elapsed:4.0f} s] {detail}".rstrip()
        if self._terminal:
            print(f"\r\x1b[K{line}", end="\n" if last else "", flush=True)
        else:
            print(line, flush=True)
