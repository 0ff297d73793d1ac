// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/dm_table.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "platform/base/unique_fd.h"

namespace vaktpost::platform {
namespace {

constexpr std::size_t answer_limit = std::size_t{256} << 10U;  // bytes

bool enciphers_nothing(std::string_view cipher) {
    return cipher.empty() || cipher.find("cipher_null") != std::string_view::npos;
}

std::string_view first_word(std::string_view text) {
    return text.substr(0, std::min(text.find(' '), text.size()));
}

std::string_view text_in(std::span<const std::uint8_t> bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    return {reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::size_t>(end - bytes.begin())};
}

}  // namespace

Mapping parse_table(std::span<const std::uint8_t> targets, std::uint32_t count) {
    if (count == 0) return Mapping::opaque;
    bool all = true;
    bool null_cipher = false;
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        dm_target_spec target{};
        if (at > targets.size() || targets.size() - at < sizeof target) return Mapping::opaque;
        std::memcpy(&target, targets.data() + at, sizeof target);
        const auto type = text_in(
            {reinterpret_cast<const std::uint8_t*>(target.target_type), sizeof target.target_type});
        const auto cipher = first_word(text_in(targets.subspan(at + sizeof target)));
        const bool crypt = type == "crypt";
        null_cipher = null_cipher || (crypt && enciphers_nothing(cipher));
        all = all && crypt && !enciphers_nothing(cipher);
        at = target.next;  // from the first one on
    }
    if (null_cipher) return Mapping::null_cipher;
    return all ? Mapping::encrypted : Mapping::opaque;
}

Mapping mapping_of(const std::string& device) {
    const auto colon = device.find(':');
    const UniqueFd control(::open("/dev/mapper/control", O_RDWR | O_CLOEXEC));
    if (!control || colon == std::string::npos) return Mapping::opaque;
    std::vector<std::uint8_t> buffer(answer_limit);
    dm_ioctl request{};
    request.version[0] = DM_VERSION_MAJOR;
    request.data_size = static_cast<std::uint32_t>(buffer.size());
    request.data_start = sizeof request;
    // DM_SECURE_DATA_FLAG: the kernel wipes its copy, since a table may hold a key.
    request.flags = DM_STATUS_TABLE_FLAG | DM_SECURE_DATA_FLAG;
    request.dev = makedev(static_cast<unsigned>(std::atoi(device.c_str())),
                          static_cast<unsigned>(std::atoi(device.c_str() + colon + 1)));
    std::memcpy(buffer.data(), &request, sizeof request);
    auto mapping = Mapping::opaque;
    if (::ioctl(control.get(), DM_TABLE_STATUS, buffer.data()) == 0) {
        std::memcpy(&request, buffer.data(), sizeof request);
        const bool whole = (request.flags & DM_BUFFER_FULL_FLAG) == 0 &&
                           request.data_start <= request.data_size &&
                           request.data_size <= buffer.size();
        if (whole)
            mapping = parse_table(
                {buffer.data() + request.data_start, request.data_size - request.data_start},
                request.target_count);
    }
    ::explicit_bzero(buffer.data(), buffer.size());
    return mapping;
}

}  // namespace vaktpost::platform
