// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <functional>

#include "tests/scenario/arguments.h"
#include "tests/scenario/vocabulary.h"

namespace vaktpost::scenario {
namespace {

using namespace core;

// "08:06:50"
UsbClass parse_class(const std::string& text) {
    const auto bytes = split(text, ':');
    if (bytes.size() != 3) throw BadLine("no class: " + text);
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint8_t>(std::stoul(bytes[i], nullptr, 16));
    };
    return {byte(0), byte(1), byte(2)};
}

// "0=03:01:01;1=03:00:00,08:06:50": numbers with all alternate settings
std::vector<UsbInterface> parse_interfaces(const std::string& text) {
    std::vector<UsbInterface> interfaces;
    for (const auto& piece : split(text, ';')) {
        const auto equals = piece.find('=');
        UsbInterface interface;
        interface.number = static_cast<std::uint8_t>(std::stoul(piece.substr(0, equals)));
        for (const auto& alternate : split(piece.substr(equals + 1), ','))
            interface.alternates.push_back(parse_class(alternate));
        interface.keyboard = interface.alternates.front() == UsbClass{usb_class::hid, 1, 1};
        interfaces.push_back(std::move(interface));
    }
    return interfaces;
}

Event usb_device_arrived(Arguments& words, Instant now) {
    UsbDevice device;
    device.id = {words.text("id")};
    device.vendor = static_cast<std::uint16_t>(words.number_or("vendor", 0x1234, 16));
    device.product = static_cast<std::uint16_t>(words.number_or("product", 0x5678, 16));
    device.interfaces = parse_interfaces(words.text_or("interfaces", ""));
    if (words.flag("mtp")) device.interfaces.front().mtp = true;
    device.holds_system_disk = words.flag("system");
    device.serial_tag = {words.text_or("serial", "")};
    device.descriptors = words.text_or("descriptors", "");
    device.connect_type = words.word_or("connect_type", ConnectType::unknown);
    device.present_at_start = words.flag("at_start");
    device.storage_driven = words.flag("driven");
    device.seen = now;
    return UsbDeviceArrived{device};
}

Medium parse_medium(Arguments& words, Instant now) {
    Medium medium;
    medium.id = {words.text("id")};
    medium.node = "/dev/" + medium.id.value.substr(0, medium.id.value.find('-'));
    medium.size = words.number_or("size", 1U << 30U);
    if (words.has("device")) {
        medium.device = DeviceId{words.text("device")};
        medium.interface = static_cast<std::uint8_t>(words.number_or("interface", 0));
    }
    medium.slot = words.flag("slot");
    medium.system = words.flag("system");
    medium.admitted_before = words.flag("admitted_before");
    medium.seen = now;
    return medium;
}

// token=valid unit=4410 serial=S-17 issued=… expires=…, or token=untrusted claimed=S-17,S-18
Token parse_token(Arguments& words) {
    Token token;
    token.state = words.word_or("token", TokenState::none);
    for (const auto& serial : split(words.text_or("claimed", ""), ','))
        token.claimed.push_back(serial);
    if (token.state != TokenState::valid) return token;
    token.organisation = words.text_or("organisation", "hospital");
    token.unit = words.text_or("unit", "ward-4");
    token.serial = words.text_or("serial", "S-17");
    token.issued = parse_utc(words.text_or("issued", "2026-01-01T00:00:00"));
    token.expires = parse_utc(words.text_or("expires", "2028-01-01T00:00:00"));
    return token;
}

// parts=vfat:plain,crypto_LUKS:encrypted volumes=tag,tag identity=tag
Event medium_examined(Arguments& words) {
    Examination examination;
    examination.verdict = words.word<Verdict>("verdict");
    for (const auto& piece : split(words.text_or("parts", ""), ',')) {
        const auto colon = piece.find(':');
        MediumPart part;
        part.type = piece.substr(0, colon);
        part.verdict = Arguments::to_enum<Verdict>(piece.substr(colon + 1));
        examination.parts.push_back(std::move(part));
    }
    for (const auto& tag : split(words.text_or("volumes", ""), ','))
        examination.volumes.push_back({tag});
    examination.identity = {words.text_or("identity", words.text_or("volumes", ""))};
    examination.token = parse_token(words);
    return MediumExamined{{words.text("id")}, examination};
}

// known=1-1:aa:keyboard,1-2:bb: ports with their descriptors
Event inputs_remembered(Arguments& words) {
    InputsRemembered event{{}, words.flag("first")};
    for (const auto& piece : split(words.text_or("known", ""), ',')) {
        const auto parts = split(piece, ':');
        event.inputs.push_back(
            {{parts.at(0)},
             parts.at(1),
             parts.size() > 2 ? Arguments::to_enum<InputKind>(parts[2]) : InputKind::other,
             0,
             0});
    }
    return event;
}

// plain=root:vda1,swap:dm-1:not_understood
Event host_disks_seen(Arguments& words) {
    HostDisksSeen event;
    event.told_before = words.flag("told_before");
    for (const auto& piece : split(words.text_or("plain", ""), ',')) {
        const auto parts = split(piece, ':');
        PlainDisk disk{Arguments::to_enum<DiskUse>(parts.at(0)), parts.at(1)};
        if (parts.size() > 2) disk.cause = Arguments::to_enum<PlainCause>(parts[2]);
        event.plain.push_back(std::move(disk));
    }
    return event;
}

// uplinks=eth0:cable/e1000e,wlan0:wifi,eth1:cable+bond0
Event network_seen(Arguments& words) {
    NetworkSeen event;
    for (const auto& piece : split(words.text_or("uplinks", ""), ',')) {
        auto names = split(piece, '+');
        const auto parts = split(names.at(0), ':');
        const auto kind = split(parts.at(1), '/');
        event.uplinks.push_back({parts[0],
                                 Arguments::to_enum<UplinkKind>(kind.at(0)),
                                 kind.size() > 1 ? kind[1] : "",
                                 {names.begin() + 1, names.end()}});
    }
    event.sharing.ipv4 = words.flag("forwarding4");
    event.sharing.ipv6 = words.flag("forwarding6");
    event.sharing.masquerade = words.flag("masquerade");
    event.sharing.access_points = split(words.text_or("access_points", ""), ',');
    event.sharing.bridges = split(words.text_or("bridges", ""), ',');
    return event;
}

// on=sdb-7,sdc-8: the disks below; writable; system=sdb-7: which of them the system needs
Event mount_seen(Arguments& words) {
    Mount mount{{words.text("id")}, {}, words.flag("writable")};
    const auto system = split(words.text_or("system", ""), ',');
    for (const auto& disk : split(words.text("on"), ','))
        mount.disks.push_back(
            {{disk}, std::find(system.begin(), system.end(), disk) != system.end()});
    return MountSeen{mount};
}

Event session_opened(Arguments& words) {
    SessionInfo info;
    info.id = {words.text("id")};
    info.uid = static_cast<std::uint32_t>(words.number_or("uid", 1000));
    info.user = words.text_or("user", "nurse");
    info.groups = split(words.text_or("groups", ""), ',');
    info.session_class = words.word_or("class", SessionClass::graphical);
    info.seat = {words.text_or("seat", info.session_class == SessionClass::remote ? "" : "seat0")};
    info.active = !words.flag("background");
    return SessionOpened{info};
}

Event source_back(Arguments& words) {
    SourceBack event{words.word<Source>("source"), std::nullopt};
    if (words.has("boot_gap")) event.boot_gap = parse_duration(words.text("boot_gap"));
    return event;
}

using Parser = std::function<Event(Arguments&, Instant)>;

const std::map<std::string, Parser>& parsers() {
    static const std::map<std::string, Parser> table{
        {"agent_started",
         [](Arguments& words, Instant) {
             AgentStarted event{"1.0", words.word_or("previous_end", PreviousEnd::clean), {}, {}};
             event.previous_result = words.text_or("result", "");
             event.locked_meanwhile =
                 static_cast<std::int64_t>(words.number_or("locked_meanwhile", 0));
             return event;
         }},
        {"session_remembered",
         [](Arguments& words, Instant) {
             SessionMemory memory{{words.text("id")}, {}, words.flag("owed")};
             for (const auto& reader : split(words.text_or("bound", ""), ','))
                 memory.bound.emplace(ReaderName{reader}, Tag{words.text_or("card", "")});
             return SessionRemembered{std::move(memory)};
         }},
        {"agent_stopping",
         [](Arguments& words, Instant) { return AgentStopping{words.text_or("cause", "signal")}; }},
        {"reader_arrived",
         [](Arguments& words, Instant) { return ReaderArrived{{words.text("reader")}}; }},
        {"reader_left",
         [](Arguments& words, Instant) { return ReaderLeft{{words.text("reader")}}; }},
        {"card_inserted",
         [](Arguments& words, Instant) {
             return CardInserted{{words.text("reader")}, words.text_or("atr", "3b7a18")};
         }},
        {"card_identified",
         [](Arguments& words, Instant) {
             return CardIdentified{{words.text("reader")}, {words.text("card")}};
         }},
        {"card_removed",
         [](Arguments& words, Instant) { return CardRemoved{{words.text("reader")}}; }},
        {"presence_lost",
         [](Arguments& words, Instant) {
             return PresenceLost{{words.text("reader")}, !words.flag("state_unknown")};
         }},
        {"activity",
         [](Arguments& words, Instant now) {
             const auto at = words.has("at") ? Instant{parse_duration(words.text("at"))} : now;
             return ActivitySeen{{words.text_or("seat", "seat0")},
                                 at,
                                 words.word_or("kind", ActivityKind::deliberate)};
         }},
        {"input_changed",
         [](Arguments& words, Instant) {
             return InputChanged{{words.text_or("seat", "seat0")},
                                 words.flag("keyboard"),
                                 words.flag("touch"),
                                 words.flag("built_in")};
         }},
        {"session_opened", [](Arguments& words, Instant) { return session_opened(words); }},
        {"session_changed",
         [](Arguments& words, Instant) {
             return SessionChanged{{words.text("id")}, !words.flag("background")};
         }},
        {"session_closed",
         [](Arguments& words, Instant) { return SessionClosed{{words.text("id")}}; }},
        {"lock_checked",
         [](Arguments& words, Instant) {
             return LockChecked{{words.text("id")}, words.word<LockMeans>("means")};
         }},
        {"session_locked",
         [](Arguments& words, Instant) {
             return SessionLocked{{words.text("id")}, words.word<Witness>("witness")};
         }},
        {"session_unlocked",
         [](Arguments& words, Instant) {
             return SessionUnlocked{{words.text("id")}, words.word<Witness>("witness")};
         }},
        {"witness_lost",
         [](Arguments& words, Instant) {
             return WitnessLost{{words.text("id")}, words.word<Witness>("witness")};
         }},
        {"unlock_asked", [](Arguments& words, Instant) { return UnlockAsked{{words.text("id")}}; }},
        {"next_person_asked",
         [](Arguments& words, Instant) { return NextPersonAsked{{words.text("id")}}; }},
        {"locker_failed",
         [](Arguments& words, Instant) {
             return LockerFailed{{words.text("id")}, words.text("cause")};
         }},
        {"lock_signalled",
         [](Arguments& words, Instant) {
             return LockSignalled{
                 {words.text("id")}, words.word_or("step", LockStep::ask), !words.flag("failed")};
         }},
        {"signed_out",
         [](Arguments& words, Instant) {
             const auto cause = words.text_or("cause", "");
             return SignedOut{{words.text("id")}, cause.empty(), cause};
         }},
        {"hold_requested",
         [](Arguments& words, Instant) {
             return HoldRequested{{words.text("id")}, words.text_or("reason", "patient")};
         }},
        {"sleep_coming", [](Arguments&, Instant) { return SleepComing{}; }},
        {"sleep_over", [](Arguments&, Instant) { return SleepOver{}; }},
        {"usb_device_arrived", usb_device_arrived},
        {"usb_device_left",
         [](Arguments& words, Instant) { return UsbDeviceLeft{{words.text("id")}}; }},
        {"usb_switched",
         [](Arguments& words, Instant now) {
             const auto error = words.text_or("error", "");
             return UsbSwitched{{words.text("id")}, error.empty(), error, now};
         }},
        {"usb_interface_driven",
         [](Arguments& words, Instant) {
             return UsbInterfaceDriven{{words.text("id")},
                                       static_cast<std::uint8_t>(words.number_or("interface", 0)),
                                       words.flag("keyboard"),
                                       words.flag("types")};
         }},
        {"proof_ready",
         [](Arguments& words, Instant) {
             return ProofReady{{words.text("id")}, words.text("code")};
         }},
        {"proof_ended",
         [](Arguments& words, Instant) {
             const bool proved = words.flag("proved");
             const bool unheard = words.flag("unheard");
             const auto proof = proved ? Proof::passed : unheard ? Proof::none : Proof::failed;
             return ProofEnded{{words.text("id")}, proof};
         }},
        {"inputs_remembered", [](Arguments& words, Instant) { return inputs_remembered(words); }},
        {"exception_requested",
         [](Arguments& words, Instant) {
             return ExceptionRequested{{words.text("device")},
                                       parse_duration(words.text("time")),
                                       words.text_or("reason", "patient"),
                                       words.word_or("by", Grantor::operator_)};
         }},
        {"exception_remembered",
         [](Arguments& words, Instant) {
             UsbException exception;
             exception.id = {words.text("id")};
             exception.vendor = 0x1234;
             exception.product = 0x5678;
             exception.serial_tag = {words.text_or("serial", "")};
             exception.port = {words.text_or("port", "")};
             exception.reason = words.text_or("reason", "patient");
             exception.from = parse_utc(words.text("from"));
             exception.until = parse_utc(words.text("until"));
             return ExceptionRemembered{exception};
         }},
        {"time_told",
         [](Arguments& words, Instant) {
             return TimeTold{parse_utc(words.text("utc")),
                             std::chrono::duration_cast<std::chrono::seconds>(
                                 parse_duration(words.text_or("offset", "0s")))};
         }},
        {"medium_arrived",
         [](Arguments& words, Instant now) { return MediumArrived{parse_medium(words, now)}; }},
        {"medium_changed",
         [](Arguments& words, Instant now) { return MediumChanged{parse_medium(words, now)}; }},
        {"medium_left", [](Arguments& words, Instant) { return MediumLeft{{words.text("id")}}; }},
        {"medium_examined", [](Arguments& words, Instant) { return medium_examined(words); }},
        {"medium_remembered",
         [](Arguments& words, Instant) {
             return MediumRemembered{{words.text("id")}, words.flag("first_enrolled")};
         }},
        {"host_disks_seen", [](Arguments& words, Instant) { return host_disks_seen(words); }},
        {"network_seen", [](Arguments& words, Instant) { return network_seen(words); }},
        {"mount_seen", [](Arguments& words, Instant) { return mount_seen(words); }},
        {"mount_gone", [](Arguments& words, Instant) { return MountGone{{words.text("id")}}; }},
        {"mount_judged",
         [](Arguments& words, Instant) {
             return MountJudged{
                 {words.text("id")}, words.word<MountVerdict>("verdict"), words.flag("undone")};
         }},
        {"mount_refused",
         [](Arguments& words, Instant) {
             return MountRefused{{words.text_or("id", "8:16")},
                                 {words.text("medium")},
                                 words.text_or("file_system", "vfat"),
                                 words.word_or("reason", MountRefusal::external)};
         }},
        {"source_lost",
         [](Arguments& words, Instant) {
             return SourceLost{words.word<Source>("source"), words.text_or("cause", "gone")};
         }},
        {"source_back", [](Arguments& words, Instant) { return source_back(words); }},
        {"log_gap",
         [](Arguments& words, Instant) {
             return LogGap{words.number_or("first", 0), words.number_or("last", 0),
                           words.number_or("count", 0), words.text_or("cause", "disk full")};
         }},
        {"epoch_begun",
         [](Arguments& words, Instant) {
             return EpochBegun{words.text_or("cause", "the database was exchanged"),
                               words.number_or("last_epoch", 0), words.number_or("last_seq", 0),
                               words.number_or("acknowledged_epoch", 0),
                               words.number_or("acknowledged_seq", 0)};
         }},
        {"records_removed",
         [](Arguments& words, Instant) {
             return RecordsRemoved{{words.word<Removed>("what"), words.number_or("epoch", 1),
                                    words.number_or("first", 1), words.number_or("last", 1),
                                    words.number_or("count", 1), words.text_or("cause", "size")}};
         }},
        {"log_filling",
         [](Arguments& words, Instant) {
             return LogFilling{static_cast<std::int64_t>(words.number_or("percent", 75)),
                               words.number_or("waiting", 1)};
         }},
        {"policy_applied",
         [](Arguments&, Instant) {
             return PolicyApplied{2, "ab", "local"};
         }},
        {"policy_rejected",
         [](Arguments& words, Instant) { return PolicyRejected{words.text("error")}; }},
    };
    return table;
}

Event deadline(const std::vector<std::string>& words) {
    if (words.size() < 2) throw BadLine("deadline of what?");
    return DeadlineReached{
        {Arguments::to_enum<DeadlineKind>(words[1]), words.size() > 2 ? words[2] : ""}};
}

}  // namespace

core::Event parse_event(const std::vector<std::string>& words, core::Instant now) {
    if (words.front() == "deadline") return deadline(words);
    const auto parser = parsers().find(words.front());
    if (parser == parsers().end()) throw BadLine("no such event: " + words.front());
    Arguments arguments({words.begin() + 1, words.end()});
    return parser->second(arguments, now);
}

}  // namespace vaktpost::scenario
