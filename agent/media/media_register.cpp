// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/media/media_register.h"

#include <memory>
#include <optional>

#include "agent/media/media_store.h"
#include "platform/base/journal.h"

namespace vaktpost::media {
namespace {

std::optional<bool> store(const std::filesystem::path& path, const core::KnownMedium& known) {
    auto store = MediaStore::open(path);
    const auto is_new = store ? store->remember(known) : core::Result<bool>(store.error());
    if (is_new) return *is_new;
    platform::warn(is_new.error().text() + "; a medium is not remembered");
    return std::nullopt;
}

}  // namespace

void MediaRegister::remember(const core::RememberMedium& request) {
    const auto stored = std::make_shared<std::optional<bool>>();
    workers_.run(
        "media-register",
        [stored, path = path_, known = request.known] { *stored = store(path, known); },
        alive_.guard([this, stored, medium = request.medium] {
            if (*stored) sink_(core::MediumRemembered{medium, **stored});
        }));
}

}  // namespace vaktpost::media
