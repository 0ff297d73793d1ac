# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the fuzzers and runs each for a bounded time, one on each core: 10 s, with VAKTPOST_SOAK=1 ten minutes."""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "asan"
SECONDS = 600 if os.environ.get("VAKTPOST_SOAK") == "1" else 10


def seeds_of(name, folder):
    """Some harnesses come with a script that makes good inputs."""
    script = Path(__file__).parent / f"{name}_seeds.py"
    if script.exists() and not any(folder.iterdir()):
        subprocess.run([sys.executable, script, folder], check=True)


def fuzz(program):
    name = program.name.removeprefix("fuzz_")
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds_of(name, corpus)
    result = subprocess.run([program, f"-max_total_time={SECONDS}", "-timeout=10", "-rss_limit_mb=2048",
                             f"-artifact_prefix={BUILD}/", "-print_final_stats=1", corpus],
                            capture_output=True, text=True, errors="replace")
    runs = [line.split()[-1] for line in result.stderr.splitlines() if "number_of_executed_units" in line]
    passed = result.returncode == 0
    print(("ok   " if passed else "FAIL ") + f"{name}: {runs[0] if runs else '?'} inputs in {SECONDS} s"
          + ("" if passed else f"\n{result.stderr[-4000:]}"), flush=True)
    return passed


def main():
    subprocess.run(["cmake", "--preset", "asan"], cwd=ROOT, check=True)
    subprocess.run(["cmake", "--build", "--preset", "fuzz"], cwd=ROOT, check=True)
    programs = [program for program in sorted((BUILD / "tests/fuzz").glob("fuzz_*")) if program.is_file()]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = list(pool.map(fuzz, programs))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
