# SPDX-License-Identifier: GPL-3.0-or-later
"""LUKS headers that are valid and yet do not encrypt, damaged ones, and cut ones."""
import os
import subprocess

import examine_makers as makers
from examine_content_cases import copy_of
from examine_luks import (MIB, change_luks2, forge_first_luks2_uuid, half_encrypted, set_luks1_cipher,
                          set_luks2_uuid)


def identification(work, examine, made):
    """What tells a medium from others, for the agent alone."""
    def check(name, path, volumes):
        _, report = examine.run(path, options=["--identify"])
        _, silent = examine.run(path)
        told = report is not None and report.get("volumes") == volumes and report.get("token") == {"state": "none"}
        good = told and silent is not None and "volumes" not in silent and "token" not in silent
        examine.say("ok" if good else "FAIL", name, "" if good else f"{report}, wanted {volumes}")

    def uuid_of(path):
        return subprocess.run(["blkid", "-p", "-o", "value", "-s", "UUID", path], capture_output=True, text=True,
                              check=True).stdout.strip().lower()

    check("a LUKS2 volume is identified by its UUID", made["luks2"], [uuid_of(made["luks2"])])
    check("a LUKS1 volume is identified by its UUID", made["luks1"], [uuid_of(made["luks1"])])
    check("a file system is identified by its UUID", made["fat"], [uuid_of(made["fat"])])
    for name, uuid in {"hostile text": b"\x1b[2J\"}]", "a name": b"kari-nordmann", "a long one": b"a" * 40}.items():
        image = bytearray(made["luks2"].read_bytes())
        set_luks2_uuid(image, uuid)
        (work / "copy").write_bytes(image)
        check(f"{name} in the place of a UUID identifies nothing", work / "copy", [])
    image = bytearray(made["luks2"].read_bytes())
    forged = "0a1b2c3d-0000-4000-8000-000000000001"
    forge_first_luks2_uuid(image, forged.encode())
    (work / "copy").write_bytes(image)
    check("a first header that names another volume hides nothing", work / "copy", [forged, uuid_of(made["luks2"])])


def luks_headers(work, examine, made):
    def luks1(name, verdict, reason, cipher, mode):
        image = bytearray(made["luks1"].read_bytes())
        set_luks1_cipher(image, cipher, mode)
        (work / "copy").write_bytes(image)
        examine.check(name, work / "copy", verdict, reason)

    def luks2(name, verdict, reason, change):
        image = bytearray(made["luks2"].read_bytes())
        change_luks2(image, change)
        (work / "copy").write_bytes(image)
        examine.check(name, work / "copy", verdict, reason)

    def segment(document):
        return document["segments"]["0"]

    def leave_a_linear_segment(document):
        """As an encryption in place does: the first MiB is done, the rest is not."""
        start = int(segment(document)["offset"])
        segment(document).update(size=str(MIB))
        document["segments"]["1"] = {"type": "linear", "offset": str(start + MIB), "size": "dynamic"}

    luks1("LUKS1 with cipher_null is plain", "plain", "cipher_null", b"cipher_null", b"ecb")
    luks1("LUKS1 with an unheard-of cipher is unknown", "unknown", "cipher_unknown", b"rot13", b"cbc-plain")
    luks1("LUKS1 with serpent is encrypted", "encrypted", "luks1_header", b"serpent", b"xts-plain64")
    luks2("LUKS2 rewritten by the test is encrypted", "encrypted", "luks2_header", lambda _: None)
    for cipher in ("serpent-xts-plain64", "aes-cbc-essiv:sha256", "xchacha20,aes-adiantum-plain64"):
        luks2(f"LUKS2 with {cipher} is encrypted", "encrypted", "luks2_header",
              lambda d: segment(d).update(encryption=cipher))
    for cipher in ("cipher_null-ecb", "null", "capi:ecb(cipher_null)-plain"):
        luks2(f"LUKS2 with {cipher} is plain", "plain", "cipher_null", lambda d: segment(d).update(encryption=cipher))
    luks2("LUKS2 with an unheard-of cipher is unknown", "unknown", "cipher_unknown",
          lambda d: segment(d).update(encryption="capi:ecb(rot13)-plain"))
    luks2("LUKS2 with a linear segment is plain", "plain", "linear_segment", leave_a_linear_segment)
    luks2("LUKS2 with a key under cipher_null is plain", "plain", "clear_key",
          lambda d: d["keyslots"]["0"]["area"].update(encryption="cipher_null-ecb"))
    luks2("LUKS2 with its data elsewhere is unknown", "unknown", None, lambda d: segment(d).update(offset="0"))
    luks2("LUKS2 that covers a piece of the medium is unknown", "unknown", "data_not_covered",
          lambda d: segment(d).update(size="1048576"))
    luks2("LUKS2 with a segment of another kind is unknown", "unknown", None, lambda d: segment(d).update(type="hw-opal"))
    luks2("LUKS2 with a requirement that is not known is unknown", "unknown", None,
          lambda d: d["config"].update(requirements={"mandatory": ["inline-hw-tags"]}))

    image = copy_of(work, made["luks2"])
    makers.overwrite(image, 5000, b"\xff")
    examine.check("LUKS2 with a damaged first header is unknown", image, "unknown", "header_invalid")
    image = copy_of(work, made["luks2"])
    makers.overwrite(image, 16384 + 5000, b"\xff")
    examine.check("LUKS2 with a damaged second header is encrypted", image, "encrypted")
    image = copy_of(work, made["luks2"])
    makers.overwrite(image, 0, bytes(16384))
    examine.check("LUKS2 with a second header alone is unknown", image, "unknown")
    for size in (512, 4096, 20480, 40960, 16 * MIB):
        image = copy_of(work, made["luks2"])
        os.truncate(image, size)
        examine.check(f"LUKS2 cut to {size} bytes is unknown", image, "unknown")
    for size in (512, 600, 4096):
        image = copy_of(work, made["luks1"])
        os.truncate(image, size)
        examine.check(f"LUKS1 cut to {size} bytes is unknown", image, "unknown")


def reencryption(work, examine):
    image = half_encrypted(work / "reencrypt")
    if not makers.read(image, 0, 4) == b"LUKS":
        examine.say("skip", "LUKS2 while it is being encrypted is plain", "cryptsetup could not begin it here")
        return
    examine.check("LUKS2 while it is being encrypted is plain", image, "plain", "linear_segment")
