// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_chain.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace vaktpost;
using namespace vaktpost::platform;
namespace fs = std::filesystem;

namespace {

// A machine with an internal disk, a stick with one partition, and mappings over it.
class Machine {
  public:
    Machine() {
        std::string pattern = (fs::temp_directory_path() / "mounts-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        disk("devices/virtio0/block/vda", "vda", "254:0", "0", 1);
        disk("devices/usb1/1-2/1-2:1.0/block/sdb", "sdb", "8:16", "1", 7);
        file("devices/usb1/1-2/1-2:1.0/block/sdb/sdb1/partition", "1");
        number("devices/usb1/1-2/1-2:1.0/block/sdb/sdb1", "sdb1", "8:17");
        mapping("dm-0", "253:0", "sdb1");
        mapping("dm-1", "253:1", "dm-0");
        fs::create_directories(root_ / "proc/self");
        fs::create_directories(root_ / "etc");
        paths.sys = root_ / "sys";
        paths.proc = root_ / "proc";
        paths.etc = root_ / "etc";
        paths.dev = root_ / "dev";
    }
    ~Machine() {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void fstab(const std::string& text) { std::ofstream(root_ / "etc/fstab") << text; }

    DevicePaths paths;

  private:
    void file(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / "sys" / path).parent_path());
        std::ofstream(root_ / "sys" / path) << text << "\n";
    }
    void number(const std::string& object, const std::string& name, const std::string& device) {
        file(object + "/dev", device);
        for (const auto& link : {"class/block/" + name, "dev/block/" + device}) {
            fs::create_directories((root_ / "sys" / link).parent_path());
            fs::create_symlink(root_ / "sys" / object, root_ / "sys" / link);
        }
    }
    void disk(const std::string& object, const std::string& name, const std::string& device,
              const std::string& removable, int sequence) {
        file(object + "/removable", removable);
        file(object + "/diskseq", std::to_string(sequence));
        number(object, name, device);
    }
    void mapping(const std::string& name, const std::string& device, const std::string& below) {
        const std::string object = "devices/virtual/block/" + name;
        file(object + "/dm/uuid", "CRYPT-LUKS2-claimed");
        fs::create_directories(root_ / "sys" / object / "slaves");
        fs::create_symlink(fs::canonical(root_ / "sys/class/block" / below),
                           root_ / "sys" / object / "slaves" / below);
        number(object, name, device);
    }

    fs::path root_;
};

Mount mounted(const std::string& device) {
    return {device, "/mnt", "ext4", "/dev/whatever"};
}

}  // namespace

TEST_CASE("a mount is followed down to the removable disk, whatever lies between") {
    const Machine machine;
    const ChainWalk walk(machine.paths);
    for (const auto* device : {"8:16", "8:17", "253:0", "253:1"}) {
        const auto chain = walk.below(mounted(device));
        REQUIRE(chain.disks.size() == 1);
        CHECK(chain.disks[0].medium == core::MediumId{"sdb-7"});
        CHECK_FALSE(chain.disks[0].system);
    }
    CHECK(walk.below(mounted("254:0")).disks.empty());
    CHECK(walk.below(mounted("9:9")).disks.empty());
}

TEST_CASE("below a mapping that encrypts nobody looks, and its name is no proof of it") {
    const Machine machine;
    const ChainWalk real(machine.paths, [](const std::string& device) {
        return device == "253:0" ? Mapping::encrypted : Mapping::opaque;
    });
    CHECK(real.below(mounted("253:1")).disks.empty());
    const ChainWalk null(machine.paths, [](const std::string& device) {
        return device == "253:0" ? Mapping::null_cipher : Mapping::opaque;
    });
    const auto chain = null.below(mounted("253:1"));
    CHECK(chain.disks.size() == 1);
    CHECK(chain.null_cipher);
}

TEST_CASE("a disk that fstab names is told to be the system's") {
    Machine machine;
    machine.fstab("");
    fs::create_directories(machine.paths.dev);
    std::ofstream(machine.paths.dev / "sdb1") << "";
    machine.fstab("/dev/sdb1 /srv ext4 defaults 0 2\n");
    const auto chain = ChainWalk(machine.paths).below(mounted("8:17"));
    REQUIRE(chain.disks.size() == 1);
    CHECK(chain.disks[0].system);
}
