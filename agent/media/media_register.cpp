// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/media/media_register.h"

#include <future>
#include <memory>
#include <optional>

#include "agent/media/media_store.h"
#include "platform/base/journal.h"

namespace vaktpost::media {
namespace {

constexpr auto queue = "media-register";

std::optional<bool> store(const std::filesystem::path& path, const core::KnownMedium& known) {
    const auto is_new = media::remember(path, known);
    if (is_new) return *is_new;
    platform::warn(is_new.error().text() + "; a medium is not remembered");
    return std::nullopt;
}

}  // namespace

void MediaRegister::remember(const core::RememberMedium& request) {
    const auto stored = std::make_shared<std::optional<bool>>();
    workers_.run(
        queue, [stored, path = path_, known = request.known] { *stored = store(path, known); },
        alive_.guard([this, stored, medium = request.medium] {
            if (*stored) sink_(core::MediumRemembered{medium, **stored});
        }));
}

bool MediaRegister::finish(std::chrono::milliseconds longest) {
    const auto done = std::make_shared<std::promise<void>>();
    const auto finished = done->get_future();
    workers_.run(queue, [done] { done->set_value(); });
    return finished.wait_for(longest) == std::future_status::ready;
}

}  // namespace vaktpost::media
