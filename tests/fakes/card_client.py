#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program that uses a card as programs do: shared and exclusive, resets, transactions, power.

card_client.py READER           each way once
card_client.py READER --hold    has the card for itself from the line "held" until standard input ends
"""

import ctypes
import sys

SCOPE_SYSTEM = 2
EXCLUSIVE, SHARED, DIRECT = 1, 2, 3
T0 = 1
LEAVE, RESET, UNPOWER, EJECT = 0, 1, 2, 3

library = ctypes.CDLL("libpcsclite.so.1")


class Failed(Exception):
    pass


def call(function, *arguments):
    code = getattr(library, function)(*arguments) & 0xFFFFFFFF
    if code:
        raise Failed(f"{function}: {code:#x}")


def connect(context, reader, share):
    handle, protocol = ctypes.c_long(), ctypes.c_ulong()
    protocols = 0 if share == DIRECT else T0
    call("SCardConnect", context, reader, ctypes.c_ulong(share), ctypes.c_ulong(protocols), ctypes.byref(handle),
         ctypes.byref(protocol))
    return handle


def reconnect(handle, share, disposition):
    protocol = ctypes.c_ulong()
    call("SCardReconnect", handle, ctypes.c_ulong(share), ctypes.c_ulong(T0), ctypes.c_ulong(disposition),
         ctypes.byref(protocol))


def transact(handle):
    request = (ctypes.c_ubyte * 5)(0x00, 0xA4, 0x00, 0x00, 0x00)
    answer = (ctypes.c_ubyte * 258)()
    size = ctypes.c_ulong(len(answer))
    header = (ctypes.c_ulong * 2).in_dll(library, "g_rgSCardT0Pci")
    call("SCardBeginTransaction", handle)
    call("SCardTransmit", handle, ctypes.byref(header), request, ctypes.c_ulong(len(request)), None, answer,
         ctypes.byref(size))
    call("SCardEndTransaction", handle, ctypes.c_ulong(LEAVE))
    if bytes(answer[:size.value]) != b"\x90\x00":
        raise Failed("the card did not answer")


def use(reader):
    context = ctypes.c_long()
    call("SCardEstablishContext", ctypes.c_ulong(SCOPE_SYSTEM), None, None, ctypes.byref(context))
    for share in (SHARED, EXCLUSIVE):
        for disposition in (LEAVE, RESET, UNPOWER, EJECT):
            handle = connect(context, reader, share)
            transact(handle)
            if disposition != EJECT:
                reconnect(handle, share, disposition)
                transact(handle)
            call("SCardDisconnect", handle, ctypes.c_ulong(disposition))
    call("SCardDisconnect", connect(context, reader, DIRECT), ctypes.c_ulong(LEAVE))
    call("SCardReleaseContext", context)


def hold(reader):
    context = ctypes.c_long()
    call("SCardEstablishContext", ctypes.c_ulong(SCOPE_SYSTEM), None, None, ctypes.byref(context))
    handle = connect(context, reader, EXCLUSIVE)
    print("held", flush=True)
    sys.stdin.read()
    call("SCardDisconnect", handle, ctypes.c_ulong(LEAVE))
    call("SCardReleaseContext", context)


if __name__ == "__main__":
    try:
        (hold if "--hold" in sys.argv[2:] else use)(sys.argv[1].encode())
    except Failed as failure:
        sys.exit(str(failure))
