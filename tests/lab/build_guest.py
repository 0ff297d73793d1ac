#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the guest image of the virtual workstation, once for each state of its recipe.

The result lies in the user's cache under a hash of everything that makes it: the recipe folder, this file
and the Debian release of the running machine. It is complete or not there: it is built beside its place and
renamed into it. Two runs at once wait for each other.
"""
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from progress import Progress

RECIPE = Path(__file__).resolve().parent / "guest"
DISK_SIZE = "3G"
MACHINE_ID = "5f0c7d0e6b5a4f4c9b8d3c2a1e0f9d8c"


class BuildError(Exception):
    pass


@dataclass(frozen=True)
class Guest:
    kernel: Path
    initrd: Path
    disk: Path


def cache_root():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vaktpost" / "lab"


def ensure_guest():
    """The guest image for the present recipe, built if need be."""
    root = cache_root()
    root.mkdir(parents=True, exist_ok=True)
    place = root / recipe_hash()
    with open(root / "lock", "w") as lock:
        _take(lock)
        if not place.is_dir():
            _remove_leftovers(root)
            _build(place)
    return Guest(place / "vmlinuz", place / "initrd.img", place / "disk.img")


def recipe_hash():
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(Path("/etc/debian_version").read_bytes())
    for path in sorted(RECIPE.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(RECIPE)} {path.stat().st_mode:o}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _take(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("guest image: another run is building, waiting for it", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _remove_leftovers(root):
    """Older images and what an interrupted build left, unmounted first. A running guest keeps its open disk."""
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in mounted:
        if place.startswith(f"{root}/"):
            subprocess.run(["umount", "--lazy", place], check=False)
    for path in root.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def _build(place):
    if os.geteuid() != 0:
        raise BuildError("building the guest image takes root: its files belong to several users")
    with tempfile.TemporaryDirectory(prefix="building-", dir=place.parent) as work:
        work = Path(work)
        result = work / "result"
        result.mkdir()
        with Progress("guest image: installing Debian packages", log=work / "mmdebstrap.log") as progress:
            _install(work / "root", progress)
        with Progress("guest image: writing the disk", log=work / "mke2fs.log") as progress:
            _extract_boot_files(work / "root", result)
            _write_disk(work / "root", result / "disk.img", progress)
        result.rename(place)


def _install(root, progress):
    packages = re.sub(r"#.*", "", (RECIPE / "packages.txt").read_text()).split()
    # apt in the new root drops its rights to a user who must reach the folder.
    root.parent.chmod(0o755)
    _run(["mmdebstrap", "--variant=apt", "--mode=root", "--format=directory", *_apt_options(),
          f"--include={','.join(packages)}",
          f"--customize-hook={RECIPE / 'customise.sh'} \"$1\"",
          _release(), root, *_apt_sources()], progress)
    # A known identity: without one each boot would be a first boot, with systemd's presets applied.
    (root / "etc/machine-id").write_text(MACHINE_ID + "\n")


def _release():
    fields = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return fields["VERSION_CODENAME"].strip('"')


def _apt_sources():
    """The running machine's own Debian sources, so that no mirror is named here."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)",
         "Created-By: Packages"], capture_output=True, text=True, check=True).stdout
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    sources = [f"deb [signed-by={keyring}] {uri} {release} {component}"
               for origin, uri, release, component in (line.split("|") for line in listed.splitlines())
               if origin == "Debian"]
    if not sources:
        raise BuildError("apt knows no Debian source here: run apt-get update first")
    return sources


def _apt_options():
    """The proxies of the running machine, if it has any."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    return [f"--aptopt={line.rstrip(';')}" for line in dump.splitlines()
            if re.match(r'Acquire::https?::Proxy\b.* ".+";', line)]


def _extract_boot_files(root, result):
    for name in ("vmlinuz", "initrd.img"):
        [source] = (root / "boot").glob(f"{name}-*")
        shutil.copyfile(source, result / name)


def _write_disk(root, disk, progress):
    _run(["mke2fs", "-q", "-t", "ext4", "-L", "lab", "-d", root, disk, DISK_SIZE], progress)


def _run(argv, progress):
    """Runs a command; its output goes to the log, whose end is shown when it fails."""
    environment = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen([str(arg) for arg in argv], stdout=progress.log, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, env=environment) as child:
        try:
            code = progress.wait(child)
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if code != 0:
        raise BuildError(f"{argv[0]} failed ({code}):\n{progress.tail()}")


def main():
    started = time.monotonic()
    try:
        guest = ensure_guest()
    except BuildError as error:
        sys.exit(f"guest image: {error}")
    print(f"guest image: {guest.disk.parent} ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
