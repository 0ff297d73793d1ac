# SPDX-License-Identifier: GPL-3.0-or-later
"""What is played on one workstation, from power-on to its end: a desktop and steps in an order."""
from dataclasses import dataclass, field

import steps_away
import steps_boot
import steps_centre
import steps_external
import steps_faults
import steps_guard
import steps_host
import steps_idle
import steps_keyboards
import steps_kinds
import steps_lock
import steps_log
import steps_media
import steps_register
import steps_rules
import steps_seats
import steps_sessions
import steps_ward
import steps_x11
from machine import SWAY, X11


@dataclass(frozen=True)
class Playlist:
    desktop: str
    prelude: list  # without these the rest says nothing
    steps: list
    slow: list = field(default_factory=list)  # with --all only
    plugged: dict = field(default_factory=dict)  # fields of workstation.Plugged
    sd_card: bool = False  # a slot with an encrypted card


PLAYLISTS = {
    "shift": Playlist(
        SWAY, [steps_lock.install, steps_lock.boot],
        [steps_lock.card, steps_lock.card_bounce, steps_lock.reader_unplugged, steps_lock.idle, steps_media.plain_stick,
         steps_media.encrypted_stick, steps_media.mixed_stick, steps_media.formatted_stick, steps_media.dying_stick,
         steps_host.disk_plain, steps_host.second_uplink, steps_host.network_sharing,
         steps_faults.killed, steps_faults.killed_while_examining, steps_faults.pcscd_stopped,
         steps_media.row_of_sticks, steps_log.disk_gives_nothing_away,
         steps_log.records_reach_the_centre, steps_faults.logind_restarted]),
    "sessions": Playlist(
        SWAY, [steps_lock.install],
        [steps_sessions.locker_missing, steps_sessions.locker_crashes, steps_sessions.locker_hangs,
         steps_sessions.locker_lies, steps_sessions.locker_signalled, steps_sessions.text_console,
         steps_sessions.next_person_at_a_console, steps_sessions.ssh, steps_sessions.remote_with_its_own_reader,
         steps_sessions.display_board,
         steps_away.agent_stopped, steps_away.agent_dead, steps_ward.print_collected, steps_ward.card_later,
         steps_ward.cleaner, steps_ward.other_card, steps_ward.operating_room, steps_ward.visiting_doctor,
         steps_ward.shared_account, steps_ward.no_way_back, steps_rules.port_and_connect_type,
         steps_rules.blocked_while_locked, steps_rules.allowed_for_a_while, steps_rules.ward_devices,
         steps_rules.devices_are_explained],
        [steps_away.agent_hangs, steps_idle.touch_pen_wheel_scanner, steps_idle.hold, steps_idle.hold_button,
         steps_idle.jiggler, steps_keyboards.injector_at_a_locked_screen,
         steps_keyboards.keyboard_that_types_the_wrong_code, steps_keyboards.keyboard_that_types_the_right_code]),
    "media": Playlist(
        SWAY, [steps_lock.install],
        [steps_kinds.sd_card, steps_kinds.read_only_stick, steps_kinds.optical_disc, steps_kinds.phone,
         steps_kinds.camera_printer_modem, steps_kinds.changing_stick, steps_guard.root_is_refused,
         steps_guard.admitted_stick_is_no_way_in, steps_guard.bypass_is_undone, steps_external.thunderbolt_disk,
         steps_external.disk_in_a_bay, steps_external.veracrypt_stick, steps_external.filevault_disk,
         steps_external.made_to_look_encrypted],
        [steps_kinds.several_units, steps_kinds.uas_disk, steps_kinds.card_reader, steps_kinds.another_disc,
         steps_kinds.lvm_member, steps_kinds.raid_member, steps_guard.btrfs_is_refused,
         steps_register.remembered_and_retired, steps_register.enrolled_alone],
        sd_card=True, plugged={"pcie": True}),
    "x11": Playlist(
        X11, [steps_lock.install],
        [steps_x11.card, steps_x11.locker_missing, steps_x11.locker_lies, steps_x11.shift_change, steps_x11.handover,
         steps_x11.next_person_at_the_curtain, steps_x11.suspend, steps_x11.suspend_unannounced, steps_x11.trolley,
         steps_x11.flat_battery, steps_x11.logind_restarted]),
    "seats": Playlist(X11, [steps_lock.install], [steps_seats.two_seats], plugged={"second_screen": True}),
    "centre": Playlist(SWAY, [steps_lock.install, steps_centre.made, steps_centre.joined],
                       [steps_centre.card_is_seen, steps_centre.services_restarted, steps_centre.database_away,
                        steps_centre.rebooted, steps_centre.own_certificate_expired,
                        steps_centre.receiver_certificate_expired, steps_centre.silent_host, steps_centre.typed_wrong]),
    "boot": Playlist(SWAY, [steps_lock.install], [steps_boot.closed_from_the_start],
                     [steps_boot.disk_of_fstab], plugged={"keeps_disk": True}),
}
