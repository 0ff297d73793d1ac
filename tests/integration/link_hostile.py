#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vaktpost-link and a receiver that lies, stalls and breaks off: it is left with a state that says so, nothing is reported as
acknowledged that it did not acknowledge, and an honest receiver gets everything. link_hostile.py PROGRAM"""
import sys
import unittest

import link_world
from link_receiver import Hangup, Receiver
from link_world import World, once, wait_until

PROGRAM = sys.argv.pop(1)


def after(count, act):
    """Honest for so many messages; then that."""

    def behave(receiver, send, frame):
        if frame[1] == "syslog" and len(receiver.messages) > count:
            act(receiver, send, frame)
        else:
            Receiver.honest(receiver, send, frame)

    return behave


def says(text):
    return lambda receiver, send, frame: send(text)


def hangs_up(receiver, send, frame):
    raise Hangup


def half_an_answer(receiver, send, frame):
    send(b"%d rsp 6 20" % frame[0])
    raise Hangup


def acknowledges_the_next(receiver, send, frame):
    send(b"%d rsp 6 200 OK\n" % (frame[0] + 100_000))


def acknowledges_twice(receiver, send, frame):
    receiver.acknowledge(send, frame)
    send(b"%d rsp 6 200 OK\n" % frame[0])


def refuses(receiver, send, frame):
    send(b"%d rsp 9 500 error\n" % frame[0])


def says_nothing(receiver, send, frame):
    pass


def refuses_to_open(receiver, send, frame):
    send(b"1 rsp 13 500 not today\n")


def takes_no_syslog(receiver, send, frame):
    send(b"1 rsp 39 200 OK\nrelp_version=0\ncommands=eventlog\n")


class Hostile(unittest.TestCase):
    def setUp(self):
        self.world = World(PROGRAM)
        self.addCleanup(self.world.close)
        self.agent = self.world.agent

    def receiver(self, behave=None):
        server = Receiver(self.world.authority, self.world.receiver, behave)
        self.addCleanup(server.close)
        return server

    def acknowledged_texts(self):
        return [text for epoch, seq, text in self.agent.records if (epoch, seq) <= self.agent.acknowledged()]

    def check(self, behave, state, cause, kept_before):
        """That receiver alone leads to that state and has what was reported; an honest one then gets the rest."""
        self.agent.append(300)
        liar = self.receiver(behave)
        link = self.world.link(liar.url, patience=1)
        wait_until(lambda: (state, cause, liar.url) in self.agent.states(), f"{state}, {cause}: {self.agent.states()}")
        link.kill()
        self.assertGreaterEqual(len(liar.kept), kept_before)
        self.assertTrue(set(liar.records()).issuperset(self.acknowledged_texts()), "more was reported than acknowledged")
        honest = self.receiver()
        self.assertEqual(self.world.link(honest.url).wait(), 0)
        self.assertEqual(once(liar.records() + honest.records()), self.agent.texts())
        self.assertTrue(self.agent.has_all())

    def test_an_honest_receiver_gets_everything_in_order_and_a_goodbye(self):
        self.agent.append(2000)
        honest = self.receiver()
        self.assertEqual(self.world.link(honest.url).wait(), 0)
        self.assertEqual(honest.records(), self.agent.texts())
        self.assertEqual(honest.connections, 1)

    def test_garbage_is_refused(self):
        self.check(after(150, says(b"\x00\xff garbage")), "refused", "protocol", 100)

    def test_an_answer_of_huge_length_is_refused(self):
        self.check(after(150, says(b"152 rsp 999999999 ")), "refused", "protocol", 100)

    def test_acknowledging_what_was_not_sent_is_refused(self):
        self.check(after(150, acknowledges_the_next), "refused", "protocol", 100)

    def test_acknowledging_twice_is_refused(self):
        self.check(after(150, acknowledges_twice), "refused", "protocol", 100)

    def test_a_refused_record_is_not_acknowledged(self):
        self.check(after(150, refuses), "refused", "refusal", 100)

    def test_half_an_answer_is_none(self):
        self.check(after(150, half_an_answer), "unreachable", "broken", 100)

    def test_a_receiver_that_hangs_up_in_the_middle_is_unreachable(self):
        self.check(after(150, hangs_up), "unreachable", "broken", 100)

    def test_a_receiver_that_acknowledges_nothing_more_is_given_up(self):
        self.check(after(150, says_nothing), "unreachable", "silent", 100)

    def test_a_receiver_that_never_answers_is_given_up(self):
        self.check(says_nothing, "unreachable", "silent", 0)

    def test_a_receiver_that_hangs_up_before_it_took_anything_has_refused(self):
        self.check(hangs_up, "refused", "closed", 0)

    def test_a_receiver_that_refuses_the_session_has_refused(self):
        self.check(refuses_to_open, "refused", "refusal", 0)

    def test_a_receiver_that_takes_no_messages_has_refused(self):
        self.check(takes_no_syslog, "refused", "protocol", 0)

    def test_acknowledgements_in_another_order_count_when_none_is_missing(self):
        waiting = []

        def backwards(receiver, send, frame):
            if frame[1] != "syslog":
                return Receiver.honest(receiver, send, frame)
            waiting.append(frame)
            if len(waiting) == 50:
                receiver.kept += [each[2] for each in waiting]
                send(b"".join(b"%d rsp 6 200 OK\n" % each[0] for each in reversed(waiting)))
                waiting.clear()

        self.agent.append(300)
        server = self.receiver(backwards)
        self.assertEqual(self.world.link(server.url).wait(), 0)
        self.assertEqual(server.records(), self.agent.texts())
        self.assertTrue(self.agent.has_all())

    def test_one_missing_acknowledgement_holds_all_later_ones_back(self):
        def forgets_the_tenth(receiver, send, frame):
            if len(receiver.messages) == 10 and frame[1] == "syslog":
                return
            Receiver.honest(receiver, send, frame)

        self.agent.append(100)
        server = self.receiver(forgets_the_tenth)
        link = self.world.link(server.url, patience=2)
        wait_until(lambda: self.agent.acknowledged() == (1, 9), "the first nine")
        wait_until(lambda: ("unreachable", "silent", server.url) in self.agent.states(), "the end of patience")
        self.assertEqual(self.agent.acknowledged(), (1, 9))
        # Again over the next connection, and this time all of them.
        self.assertEqual(link.wait(), 0)
        self.assertTrue(self.agent.has_all())

    def test_a_receiver_that_stalls_leaves_the_next_one_to_be_tried(self):
        self.agent.append(100)
        stalling, honest = self.receiver(says_nothing), self.receiver()
        self.assertEqual(self.world.link(stalling.url, honest.url, patience=1).wait(), 0)
        self.assertEqual(honest.records(), self.agent.texts())
        self.assertEqual(stalling.kept, [])

    def test_no_more_than_a_window_is_sent_without_acknowledgement(self):
        def only_opens(receiver, send, frame):
            if frame[1] == "open":
                Receiver.open(send, frame)

        self.agent.append(1000)
        server = self.receiver(only_opens)
        link = self.world.link(server.url, patience=2)
        wait_until(lambda: ("unreachable", "silent", server.url) in self.agent.states(), "the end of patience")
        link.kill()
        self.assertEqual(len(server.messages) % 128, 0)
        self.assertEqual(self.agent.acknowledged(), (0, 0))


if __name__ == "__main__":
    unittest.main()
