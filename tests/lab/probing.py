# SPDX-License-Identifier: GPL-3.0-or-later
"""A user who tries to get at removable disks, all the time."""
import json
import threading

from waiting import LabError

STOP = "/run/lab-prober-stop"
LONGEST_SECONDS = 900
END_SECONDS = 120
START_SECONDS = 60


class Prober:
    """Runs the guest's prober in the nurse's session while the body runs. Afterwards `opens` and `calls` are the
    numbers of tries, and `succeeded` what came of them."""

    def __init__(self, lab):
        self._lab = lab

    def __enter__(self):
        self._lab.run(["rm", "-f", STOP])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        # A stick may be there for less time than a program needs to start.
        self._lab.wait_for("pgrep -f '[l]ab/prober'", START_SECONDS, "the prober runs")
        return self

    def _run(self):
        self._result = self._lab.run_in_session(f"exec /usr/local/lib/lab/prober {STOP}", timeout=LONGEST_SECONDS,
                                                check=False)

    def __exit__(self, kind, _value, _trace):
        self._lab.run(["touch", STOP])
        self._thread.join(END_SECONDS)
        if kind is not None:
            return
        if self._thread.is_alive() or self._result.exit != 0:
            raise LabError("the prober did not end in order")
        report = json.loads(self._result.stdout)
        self.opens, self.calls, self.succeeded = report["opens"], report["udisks calls"], report["succeeded"]
