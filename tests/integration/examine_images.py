#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes media of every kind and asks vaktpost-examine about them.

Usage: examine_images.py VAKTPOST_EXAMINE [--mutations N] [--seed N]
Needs no privilege; as root it also examines loop devices. Prints one line per check: ok, FAIL or skip.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import media_corpus
from examine_content_cases import contents, copy_of, polyglots, silence
from examine_luks_cases import identification, luks_headers, reencryption
from examine_mutations import mutate
from examine_partition_cases import partitions
from examine_run import Examiner

CORPUS = {
    "bitlk-aes-xts-128": "encrypted",
    "bitlk-aes-cbc-elephant-128": "encrypted",
    "bitlk-aes-xts-128-smart-card": "encrypted",
    "bitlk-togo-aes-xts-128": "encrypted",
    "bitlk-aes-xts-128-clearkey-only": "plain",
    "fvault2-small": "encrypted",
    "luks1_aes-xts-plain64-sha256": "encrypted",
    "luks2_valid_hdr": "encrypted",
    "evil_hdr-luks_hdr_damage": "unknown",
    "blkid-luks2-pv": ("plain", "unknown"),
    "vc_1-sha512-xts-aes": "unknown",
    "img_fs_ext4": "plain",
    "img_fs_vfat": "plain",
}


def paths(work, examine, made):
    link = work / "link"
    link.symlink_to(made["luks2"])
    examine.check("a symbolic link is followed", link, "encrypted")
    os.mkfifo(work / "fifo")
    for name, path in {"a fifo": work / "fifo", "a folder": work, "a character device": "/dev/null"}.items():
        examine.check(f"{name} is an error", path, "error", "not_a_medium", parts=[])
    examine.check("a missing path is an error", work / "missing", "error", "no_such_path")
    secret = copy_of(work, made["luks2"])
    secret.chmod(0)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    work.chmod(0o755)
    if nobody and examine.run("--help", before=nobody)[0] != 0:
        examine.say("skip", "an unreadable path is an error", "the program cannot be run as nobody from where it is")
    else:
        examine.check("an unreadable path is an error", secret, "error", "access_denied", before=nobody)
        made["luks2"].chmod(0o644)
        examine.check("a user without rights gets the same verdict", made["luks2"], "encrypted", before=nobody)
    for wrong in ([], ["--deadline", "0", "x"], ["--deadline", "soon", "x"], ["--what", "x"], ["x", "y"]):
        status = subprocess.run([examine.program, *wrong], capture_output=True, check=False).returncode
        examine.say("ok" if status == 64 else "FAIL", f"wrong usage {wrong} ends with 64", "" if status == 64 else str(status))


def loop_device(work, examine, made):
    name = "a loop device gets the verdict of its file"
    if os.geteuid() != 0:
        examine.say("skip", name, "needs root")
        return
    for image, verdict in ((made["luks2"], "encrypted"), (made["fat"], "plain")):
        attached = subprocess.run(["losetup", "--find", "--show", str(image)], capture_output=True, check=False)
        if attached.returncode != 0:
            examine.say("skip", name, "no loop device to be had")
            return
        device = attached.stdout.decode().strip()
        try:
            examine.check(name, device, verdict)
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)


def corpus(work, examine):
    for name, verdict in CORPUS.items():
        image = media_corpus.unpack(name, work)
        if image is None:
            examine.say("skip", f"corpus: {name}", f"not in {media_corpus.WHERE}")
            continue
        examine.check(f"corpus: {name}", image, verdict)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--mutations", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    examine = Examiner(options.program)
    with tempfile.TemporaryDirectory(prefix="vaktpost-examine-") as folder:
        work = pathlib.Path(folder)
        made = contents(work, examine)
        polyglots(work, examine, made)
        luks_headers(work, examine, made)
        identification(work, examine, made)
        reencryption(work, examine)
        silence(work, examine)
        partitions(work, examine, made)
        paths(work, examine, made)
        loop_device(work, examine, made)
        corpus(work, examine)
        mutate(work, examine, options.mutations, random.Random(options.seed))
    return examine.finish()


if __name__ == "__main__":
    sys.exit(main())
