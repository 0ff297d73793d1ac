// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/blkzoned.h>
#include <linux/capability.h>
#include <linux/cdrom.h>
#include <linux/fd.h>
#include <linux/fs.h>
#include <pwd.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace vaktpost::examine {
namespace {

using core::Status;

constexpr const char* kUser = "vaktpost-examine";
constexpr uid_t kNobody = 65534;
[[maybe_unused]] constexpr rlim_t kMostMemory = rlim_t{512} << 20U;
constexpr rlim_t kMostDescriptors = 64;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

struct Identity {
    uid_t user = kNobody;
    gid_t group = kNobody;
};

// Straight from the file: getpwnam() would load name-service modules into a process that is still
// root.
Identity examiner_identity() {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/etc/passwd", "re"));
    if (!file) return {};
    while (const passwd* entry = fgetpwent(file.get()))
        if (std::strcmp(entry->pw_name, kUser) == 0 && entry->pw_uid != 0)
            return {entry->pw_uid, entry->pw_gid};
    return {};
}

Status leave_root() {
    if (geteuid() != 0) return core::Done{};
    const auto identity = examiner_identity();
    if (setgroups(0, nullptr) != 0 ||
        setresgid(identity.group, identity.group, identity.group) != 0 ||
        setresuid(identity.user, identity.user, identity.user) != 0)
        return core::system_error(errno, "give up root");
    return core::Done{};
}

Status drop_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (syscall(SYS_capset, &header, none.data()) != 0)
        return core::system_error(errno, "drop capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return core::system_error(errno, "give up privileges");
    return core::Done{};
}

struct Limit {
    __rlimit_resource resource;
    rlim_t value;
};

// No limit on file size: it would count for the sparse copies in memory, which are as long as the
// part. The filter keeps every other file from being opened for writing.
Status set_limits(std::chrono::seconds cpu_limit) {
    const auto seconds = static_cast<rlim_t>(cpu_limit.count());
    const std::array limits{
#ifndef VAKTPOST_ADDRESS_SANITIZER  // its shadow memory alone is terabytes of address space
        Limit{RLIMIT_AS, kMostMemory},
#endif
        Limit{RLIMIT_NOFILE, kMostDescriptors}, Limit{RLIMIT_NPROC, 0}, Limit{RLIMIT_CORE, 0}};
    for (const auto& each : limits) {
        const rlimit limit{each.value, each.value};
        if (setrlimit(each.resource, &limit) != 0) return core::system_error(errno, "set limits");
    }
    // SIGXCPU at the soft limit lets the deadline's handler report.
    const rlimit cpu{seconds, seconds + 1};
    if (setrlimit(RLIMIT_CPU, &cpu) != 0) return core::system_error(errno, "set limits");
    return core::Done{};
}

constexpr int kCalls[] = {
    // the medium, the copies in memory, the report
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(fadvise64), SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate),
    // sysfs and procfs, looked at by both libraries
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(access),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
    // memory
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
    // what libcryptsetup asks about the machine and itself
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
#ifdef VAKTPOST_ADDRESS_SANITIZER  // whose runtime puts its signal stack away at exit
    SCMP_SYS(sigaltstack),
#endif
    // the deadline, and the end
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group)};

// What libblkid asks of a block device, libcryptsetup of a file; none of them changes anything.
constexpr auto kIoctls = std::to_array<unsigned long>(
    {BLKGETSIZE64, BLKSSZGET, BLKPBSZGET, BLKGETZONESZ, FDGETFDCSTAT, CDROM_GET_CAPABILITY,
     CDROM_DRIVE_STATUS, CDROM_LAST_WRITTEN, CDROMMULTISESSION});

constexpr auto kWriting = static_cast<scmp_datum_t>(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND |
                                                    (O_TMPFILE & ~O_DIRECTORY));

struct ReleaseFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};

bool allow_if(scmp_filter_ctx filter, int call, scmp_arg_cmp condition) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

bool allow_needed(scmp_filter_ctx filter) {
    for (const int call : kCalls)
        if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 0, nullptr) != 0) return false;
    for (const auto request : kIoctls)
        if (!allow_if(filter, SCMP_SYS(ioctl), {1, SCMP_CMP_EQ, request, 0})) return false;
    const scmp_arg_cmp not_executable{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
    return allow_if(filter, SCMP_SYS(openat), {2, SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY}) &&
           allow_if(filter, SCMP_SYS(mmap), not_executable) &&
           allow_if(filter, SCMP_SYS(mprotect), not_executable);
}

Status filter_calls() {
    const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter || !allow_needed(filter.get()))
        return core::Error{0, "filter system calls", "cannot build the filter"};
    if (const int failed = seccomp_load(filter.get()); failed != 0)
        return core::system_error(-failed, "filter system calls");
    return core::Done{};
}

}  // namespace

core::Status enter_sandbox(std::chrono::seconds cpu_limit) {
    if (auto done = leave_root(); !done) return done;
    if (auto done = drop_capabilities(); !done) return done;
    if (auto done = set_limits(cpu_limit); !done) return done;
    return filter_calls();
}

}  // namespace vaktpost::examine
