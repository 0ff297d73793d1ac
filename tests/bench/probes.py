# SPDX-License-Identifier: GPL-3.0-or-later
"""Small programs that stamp, in the guest, when the outside world sees something: probes/."""
import subprocess
from contextlib import contextmanager
from pathlib import Path

from waiting import LabError

SOURCES = Path(__file__).resolve().parent / "probes"
LIBRARIES = {"uevents": [], "card_witness": ["libpcsclite", "libsystemd"]}
START_SECONDS = 30


@contextmanager
def running(bench, name):
    """Builds a probe, starts it in the guest and gives a function that returns its lines so far, each split into
    words, the first of them microseconds since boot."""
    lab, output = bench.lab, f"/root/{name}.out"
    lab.put(_build(bench.folder, name), f"/root/{name}", mode=0o755)
    lab.run(["systemd-run", "--quiet", f"--unit=bench-{name}", f"--property=StandardOutput=truncate:{output}",
             f"/root/{name}"])
    try:
        lab.wait_for(f"systemctl is-active bench-{name} && test -e {output}", START_SECONDS, f"the probe {name} runs")
        yield lambda: [(int(stamp), *words) for stamp, *words in map(str.split, lab.get(output).decode().splitlines())]
    finally:
        lab.run(f"systemctl stop bench-{name}", check=False)


def _build(folder, name):
    program = folder / name
    libraries = LIBRARIES[name]
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], capture_output=True, text=True,
                           check=True).stdout.split() if libraries else []
    built = subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-o", program, SOURCES / f"{name}.cpp",
                            *flags], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise LabError(f"the probe {name} does not build:\n{built.stderr}")
    return program
