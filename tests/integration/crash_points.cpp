// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded into programs under test (LD_PRELOAD), so that no test code is in what is shipped.
//
// VAKTPOST_POINTS: a folder. A file there arms the point of its name: who comes to it first takes
// the file away and stops (SIGSTOP), exactly there. The test then looks, and kills it or lets it go
// on. chain_points.py says what each point means.
// VAKTPOST_HANDS: a file of two 64-bit numbers, nanoseconds by which the wall clock and the clock
// since boot are ahead for this program. The test moves them at any time. Without it: true time.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace {

using Hand = std::atomic<std::int64_t>;
static_assert(sizeof(Hand) == sizeof(std::int64_t) && Hand::is_always_lock_free);

struct Hands {
    Hand wall;
    Hand boot;
};

constexpr std::int64_t second = 1'000'000'000;

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// rsyslog loads GnuTLS with its modules, out of sight of RTLD_NEXT.
template <class Function>
Function* real_of_gnutls(const char* name) {
    static void* const library = ::dlopen("libgnutls.so.30", RTLD_LAZY);
    return reinterpret_cast<Function*>(::dlsym(library, name));
}

// Copied before main(): PostgreSQL writes over its environment.
struct Folder {
    char path[PATH_MAX] = {};
    Folder() {
        if (const char* given = std::getenv("VAKTPOST_POINTS"))
            std::snprintf(path, sizeof path, "%s", given);
    }
};
const Folder folder;

const char* point_path(const char* point, char (&path)[PATH_MAX]) {
    if (folder.path[0] == '\0') return nullptr;
    const int length = std::snprintf(path, sizeof path, "%s/%s", folder.path, point);
    return length < PATH_MAX ? path : nullptr;
}

bool is_armed(const char* point) {
    char buffer[PATH_MAX];
    const int before = errno;
    const char* path = point_path(point, buffer);
    const bool armed = path != nullptr && ::access(path, F_OK) == 0;
    errno = before;
    return armed;
}

void stop_at(const char* point) {
    char buffer[PATH_MAX];
    const int before = errno;
    const char* path = point_path(point, buffer);
    if (path != nullptr && ::unlink(path) == 0) std::raise(SIGSTOP);
    errno = before;
}

void reach(const char* point) {
    if (is_armed(point)) stop_at(point);
}

// What commits go through: SQLite's write-ahead log, or PostgreSQL's.
bool is_journal(int fd) {
    char link[64];
    char path[PATH_MAX];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = ::readlink(link, path, sizeof path);
    const std::string_view name(path, length > 0 ? static_cast<std::size_t>(length) : 0);
    return name.ends_with("-wal") || name.find("/pg_wal/") != std::string_view::npos;
}

bool is_network(int fd) {
    int domain = 0;
    socklen_t size = sizeof domain;
    return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
           (domain == AF_INET || domain == AF_INET6);
}

bool is_acknowledgement(const void* bytes, ssize_t size) {
    if (size <= 0) return false;
    const std::string_view text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    return text.find(R"("op":"acknowledged")") != std::string_view::npos;
}

const Hands* map_hands() {
    const char* path = std::getenv("VAKTPOST_HANDS");
    const int fd = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return nullptr;
    void* const memory = ::mmap(nullptr, sizeof(Hands), PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<const Hands*>(memory);
}

const Hands* hands() {
    static const Hands* const mapped = map_hands();
    return mapped;
}

std::int64_t milliseconds_since_boot() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

extern "C" {

// --- SQLite in the agent, PostgreSQL's processes

int fdatasync(int fd) {
    static auto* const next = real<int(int)>("fdatasync");
    if (is_armed("before-sync") && is_journal(fd)) stop_at("before-sync");
    const int result = next(fd);
    if (is_armed("after-sync") && is_journal(fd)) stop_at("after-sync");
    return result;
}

// --- the agent's control socket, and the link's side of it

ssize_t recv(int fd, void* bytes, size_t size, int flags) {
    static auto* const next = real<ssize_t(int, void*, size_t, int)>("recv");
    const ssize_t got = next(fd, bytes, size, flags);
    // With MSG_TRUNC it is told how long a datagram is, whatever there is room for: libudev asks
    // so.
    if (is_acknowledgement(bytes, std::min(got, static_cast<ssize_t>(size)))) reach("heard");
    return got;
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
    static auto* const next = real<ssize_t(int, msghdr*, int)>("recvmsg");
    const ssize_t got = next(fd, message, flags);
    if (got > 0 && message->msg_iovlen > 0 &&
        is_acknowledgement(message->msg_iov->iov_base,
                           std::min(got, static_cast<ssize_t>(message->msg_iov->iov_len))))
        reach("heard");
    return got;
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
    static auto* const next = real<ssize_t(int, const void*, size_t, int)>("send");
    if (is_acknowledgement(bytes, static_cast<ssize_t>(size))) reach("telling");
    return next(fd, bytes, size, flags);
}

// --- OpenSSL in the link

ssize_t read(int fd, void* bytes, size_t size) {
    static auto* const next = real<ssize_t(int, void*, size_t)>("read");
    const ssize_t got = next(fd, bytes, size);
    if (got > 0 && is_armed("answered") && is_network(fd)) stop_at("answered");
    return got;
}

ssize_t write(int fd, const void* bytes, size_t size) {
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    const ssize_t written = next(fd, bytes, size);
    if (written > 0 && is_armed("sent") && is_network(fd)) stop_at("sent");
    return written;
}

// --- GnuTLS in rsyslog

ssize_t gnutls_record_recv(void* session, void* bytes, size_t size) {
    static auto* const next = real_of_gnutls<ssize_t(void*, void*, size_t)>("gnutls_record_recv");
    const ssize_t got = next(session, bytes, size);
    if (got > 0) reach("received");
    return got;
}

ssize_t gnutls_record_send(void* session, const void* bytes, size_t size) {
    static auto* const next =
        real_of_gnutls<ssize_t(void*, const void*, size_t)>("gnutls_record_send");
    reach("stored");
    return next(session, bytes, size);
}

// --- libpq in psql

void* PQgetResult(void* connection) {
    static auto* const next = real<void*(void*)>("PQgetResult");
    void* const result = next(connection);
    if (result != nullptr) reach("committed");
    return result;
}

// --- time

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    static auto* const next = real<int(clockid_t, timespec*)>("clock_gettime");
    const int result = next(clock, time);
    if (result != 0 || hands() == nullptr) return result;
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    const std::int64_t all = time->tv_nsec + (wall ? hands()->wall : hands()->boot);
    time->tv_sec += all / second;
    time->tv_nsec = all % second;
    if (time->tv_nsec < 0) {
        time->tv_nsec += second;
        --time->tv_sec;
    }
    return result;
}

// A wait ends when the hand has passed its end, too.
int poll(pollfd* fds, nfds_t count, int timeout) {
    static auto* const next = real<int(pollfd*, nfds_t, int)>("poll");
    if (hands() == nullptr || timeout <= 0) return next(fds, count, timeout);
    const std::int64_t until = milliseconds_since_boot() + timeout;
    for (;;) {
        const std::int64_t left = until - milliseconds_since_boot();
        const int ready = next(fds, count, static_cast<int>(std::clamp<std::int64_t>(left, 0, 20)));
        if (ready != 0 || left <= 0) return ready;
    }
}

}  // extern "C"
