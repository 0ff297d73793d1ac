// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a medium: no crash, one line of report, and "encrypted" only if every part is.
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "platform/examine/enrolment.h"
#include "platform/examine/identity.h"
#include "platform/examine/judge.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/report.h"

using namespace vaktpost;
using namespace vaktpost::examine;

namespace {

constexpr std::size_t kLongestReport = 64 * 1024;
constexpr Bytes kTail = 1024 * 1024;  // a medium goes on behind its headers

Medium make_medium(const std::uint8_t* data, std::size_t size) {
    Medium medium;
    medium.fd = Descriptor(memfd_create("medium", MFD_CLOEXEC));
    medium.size = size + kTail;
    if (ftruncate(medium.fd.get(), static_cast<off_t>(medium.size)) != 0 ||
        pwrite(medium.fd.get(), data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    return medium;
}

bool is_encrypted(const core::MediumPart& part) {
    return part.verdict == core::Verdict::encrypted;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    prepare_libcryptsetup();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto medium = make_medium(data, size);
    const auto result = judge(medium);
    const Identification identification{volume_identifiers(medium, result),
                                        read_token(medium, result, {})};
    if (identification.token.state == core::TokenState::valid) std::abort();
    const bool all_encrypted = !result.parts.empty() &&
                               std::all_of(result.parts.begin(), result.parts.end(), is_encrypted);
    if (result.verdict == core::Verdict::encrypted && !all_encrypted) std::abort();
    if (report_line(result, identification).size() > kLongestReport) std::abort();
    return 0;
}
