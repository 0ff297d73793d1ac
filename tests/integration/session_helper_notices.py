#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices of vaktpost-session on a fake notification server: session_helper_notices.py PROGRAM [WORD…]

Runs the cases whose name contains all WORDs. The last line says how many passed, failed and were skipped."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fakes"))
from session_cases import calls, case, locked, main  # noqa: E402
import dbus  # noqa: E402
from session_world import MANAGER_OF_USER, MOCK, until  # noqa: E402

SERVER = "org.freedesktop.Notifications"
SERVER_PATH = "/org/freedesktop/Notifications"
NUMBER, SUMMARY, BODY, BUTTONS, HINTS, TIME = 1, 3, 4, 5, 6, 7


def notifications(world):
    world.on_user_bus("--template", "notification_daemon", name=SERVER)
    return world.user.object(SERVER, SERVER_PATH)


def shown(server, times=1):
    """What was shown as number `times`."""
    assert until(lambda: len(calls(server, "Notify")) >= times), "not shown"
    return calls(server, "Notify")[times - 1]


def notice(world, word, **fields):
    world.agent.push({"notice": word, "session": "2", **fields})


def signal(server, member, signature, *arguments):
    server.EmitSignal(SERVER, member, signature, dbus.Array(arguments, signature="v"), dbus_interface=MOCK)


def seconds_shown(server):
    """The numbers of a countdown, and the words around them."""
    found = [re.fullmatch(r"Skjermen låses om ([0-9]+) (sekunde?r?)", call[SUMMARY]) for call in calls(server, "Notify")]
    return [(int(one[1]), one[2]) for one in found]


@case
def a_warning_counts_down_in_its_own_place_and_is_taken_away(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", code="00A7", seconds=7)
    first = shown(server)
    assert first[BODY] == "Trykk en tast eller beveg musen for å fortsette.\nKode 00A7", first
    assert first[NUMBER] == 0 and 0 < first[TIME] <= 7000, first
    shown(server, 3)
    numbers = [number for number, _ in seconds_shown(server)]
    assert numbers == sorted(set(numbers), reverse=True) and numbers[0] <= 7, numbers
    assert {call[NUMBER] for call in calls(server, "Notify")[1:]} == {1}
    notice(world, "idle_warning_over")
    assert until(lambda: calls(server, "CloseNotification") == [[1]])
    count = len(calls(server, "Notify"))
    world.settle(6)
    assert len(calls(server, "Notify")) == count, "counts on"


@case
def a_countdown_ends_by_itself(world):
    server = notifications(world)
    world.begin()
    notice(world, "presence_warning", seconds=3)
    assert until(lambda: calls(server, "CloseNotification") == [[1]])
    for number, word in seconds_shown(server):
        assert number > 0 and word == ("sekund" if number == 1 else "sekunder"), (number, word)


@case
def nothing_makes_a_sound_or_wakes_a_dark_screen(world):
    server = notifications(world)
    world.begin()
    words = ["idle_warning", "presence_warning", "card_removed", "presence_lost", "no_way_back", "card_left", "hold",
             "medium_blocked", "medium_admitted", "medium_read_only", "device_blocked",
             "second_uplink", "network_sharing", "exception_ends"]
    for count, word in enumerate(words):
        notice(world, word, seconds=600)
        hints = shown(server, count + 1)[HINTS]
        stays = word in ("card_removed", "presence_lost", "no_way_back", "card_left", "hold")
        assert hints == {"urgency": 1, "suppress-sound": True, "transient": not stays}, (word, hints)


@case
def a_hold_stays_and_says_until_when(world):
    server = notifications(world)
    world.begin()
    notice(world, "hold", seconds=900)
    banner = shown(server)
    assert re.fullmatch(r"Skjermen holdes åpen til [012][0-9]:[0-5][0-9]", banner[SUMMARY]), banner
    assert banner[TIME] == 0
    notice(world, "hold", seconds=1800)
    assert shown(server, 2)[NUMBER] == 1, "a longer one takes its place"
    notice(world, "hold_over")
    assert until(lambda: calls(server, "CloseNotification") == [[1]])


@case
def the_button_asks_the_agent_to_hold(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", seconds=60, hold="patient")
    assert shown(server)[BUTTONS] == ["hold", "Hold skjermen åpen"]
    signal(server, "ActionInvoked", "us", dbus.UInt32(9), "hold")
    signal(server, "ActionInvoked", "us", dbus.UInt32(1), "default")
    signal(server, "ActionInvoked", "us", dbus.UInt32(1), "hold")
    assert world.agent.heard("hold", session="2", reason="patient")
    world.settle()
    assert world.agent.count("hold") == 1


@case
def without_a_reason_there_is_no_button_and_nothing_to_press(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", seconds=60)
    assert shown(server)[BUTTONS] == []
    signal(server, "ActionInvoked", "us", dbus.UInt32(1), "hold")
    world.settle(2)
    assert world.agent.count("hold") == 0


@case
def only_the_server_that_shows_it_can_press_the_button(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", seconds=60, hold="patient")
    shown(server)
    for name in {str(name) for name in world.user.connection.list_names() if str(name).startswith(":")}:
        message = dbus.lowlevel.SignalMessage(SERVER_PATH, SERVER, "ActionInvoked")
        message.append(dbus.UInt32(1), "hold", signature="us")
        message.set_destination(name)
        world.user.connection.send_message(message)
    world.user.connection.list_names()
    world.settle(2)
    assert world.agent.count("hold") == 0


@case
def a_warning_that_was_put_away_stays_away_and_one_that_expired_comes_back(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", seconds=4)
    shown(server)
    signal(server, "NotificationClosed", "uu", dbus.UInt32(1), dbus.UInt32(1))
    assert shown(server, 2)[NUMBER] == 0, "hidden by the desktop: shown anew"
    signal(server, "NotificationClosed", "uu", dbus.UInt32(2), dbus.UInt32(2))
    world.settle(10)
    assert len(calls(server, "Notify")) == 2, "shown again to somebody who put it away"


@case
def a_locked_screen_shows_nothing(world):
    server = notifications(world)
    world.begin()
    notice(world, "idle_warning", seconds=60)
    shown(server)
    locked(world)
    notice(world, "card_left")
    notice(world, "medium_blocked")
    world.settle(2)
    assert len(calls(server, "Notify")) == 1
    assert until(lambda: calls(server, "CloseNotification") == [[1]]), "the countdown runs on over a locked screen"


@case
def another_server_is_not_given_the_numbers_of_the_one_before(world):
    server = notifications(world)
    world.begin()
    notice(world, "hold", seconds=600)
    shown(server)
    world.servers[-1].kill()
    world.servers[-1].wait()
    server = notifications(world)
    notice(world, "hold", seconds=600)
    assert shown(server)[NUMBER] == 0


@case
def a_server_that_never_answers_is_not_flooded(world):
    world.on_user_bus(SERVER, SERVER_PATH, SERVER, name=SERVER)
    server = world.user.object(SERVER, SERVER_PATH)
    server.AddMethod("", "Notify", "susssasa{sv}i", "u", "import time; time.sleep(3); ret = 1", dbus_interface=MOCK)
    world.begin()
    notice(world, "idle_warning", seconds=4)
    notice(world, "idle_warning_over")
    world.settle(2)
    locked(world)
    assert until(lambda: calls(server, "Notify"))
    assert len(calls(server, "Notify")) == 1


@case
def nonsense_of_a_server_is_survived(world):
    world.on_user_bus(SERVER, SERVER_PATH, SERVER, name=SERVER)
    server = world.user.object(SERVER, SERVER_PATH)
    server.AddMethod("", "Notify", "susssasa{sv}i", "s", "ret = 'x'", dbus_interface=MOCK)
    world.begin()
    notice(world, "idle_warning", seconds=3, hold="patient")
    shown(server, 2)
    signal(server, "ActionInvoked", "s", "hold")
    signal(server, "NotificationClosed", "")
    locked(world)


@case
def without_a_notification_server_notices_harm_nobody(world):
    world.begin()
    for word in ("idle_warning", "idle_warning_over", "hold", "hold_over", "of_tomorrow"):
        notice(world, word, seconds=5)
    locked(world)


@case
def without_a_bus_notices_harm_nobody(world):
    world.user.stop()
    world.begin()
    for count in range(20):
        notice(world, "idle_warning", seconds=count)
    locked(world)


@case
def the_language_is_the_desktops_at_that_time(world):
    server = notifications(world)
    manager = world.manager(["LANG=nn_NO.UTF-8"])
    world.begin(LANG="en_GB.UTF-8")
    notice(world, "presence_lost")
    assert shown(server)[SUMMARY] == "Mista kontakten med kortlesaren"
    for count, (lang, words) in enumerate([("nb_NO.UTF-8", "Mistet kontakt med kortleseren"),
                                           ("en_GB.UTF-8", "Lost contact with the card reader"),
                                           ("se_NO.UTF-8", "Mistet kontakt med kortleseren"),
                                           ("de_DE.UTF-8", "Lost contact with the card reader"),
                                           ("C", "Lost contact with the card reader")]):
        manager.UpdateProperties(MANAGER_OF_USER, {"Environment": ["LANG=" + lang]}, dbus_interface=MOCK)
        notice(world, "presence_lost")
        assert shown(server, count + 2)[SUMMARY] == words, lang


@case
def our_own_language_serves_where_the_desktop_tells_none(world):
    server = notifications(world)
    world.begin(LANG="nn_NO.UTF-8")
    notice(world, "card_left")
    assert shown(server)[SUMMARY] == "Kortet ditt står framleis i lesaren"


@case
def translating_leaves_no_trace_in_what_a_locker_inherits(world):
    server = notifications(world)
    world.begin(LANG="nn_NO.UTF-8")
    notice(world, "card_left")
    shown(server)
    cover = locked(world)
    with open("/proc/%d/environ" % cover, "rb") as file:
        variables = file.read().split(b"\0")
    assert b"LANG=nn_NO.UTF-8" in variables
    assert not [variable for variable in variables if variable.startswith(b"LANGUAGE=")]


sys.exit(main(__doc__))
