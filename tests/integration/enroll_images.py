#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-enroll on image files, and what vaktpost-examine, cryptsetup and openssl say of them.

Usage: enroll_images.py VAKTPOST_ENROLL VAKTPOST_EXAMINE
Needs no privilege. No file system is made: that takes the kernel's device mapper.
"""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from examine_luks import forge_first_luks2_uuid

MIB = 1 << 20
SIZE = 64 * MIB
SIZE_TEXT = "67.1 MB"
PASSPHRASE = "correct horse battery"
FAST = ["-q", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"]
enroll = examine = ""


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, check=False, **more)


def must(*words, **more):
    done = run(*words, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stderr.decode()}")
    return done.stdout


class Enrol(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="vaktpost-enroll-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.key, cls.recovery = cls.folder / "signing.pem", cls.folder / "recovery.pem"
        must("openssl", "genpkey", "-algorithm", "ed25519", "-out", cls.key)
        cls.public = must("openssl", "pkey", "-in", cls.key, "-pubout", "-outform", "DER")[-32:].hex()
        must("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", cls.folder / "recovery.key",
             "-out", cls.recovery, "-subj", "/CN=recovery", "-days", "3")
        cls.enrolled = cls.folder / "enrolled.img"
        cls.blank(cls.enrolled)
        done = cls.enroll(cls.enrolled)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        cls.said = done.stdout.decode()

    @staticmethod
    def blank(path):
        """An image with something on it, at both ends."""
        with open(path, "wb") as image:
            image.truncate(SIZE)
            image.write(b"secret" * 1000)
            image.seek(SIZE - 6000)
            image.write(b"secret" * 1000)

    @classmethod
    def command(cls, image, *more, key=None, unit="4410"):
        words = (enroll, image, "--key", key or cls.key, "--organisation", "hospital", "--unit", unit, "--serial", "S-17",
                 "--recovery", cls.recovery, "--filesystem", "none", *more)
        return [str(word) for word in words]

    @classmethod
    def enroll(cls, image, *more, answers=None, **how):
        if answers is None:
            answers = [str(image), SIZE_TEXT, PASSPHRASE, PASSPHRASE]
        return run(*cls.command(image, *more, **how), input="".join(f"{line}\n" for line in answers).encode())

    def copy(self):
        path = self.folder / f"{self.id().rsplit('.', 1)[-1]}.img"
        shutil.copyfile(self.enrolled, path)
        self.addCleanup(path.unlink)
        return path

    def examine(self, image, *trusted):
        options = [word for key in trusted for word in ("--trust", key)]
        done = run(examine, "--identify", *options, image)
        return json.loads(done.stdout)

    def token_state(self, image):
        return self.examine(image, self.public)["token"]["state"]

    def token(self, image):
        return json.loads(must("cryptsetup", "token", "export", "--token-id", "0", image))

    def test_the_examiner_knows_it_as_the_organisations_own(self):
        report = self.examine(self.enrolled, "00" * 32, self.public)
        self.assertEqual(report["verdict"], "encrypted")
        uuid = must("cryptsetup", "luksUUID", self.enrolled).decode().strip()
        self.assertEqual(report["volumes"], [uuid])
        token = report["token"]
        self.assertEqual((token["state"], token["organisation"], token["unit"], token["serial"]),
                         ("valid", "hospital", "4410", "S-17"))
        self.assertIn("serial=S-17", self.said)
        self.assertIn(f"signed by {self.public}\n", self.said)
        self.assertIn(f"expires={token['expires']}", self.said)

    def test_by_another_key_it_is_not_trusted_and_only_the_serial_that_it_claims_is_told(self):
        for trusted in ([], ["00" * 32]):
            self.assertEqual(self.examine(self.enrolled, *trusted)["token"],
                             {"state": "untrusted", "claimed": ["S-17"]})

    def test_without_being_asked_the_examiner_tells_nothing_of_it(self):
        done = run(examine, self.enrolled)
        self.assertEqual(set(json.loads(done.stdout)), {"verdict", "parts", "reason"})

    def test_nothing_of_what_was_on_it_is_left(self):
        self.assertNotIn(b"secretsecret", self.enrolled.read_bytes())

    def test_the_passphrase_opens_it_and_may_be_changed(self):
        image = self.copy()
        must("cryptsetup", "luksChangeKey", *FAST, "--key-slot", "0", image,
             input=f"{PASSPHRASE}\nanother one\n".encode())
        must("cryptsetup", "open", "--test-passphrase", image, input=b"another one")
        self.assertEqual(self.token_state(image), "valid")

    def test_the_recovery_key_opens_it_and_must_not_go(self):
        image = self.copy()
        message = self.folder / "recovery.der"
        message.write_bytes(base64.b64decode(self.token(image)["recovery"]))
        passphrase = must("openssl", "cms", "-decrypt", "-inform", "DER", "-in", message, "-inkey",
                          self.folder / "recovery.key")
        self.assertRegex(passphrase.decode(), r"^[0-9a-f]{64}$")
        must("cryptsetup", "open", "--test-passphrase", "--key-file", "-", image, input=passphrase)
        must("cryptsetup", "-q", "luksKillSlot", image, "1")
        self.assertEqual(self.token_state(image), "invalid")

    def test_a_token_copied_to_another_volume_is_worthless(self):
        other = self.folder / "other.img"
        self.addCleanup(other.unlink)
        with open(other, "wb") as image:
            image.truncate(SIZE)
        uuid = must("cryptsetup", "luksUUID", self.enrolled).decode().strip()
        must("cryptsetup", "luksFormat", "--type", "luks2", "--uuid", uuid, *FAST, other, "-", input=b"private")
        self.assertEqual(self.token_state(other), "none")
        token = self.token(self.enrolled)
        token["keyslots"] = ["0"]
        must("cryptsetup", "token", "import", other, input=json.dumps(token).encode())
        self.assertEqual(self.token_state(other), "invalid")

    def test_a_token_with_other_words_is_invalid(self):
        image = self.copy()
        token = self.token(image)
        must("cryptsetup", "token", "remove", "--token-id", "0", image)
        self.assertEqual(self.token_state(image), "none")
        token["expires"] = "2099-01-01"
        must("cryptsetup", "token", "import", image, input=json.dumps(token).encode())
        self.assertEqual(self.examine(image, self.public)["token"], {"state": "invalid", "claimed": ["S-17"]})

    def test_a_first_header_that_names_another_volume_makes_the_token_invalid(self):
        image = bytearray(self.enrolled.read_bytes())
        forge_first_luks2_uuid(image, b"0a1b2c3d-0000-4000-8000-000000000001")
        forged = self.folder / "forged.img"
        self.addCleanup(forged.unlink)
        forged.write_bytes(image)
        uuid = must("cryptsetup", "luksUUID", self.enrolled).decode().strip()
        report = self.examine(forged, self.public)
        self.assertEqual(report["verdict"], "encrypted")
        self.assertEqual(report["volumes"], ["0a1b2c3d-0000-4000-8000-000000000001", uuid])
        self.assertEqual(report["token"], {"state": "invalid", "claimed": ["S-17"]})

    def test_two_media_beside_each_other_on_one_are_not_enrolled_unless_both_are(self):
        disk = self.folder / "disk.img"
        self.addCleanup(disk.unlink)
        with open(disk, "wb") as image:
            image.truncate(2 * SIZE + 2 * MIB)
        sectors = SIZE // 512
        must("sfdisk", "-q", disk,
             input=f"start=2048, size={sectors}\nstart={2048 + sectors}, size={sectors}\n".encode())
        private = self.folder / "private.img"
        self.addCleanup(private.unlink)
        with open(private, "wb") as image:
            image.truncate(SIZE)
        must("cryptsetup", "luksFormat", "--type", "luks2", *FAST, private, "-", input=b"private")
        for second, state in ((self.enrolled, "valid"), (private, "none")):
            with open(disk, "r+b") as image:
                for place, content in ((MIB, self.enrolled), (MIB + SIZE, second)):
                    image.seek(place)
                    image.write(content.read_bytes())
            report = self.examine(disk, self.public)
            self.assertEqual((report["verdict"], report["token"]["state"]), ("encrypted", state), report)
        self.assertEqual(report["token"]["claimed"], ["S-17"], "which one part claims")
        with open(disk, "r+b") as image:
            image.seek(MIB + SIZE)
            image.write(bytes(MIB))
        report = self.examine(disk, self.public)
        self.assertEqual((report["verdict"], report["token"]), ("unknown", {"state": "none", "claimed": ["S-17"]}))

    def test_nothing_is_changed_before_the_last_answer(self):
        image = self.folder / "untouched.img"
        self.addCleanup(image.unlink)
        self.blank(image)
        before = hashlib.sha256(image.read_bytes()).digest()
        name = str(image)
        for answers in ([], ["yes"], [name, "yes"], [name, SIZE_TEXT, "too short", "too short"],
                        [name, SIZE_TEXT, PASSPHRASE, "something different"], [name, SIZE_TEXT, PASSPHRASE]):
            done = self.enroll(image, answers=answers)
            self.assertEqual((done.returncode, done.stdout), (1, b""), answers)
        done = self.enroll(image, key=self.folder / "recovery.key")
        self.assertIn(b"no Ed25519 key", done.stderr)
        done = run(*self.command(image, "--recovery", self.key), input=b"")
        self.assertIn(b"no certificate", done.stderr)
        self.assertEqual(hashlib.sha256(image.read_bytes()).digest(), before)

    def test_it_ends_before_the_questions_as_well_and_nobody_may_look_into_it(self):
        for number in (signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP):
            with subprocess.Popen(self.command(self.enrolled), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                self.assertTrue(any(b"type its name" in line for line in iter(process.stderr.readline, b"")))
                limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
                self.assertRegex(limits, r"Max core file size +0 +0 ")
                process.send_signal(number)
                said = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 128 + number)
            self.assertIn(b"nothing was changed", said)

    def test_interrupted_it_is_not_enrolled(self):
        image = self.folder / "interrupted.img"
        self.addCleanup(image.unlink)
        self.blank(image)
        with subprocess.Popen(self.command(image), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(f"{image}\n{SIZE_TEXT}\n{PASSPHRASE}\n{PASSPHRASE}\n".encode())
            process.stdin.flush()
            # It is deriving keys by now, which takes seconds.
            self.assertTrue(any(b"Encrypting" in line for line in iter(process.stderr.readline, b"")))
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertIn(b"not enrolled", said)
        self.assertEqual(self.examine(image, self.public)["token"]["state"], "none")

    def test_quick_leaves_no_partition_table_behind(self):
        image = self.folder / "quick.img"
        self.addCleanup(image.unlink)
        self.blank(image)
        must("sfdisk", "-q", "--label", "gpt", image, input=b"start=2048\n")
        done = self.enroll(image, "--quick")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = self.examine(image, self.public)
        self.assertEqual((report["verdict"], report["token"]["state"]), ("encrypted", "valid"), report)

    def test_wrong_words_are_64_and_touch_nothing(self):
        for words in ([], ["--what"], [self.enrolled], [self.enrolled, "more", "--key", self.key],
                      self.command(self.enrolled, "--expires", "soon")[1:],
                      self.command(self.enrolled, "--expires", "2020-01-01")[1:],
                      self.command(self.enrolled, unit="Kari Nordmann")[1:],
                      self.command(self.enrolled, "--filesystem", "ntfs")[1:]):
            done = run(enroll, *words)
            self.assertEqual((done.returncode, done.stdout), (64, b""), words)
        self.assertEqual(run(enroll, "--help").returncode, 0)

    def test_what_is_no_medium_is_refused(self):
        done = self.enroll("/dev/null")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"neither a disk nor an image", done.stderr)


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    enroll, examine = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
