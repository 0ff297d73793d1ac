// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/admissions.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view key = "VAKTPOST_ADMITTED=";

}  // namespace

core::Status Admissions::admit(const core::MediumId& id, core::Admission admission) {
    if (::mkdir(folder_.c_str(), 0755) != 0 && errno != EEXIST)
        return core::system_error(errno, "create " + folder_.string());
    const std::string content = std::string(key) + std::string(core::to_string(admission)) + "\n";
    return replace_file(folder_ / id.value, content, 0644);
}

bool Admissions::revoke(const core::MediumId& id) {
    std::error_code ignored;
    return fs::remove(folder_ / id.value, ignored);
}

bool Admissions::contains(const core::MediumId& id) const {
    std::error_code ignored;
    return fs::exists(folder_ / id.value, ignored);
}

std::optional<core::Admission> Admissions::admission_of(const core::MediumId& id) const {
    const std::string line = read_attribute(folder_ / id.value);
    if (line.rfind(key, 0) != 0) return std::nullopt;
    return core::from_string<core::Admission>(std::string_view(line).substr(key.size()));
}

void Admissions::keep_only(const std::set<core::MediumId>& present) {
    for (const auto& name : names_in(folder_))
        if (present.count({name}) == 0) revoke({name});
}

}  // namespace vaktpost::platform
