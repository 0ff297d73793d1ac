# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the link fuzzer: a receiver's and a proxy's answers. link_seeds.py FOLDER"""
import sys
from pathlib import Path

OPENED = b"1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n"
SEEDS = {
    "opened": OPENED,
    "all": OPENED + b"".join(b"%d rsp 6 200 OK\n" % number for number in range(2, 7)),
    "backwards": OPENED + b"".join(b"%d rsp 6 200 OK\n" % number for number in range(6, 1, -1)),
    "refused": OPENED + b"2 rsp 9 500 error\n",
    "ended": OPENED + b"0 serverclose 0\n",
    "proxy": b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n",
    "record": b'{"type":"usb.blocked","time":"2026-03-01T08:15:00Z","host":"ward-7","severity":"urgent"}',
}

for name, text in SEEDS.items():
    Path(sys.argv[1], name).write_bytes(text)
