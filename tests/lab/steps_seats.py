# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the seats playlist: two people work at one machine, each with screen, keyboard and reader."""
from card import PivCard
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until
from workstation import DESKTOP_SECONDS, DOCTOR

# The second reader stands at the second seat.
READERS = '[[card.reader]]\nreader = "* 01 00"\nseat = "seat1"\n'
# The second screen is the only one of that make; the second keyboard is in the second port.
RULES = """SUBSYSTEM=="drm|graphics", ATTRS{vendor}=="0x1af4", ENV{ID_SEAT}="seat1"
SUBSYSTEM=="input", KERNELS=="1-2", ENV{ID_SEAT}="seat1"
"""


def two_seats(shift):
    """Two seats: each card locks the desktop of its own seat and no other"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(READERS):
        lab.put(RULES.encode(), "/etc/udev/rules.d/72-lab-seats.rules")
        # LightDM takes up the seats that are there when it starts.
        lab.run("udevadm control --reload && udevadm trigger --settle && systemctl restart lightdm", timeout=180)
        lab.log_in()
        wait_until(lab.notes_visible, DESKTOP_SECONDS, "the nurse works")
        lab.ports.plug_reader("reader2")
        with lab.at_second_seat():
            lab.log_in(DOCTOR)
            wait_until(lambda: lab.notes_visible(DOCTOR), DESKTOP_SECONDS, "the doctor works")
            lab.screenshot("second-seat")
        for reader, card in (("reader", "nurse"), ("reader2", "doctor")):
            mark = agent.mark()
            lab.ports.insert_card(reader, PivCard(card))
            agent.wait_for("card.inserted", mark)
        mark = agent.mark()
        lab.ports.pull_card("reader2")
        _locked_alone(shift, mark, "seat1")
        with lab.at_second_seat():
            wait_until(lambda: not lab.notes_visible(DOCTOR), SEEN_SECONDS, "the doctor's desktop is locked")
            lab.screenshot("second-seat-locked")
        wait_until(lab.notes_visible, SEEN_SECONDS, "the nurse works on")
        mark = agent.mark()
        lab.ports.pull_card()
        _locked_alone(shift, mark, "seat0")
        with lab.at_second_seat():
            lab.keyboard.type(f"{DOCTOR}\n")
            wait_until(lambda: lab.notes_visible(DOCTOR), SEEN_SECONDS, "the doctor works again")
        expect(not lab.notes_visible(), "the nurse's desktop is still locked")
        shift.unlock()


def _locked_alone(shift, mark, seat):
    shift.agent.wait_for("session.locked", mark, trigger="card_removed")
    asked = {event["seat"] for event in shift.agent.since(mark, "session.lock_requested")}
    expect(asked == {seat}, f"the lock was asked for at {seat} alone: {asked}")
