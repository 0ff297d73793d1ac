// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "config/quote.h"
#include "config/text_check.h"

namespace vaktpost::config {
namespace {

class OpenFile {
  public:
    explicit OpenFile(int fd) : fd_(fd) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

// Piece by piece: the agent reads its policy between other work, and most files are far below the
// limit.
core::Result<std::string> read_all(int fd, const std::string& operation) {
    std::string bytes;
    std::array<char, 65536> piece;
    while (bytes.size() <= largest_file) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return core::system_error(errno, operation);
        if (got == 0) return bytes;
        bytes.append(piece.data(), static_cast<std::size_t>(got));
    }
    return core::Error{EFBIG, operation, "the file is larger than 4 MiB"};
}

}  // namespace

std::optional<std::string> distrust(mode_t mode, uid_t owner, uid_t running_as) {
    if (running_as != 0) return std::nullopt;
    if (owner != 0)
        return "it belongs to user " + std::to_string(owner) +
               ", but only a file of root's is obeyed";
    if ((mode & (S_IWGRP | S_IWOTH)) != 0)
        return "others than root may write it (chmod go-w would forbid that), so it is not obeyed";
    return std::nullopt;
}

core::Result<std::string> read_file(const std::string& path, Trust trust) {
    const std::string operation = "read " + printable(path);
    const int follow = trust == Trust::root ? O_NOFOLLOW : 0;
    const OpenFile file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | follow));
    if (file.get() < 0) {
        const int error = errno;
        if (error == ELOOP && trust == Trust::root)
            return core::Error{error, operation,
                               "it is a symbolic link, and none is followed here"};
        return core::system_error(error, operation);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return core::system_error(errno, operation);
    if (!S_ISREG(status.st_mode)) return core::Error{EINVAL, operation, "it is not a regular file"};
    if (trust == Trust::root)
        if (auto reason = distrust(status.st_mode, status.st_uid, ::geteuid()))
            return core::Error{EPERM, operation, std::move(*reason)};
    return read_all(file.get(), operation);
}

}  // namespace vaktpost::config
