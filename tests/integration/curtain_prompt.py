#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The curtain's prompt on a terminal of its own, with PAM rules of the test's: curtain_prompt.py STAGE CATALOGUES [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import pty
import select
import sys
import tempfile
import time
import traceback
from pathlib import Path

PATIENCE = 30  # seconds
GRANTED, NEXT_PERSON = 42, 43
PASSWORD = "blåbær 7"
CASES = []
# The password comes on standard input; each attempt is counted.
CHECK = """#!/bin/sh
echo tried >>%(folder)s/attempts
given=$(tr -d '\\0')
[ "$given" = "$(cat %(folder)s/password)" ]
"""
# As Debian's common-auth: pam_exec itself would say that something is broken.
ASKING = """auth [success=1 default=ignore] pam_exec.so quiet expose_authtok %(folder)s/check
auth requisite pam_deny.so
auth required pam_permit.so
account required pam_permit.so
"""


def case(function):
    CASES.append(function)
    return function


class Stage:
    """One prompt. `screen` is all that it has written."""

    def __init__(self, stage, catalogues, folder):
        self._stage, self._catalogues, self._folder = stage, catalogues, folder
        self.pid = self.terminal = None
        self.screen = ""
        (folder / "password").write_text(PASSWORD)
        (folder / "check").write_text(CHECK % {"folder": folder})
        (folder / "check").chmod(0o755)

    def start(self, rules=ASKING, idle_ms=60_000, service="curtain", **environment):
        (self._folder / "curtain").write_text(rules % {"folder": self._folder})
        arguments = [self._stage, str(self._folder), service, self._catalogues, str(idle_ms)]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(self._stage, arguments, {"PATH": "/usr/bin:/bin", "TZ": "UTC", **environment})
        return self

    def type(self, text):
        os.write(self.terminal, text.encode())

    def shows(self, text, times=1):
        return self._read_until(lambda: self.screen.count(text) >= times)

    def end(self):
        """The exit status, once the prompt has ended."""
        assert self._read_until(lambda: self._reaped() is not None), "it does not end: %r" % self.screen
        return self._status

    def ended(self):
        return self._reaped() is not None

    def attempts(self):
        counted = self._folder / "attempts"
        return len(counted.read_text().splitlines()) if counted.exists() else 0

    def hang_up(self):
        os.close(self.terminal)
        self.terminal = None

    def forget(self):
        """One that has ended, so that another can be started."""
        os.close(self.terminal)
        del self._status
        self.pid = self.terminal = None
        self.screen = ""

    def close(self):
        if self.terminal is not None:
            os.close(self.terminal)
        if self.pid is not None and self._reaped() is None:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)

    def _reaped(self):
        if not hasattr(self, "_status"):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return None
            self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def _read_until(self, condition):
        limit = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > limit:
                return False
            self._read()
        return True

    def _read(self):
        if self.terminal is None or not select.select([self.terminal], [], [], 0.05)[0]:
            return
        try:
            self.screen += os.read(self.terminal, 65536).decode(errors="replace")
        except OSError:  # the other end has gone
            time.sleep(0.01)


@case
def the_password_opens_and_is_never_shown(stage):
    stage.start()
    assert stage.shows("Skjermen er låst") and stage.shows("Passord:")
    stage.type(PASSWORD)
    assert stage.shows("***")
    stage.type("\r")
    assert stage.end() == GRANTED
    assert PASSWORD not in stage.screen and "bær" not in stage.screen
    assert stage.attempts() == 1


@case
def a_wrong_password_opens_nothing_and_may_be_tried_again(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.type("blåbær 8\r")
    assert stage.shows("Feil passord. Prøv igjen.")
    assert not stage.ended()
    stage.type(PASSWORD + "\r")
    assert stage.end() == GRANTED
    assert stage.attempts() == 2


@case
def an_empty_line_is_no_try(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.type("\r\r\r")
    stage.type("\033\r")
    stage.type(PASSWORD + "\r")
    assert stage.end() == GRANTED
    assert stage.attempts() == 1


@case
def keys_that_are_signals_elsewhere_do_nothing(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.type("\x03\x1a\x1c\x04")
    stage.type(PASSWORD + "\r")
    assert stage.end() == GRANTED


@case
def a_mistake_can_be_taken_back(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.type(PASSWORD + "æ\x7f\r")
    assert stage.end() == GRANTED


@case
def what_is_typed_while_the_password_is_checked_counts_for_nothing(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.type("wrong\r" + PASSWORD + "\r")
    assert stage.shows("Feil passord")
    assert not stage.ended() and stage.attempts() == 1


@case
def somebody_else_may_ask_to_log_in_at_any_time_and_at_once(stage):
    for rules, sign in ((ASKING, "Passord:"), ("auth required pam_deny.so\n", "Trykk Enter")):
        stage.start(rules)
        assert stage.shows(sign) and stage.shows("Tab: la en annen logge inn")
        stage.type("half a pass\t" + PASSWORD + "\r")
        assert stage.end() == NEXT_PERSON
        assert stage.attempts() == 0, "nothing that was typed is tried"
        stage.forget()


@case
def a_line_left_alone_is_forgotten(stage):
    stage.start(idle_ms=300)
    assert stage.shows("Passord:")
    stage.type("half a pass")
    assert stage.shows("***")
    seen = len(stage.screen)
    assert stage._read_until(lambda: "Passord: \033" in stage.screen[seen:]), "still there"
    stage.type(PASSWORD + "\r")
    assert stage.end() == GRANTED


@case
def rules_that_refuse_without_asking_are_not_tried_round_and_round(stage):
    stage.start("auth required pam_exec.so quiet %(folder)s/check\naccount required pam_permit.so\n")
    assert stage.shows("Trykk Enter")
    assert stage.attempts() == 1
    stage.type("x")
    stage.type("\r")
    assert stage.shows("Trykk Enter", times=2)
    assert not stage.ended() and stage.attempts() == 2


@case
def an_account_without_a_password_opens_only_when_somebody_is_there(stage):
    stage.start("auth required pam_permit.so\naccount required pam_permit.so\n")
    assert stage.shows("Trykk Enter")
    assert not stage.ended()
    stage.type("\r")
    assert stage.end() == GRANTED


@case
def the_right_password_of_an_account_that_may_not_be_used_opens_nothing(stage):
    stage.start(ASKING.replace("account required pam_permit.so", "account required pam_deny.so"))
    assert stage.shows("Passord:")
    stage.type(PASSWORD + "\r")
    assert stage.shows("Passord:", times=3)
    assert not stage.ended()


@case
def rules_that_are_missing_open_nothing(stage):
    stage.start(service="none")
    assert stage.shows("Trykk Enter")
    stage.type("\r")
    assert stage.shows("Trykk Enter", times=2)
    assert not stage.ended()


@case
def a_message_of_a_module_cannot_steer_the_terminal(stage):
    (stage._folder / "message").write_bytes(b"kort\033[2Jet")
    stage.start("auth optional pam_echo.so file=%(folder)s/message\n" + ASKING)
    assert stage.shows("kort?[2Jet")
    stage.type(PASSWORD + "\r")
    assert stage.end() == GRANTED


@case
def a_terminal_that_has_gone_ends_the_prompt_without_opening(stage):
    stage.start()
    assert stage.shows("Passord:")
    stage.hang_up()
    assert stage.end() not in (GRANTED, 0)


@case
def it_speaks_the_language_of_the_system(stage):
    for language, word in (("nb", "Bruker:"), ("nn", "Brukar:"), ("en", "User:"), ("se", "Bruker:")):
        stage.start(LANG="C.UTF-8", LANGUAGE=language)
        assert stage.shows(word), language
        stage.type(PASSWORD + "\r")
        assert stage.end() == GRANTED
        stage.forget()


def run_case(function, stage, catalogues):
    with tempfile.TemporaryDirectory(prefix="curtain-") as folder:
        on = Stage(stage, catalogues, Path(folder))
        try:
            function(on)
            return None
        except Exception:
            return traceback.format_exc() + "screen: %r\n" % on.screen
        finally:
            on.close()


def main():
    stage, catalogues, words = sys.argv[1], sys.argv[2], sys.argv[3:]
    if not list(Path("/usr/lib").glob("*/security/pam_exec.so")):
        print("skipped: there is no pam_exec (package libpam-modules)")
        return 77
    chosen = [function for function in CASES if all(word in function.__name__ for word in words)]
    failures = 0
    for function in chosen:
        error = run_case(function, stage, catalogues)
        failures += error is not None
        print(("FAIL " if error else "ok   ") + function.__name__.replace("_", " "), flush=True)
        if error:
            print(error)
    print(f"{len(chosen) - failures} passed, {failures} failed, 0 skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
