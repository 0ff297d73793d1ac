#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's locker for tests: desktop.py KIND DIRECTORY [SESSION].

Takes logind's Lock signal on the system bus and speaks as a screen saver on the user's bus. Being called upon to Lock
by the screen saver's own method leaves the file DIRECTORY/lock-called. Kinds:
  gnome    hint first, the screen a little later; a second name is owned by a program that only keeps the screen awake
  kde      org.freedesktop.ScreenSaver; the screen first, then the hint
  mute     as gnome, without ActiveChanged
  lying    sets the hint and never covers the screen
  hanging  answers nothing
  awake    only keeps the screen awake
  blank    claims to be active and hangs as soon as it has said so once
Control, as interface vaktpost.Test: SetActive(b), Hang()."""
import os
import sys

import dbus
import dbus.bus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

GNOME = ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver")
PLAIN = ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver")


def saver_class(interface, covers):
    """The object of a screen saver; one that only keeps the screen awake has no GetActive."""
    class Saver(dbus.service.Object):
        def __init__(self, desktop, *arguments):
            super().__init__(*arguments)
            self.desktop = desktop

        @dbus.service.method(interface, in_signature="ss", out_signature="u")
        def Inhibit(self, _program, _reason):
            return 1

        if covers:
            @dbus.service.method(interface, out_signature="b", async_callbacks=("answer", "fail"))
            def GetActive(self, answer, fail):  # pylint: disable=unused-argument
                self.desktop.answer(answer)

            # As GNOME's: without a reply when it is locked already.
            @dbus.service.method(interface, async_callbacks=("answer", "fail"))
            def Lock(self, answer, fail):  # pylint: disable=unused-argument
                self.desktop.lock_called()
                if not self.desktop.active:
                    answer()

            @dbus.service.signal(interface, signature="b")
            def ActiveChanged(self, active):
                pass

        @dbus.service.method("vaktpost.Test", in_signature="b")
        def SetActive(self, active):
            self.desktop.set_active(active)

        @dbus.service.method("vaktpost.Test")
        def Hang(self):
            self.desktop.hangs = True

    return Saver


class Desktop:
    def __init__(self, kind, directory, session):
        self.kind, self.directory = kind, directory
        self.active = kind == "blank"
        self.hangs = kind == "hanging"
        self.system = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
        self.user = dbus.bus.BusConnection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        self.path = "/org/freedesktop/login1/session/" + session
        self.system.add_signal_receiver(self.on_lock, "Lock", "org.freedesktop.login1.Session", path=self.path)
        self.names = []
        if kind == "gnome":
            self.take(PLAIN, covers=False)
        self.saver = self.take(PLAIN if kind in ("kde", "awake") else GNOME, covers=kind != "awake")

    def take(self, place, covers):
        saver = saver_class(place[0], covers)(self, self.user, place[1])
        self.names.append(dbus.service.BusName(place[0], self.user))
        return saver

    def answer(self, answer):
        if not self.hangs:
            answer(self.active)
        self.hangs = self.hangs or self.kind == "blank"

    def lock_called(self):
        with open(os.path.join(self.directory, "lock-called"), "w", encoding="ascii"):
            pass

    def on_lock(self):
        if self.kind == "kde":
            self.set_active(True)
        if self.kind != "awake":
            self.set_hint(True)
        if self.kind in ("gnome", "mute"):
            GLib.timeout_add(300, self.set_active, True)

    def set_hint(self, locked):
        self.system.call_async("org.freedesktop.login1", self.path, "org.freedesktop.login1.Session", "SetLockedHint",
                               "b", [locked], None, None)

    def set_active(self, active):
        self.active = bool(active)
        if not active:
            self.set_hint(False)
        if self.kind != "mute":
            self.saver.ActiveChanged(self.active)
        return False  # once, for GLib


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
DESKTOP = Desktop(sys.argv[1], sys.argv[2], (sys.argv[3:] or ["2"])[0])
GLib.MainLoop().run()
