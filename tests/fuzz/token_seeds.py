# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers with tokens for the fuzzer: whole ones, and such that lack something."""
import copy
import json
import sys
from pathlib import Path

# SHA-256 over the harness's public key, its first 8 bytes.
KEY_ID = "21fe31dfa154a261"

TOKEN = {"type": "vaktpost", "keyslots": ["1"], "format": 1, "organisation": "hospital", "unit": "4410",
         "serial": "S-17", "issued": "2026-11-25", "expires": "2028-11-25", "recovery": "cmVjb3Zlcnk=",
         "key": KEY_ID, "signature": "00" * 64}
HEADER = {"keyslots": {"0": {"type": "luks2"}, "1": {"type": "luks2"}}, "segments": {"0": {"type": "crypt"}},
          "digests": {"0": {"type": "pbkdf2", "keyslots": ["0", "1"], "segments": ["0"], "hash": "sha256",
                            "iterations": 1000, "salt": "c2FsdA==", "digest": "ZGlnZXN0"}},
          "tokens": {"0": TOKEN}}


def main():
    folder = Path(sys.argv[1])
    (folder / "whole").write_text(json.dumps(HEADER))
    for key in TOKEN:
        header = copy.deepcopy(HEADER)
        del header["tokens"]["0"][key]
        (folder / f"without_{key}").write_text(json.dumps(header))
    for key in HEADER:
        header = copy.deepcopy(HEADER)
        del header[key]
        (folder / f"without_{key}").write_text(json.dumps(header))


if __name__ == "__main__":
    main()
