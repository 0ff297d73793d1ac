// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/guard_program.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <system_error>

#include "platform/base/journal.h"
#include "platform/mounts/guard_maps.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

struct ObjectDeleter {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
};
struct LinkDeleter {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }  // a pinned one lives on
};
struct BtfDeleter {
    void operator()(btf* types) const { btf__free(types); }
};
using Object = std::unique_ptr<bpf_object, ObjectDeleter>;
using Link = std::unique_ptr<bpf_link, LinkDeleter>;

int print(libbpf_print_level level, const char* format, va_list arguments) {
    if (level == LIBBPF_DEBUG) return 0;
    std::array<char, 512> line{};
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    warn(printable(line.data()));
    return length;
}

bool has_block_driver(const std::string& name) {
    std::ifstream devices("/proc/devices");
    bool block = false;
    for (std::string line; std::getline(devices, line);) {
        if (line == "Block devices:") block = true;
        if (block && line.size() > name.size() &&
            line.compare(line.size() - name.size() - 1, std::string::npos, " " + name) == 0)
            return true;
    }
    return false;
}

bool kernel_knows(const char* structure, const char* module) {
    if (::access((fs::path("/sys/kernel/btf") / module).c_str(), F_OK) == 0) return true;
    const std::unique_ptr<btf, BtfDeleter> types(btf__load_vmlinux_btf());
    return types && btf__find_by_name_kind(types.get(), structure, BTF_KIND_STRUCT) >= 0;
}

// A program attaches without it as well, and is never called.
bool is_asked() {
    std::ifstream list("/sys/kernel/security/lsm");
    for (std::string module; std::getline(list, module, ',');)
        if (module == "bpf" || module == "bpf\n") return true;
    return false;
}

bool has_btrfs() {
    std::ifstream list("/proc/filesystems");
    for (std::string word; list >> word;)
        if (word == "btrfs") return true;
    return false;
}

// A guard that cannot look through what the machine's own disks may stand on would refuse them.
core::Status check_kernel() {
    if (!is_asked()) return core::Error{ENOTSUP, "kernel", "bpf is none of its security modules"};
    if (has_btrfs() && !kernel_knows("btrfs_fs_info", "btrfs"))
        return core::Error{ENOTSUP, "kernel", "no type information of btrfs"};
    struct Driver {
        const char* name;
        const char* structure;
        const char* module;
    };
    static constexpr std::array drivers{Driver{"device-mapper", "mapped_device", "dm_mod"},
                                        Driver{"loop", "loop_device", "loop"}};
    for (const auto& driver : drivers)
        if (has_block_driver(driver.name) && !kernel_knows(driver.structure, driver.module))
            return core::Error{ENOTSUP, "kernel",
                               std::string("no type information of ") + driver.module};
    return core::Done{};
}

core::Status keep_map(bpf_object* object, const char* name, const fs::path& folder) {
    bpf_map* map = bpf_object__find_map_by_name(object, name);
    if (map == nullptr) return core::Error{EINVAL, "mount guard", "the program lacks a map"};
    // A map of this name that fits is used again.
    const int error = bpf_map__set_pin_path(map, (folder / name).c_str());
    if (error != 0) return core::system_error(-error, "pin a map");
    return core::Done{};
}

core::Result<Object> open_object(const fs::path& file, const fs::path& folder) {
    libbpf_set_print(print);
    Object object(bpf_object__open_file(file.c_str(), nullptr));
    if (!object) return core::system_error(errno, "open " + file.string());
    for (const char* name : {"grants", "refusals"})
        if (const auto kept = keep_map(object.get(), name, folder); !kept) return kept.error();
    const int error = bpf_object__load(object.get());
    if (error != 0) return core::system_error(-error, "load the program into the kernel");
    return object;
}

core::Status allow(bpf_object* object, const std::vector<vaktpost_disk>& allowed) {
    const auto duplicate = [&](const char* name) {
        return UniqueFd(::fcntl(bpf_object__find_map_fd_by_name(object, name), F_DUPFD_CLOEXEC, 0));
    };
    auto maps = GuardMaps::take(duplicate("grants"), duplicate("refusals"));
    if (!maps) return maps.error();
    for (const auto& disk : allowed)
        if (auto granted = maps->grant(disk, VAKTPOST_GRANT_ANY); !granted) return granted;
    return core::Done{};
}

core::Status put_in_force(bpf_object* object, const char* hook, const fs::path& folder) {
    bpf_program* program = bpf_object__find_program_by_name(object, hook);
    if (program == nullptr) return core::Error{EINVAL, "mount guard", "the program lacks a hook"};
    const Link link(bpf_program__attach_lsm(program));
    if (!link) return core::system_error(errno, std::string("attach ") + hook);
    const fs::path fresh = folder / (std::string("new_") + hook);
    ::unlink(fresh.c_str());
    const int error = bpf_link__pin(link.get(), fresh.c_str());
    if (error != 0) return core::system_error(-error, std::string("pin ") + hook);
    if (::rename(fresh.c_str(), (folder / hook).c_str()) == 0) return core::Done{};
    return core::system_error(errno, std::string("pin ") + hook);
}

core::Status put_all_in_force(bpf_object* object, const fs::path& folder) {
    for (const char* hook : guard_hooks)
        if (auto done = put_in_force(object, hook, folder); !done) return done;
    return core::Done{};
}

}  // namespace

core::Status load_guard(const fs::path& object_file, const fs::path& folder,
                        const std::vector<vaktpost_disk>& allowed) {
    if (auto fit = check_kernel(); !fit) return fit;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return core::system_error(errno, "create " + folder.string());
    const bool before = guard_is_loaded(folder);
    const auto object = open_object(object_file, folder);
    auto done = object ? allow(object->get(), allowed) : core::Status(object.error());
    if (done) done = put_all_in_force(object->get(), folder);
    if (!done && !before) static_cast<void>(unload_guard(folder));
    return done;
}

core::Status unload_guard(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error) return core::Done{};
    return core::system_error(error.value(), "remove " + folder.string());
}

}  // namespace vaktpost::platform
