// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "platform/base/unique_fd.h"

namespace vaktpost::platform {
namespace {

core::Error failed(const char* what, const std::filesystem::path& path) {
    return core::system_error(errno, std::string(what) + " " + path.string());
}

// 0, or the errno of the write that did not go through whole.
int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace

core::Result<std::string> read_small(const std::filesystem::path& path, std::size_t limit) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return failed("open", path);
    // Piece by piece: the limit may be far above what is there.
    std::string text;
    char piece[4096];
    while (text.size() <= limit) {
        const ssize_t got = ::read(fd.get(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path);
        if (got == 0) return text;
        text.append(piece, static_cast<std::size_t>(got));
    }
    return core::system_error(EFBIG, "read " + path.string());
}

core::Status write_existing(const std::filesystem::path& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
    if (!fd) return failed("open", path);
    if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return failed("write", path);
    return core::Done{};
}

core::Status replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
    const std::filesystem::path beside = path.string() + ".new";
    ::unlink(beside.c_str());
    const UniqueFd fd(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!fd) return failed("create", beside);
    int error = write_all(fd.get(), text);
    if (error == 0 && ::fchmod(fd.get(), mode) != 0)
        error = errno;  // the umask may have taken some
    if (error == 0 && ::fsync(fd.get()) != 0) error = errno;
    if (error == 0 && ::rename(beside.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) {
        ::unlink(beside.c_str());
        return core::system_error(error, "write " + path.string());
    }
    const UniqueFd folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return failed("sync folder of", path);
    return core::Done{};
}

}  // namespace vaktpost::platform
