// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/port_kind.h"

#include <linux/if_arp.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost::platform;
using vaktpost::core::UplinkKind;
namespace fs = std::filesystem;

namespace {

struct Sysfs {
    TemporaryFolder folder;

    void interface(const std::string& name, const std::string& driver,
                   const std::string& uevent = "INTERFACE=x\n") {
        const auto object = folder / "class/net" / name;
        fs::create_directories(object / "device");
        fs::create_directory_symlink("../../drivers/" + driver, object / "device/driver");
        std::ofstream(object / "uevent") << uevent;
    }
    [[nodiscard]] Port port(const std::string& name, bool local_address = false,
                            std::uint16_t type = ARPHRD_ETHER) const {
        Link link;
        link.name = name;
        link.type = type;
        link.local_address = local_address;
        return port_of(folder.path(), link);
    }
};

}  // namespace

TEST_CASE("an interface without a device is no port") {
    const Sysfs sysfs;
    CHECK_FALSE(sysfs.port("veth0").physical);
}

TEST_CASE("a port is what its driver says") {
    Sysfs sysfs;
    sysfs.interface("eno1", "e1000e");
    sysfs.interface("wlan0", "iwlwifi", "DEVTYPE=wlan\nINTERFACE=wlan0\n");
    sysfs.interface("wwan0", "qmi_wwan", "DEVTYPE=wwan\n");
    sysfs.interface("bnep0", "btusb", "INTERFACE=bnep0\nDEVTYPE=bluetooth");
    sysfs.interface("usb0", "rndis_host");
    sysfs.interface("ib0", "mlx5_core");
    CHECK(sysfs.port("eno1").kind == UplinkKind::cable);
    CHECK(sysfs.port("eno1").driver == "e1000e");
    CHECK(sysfs.port("wlan0").kind == UplinkKind::wifi);
    CHECK(sysfs.port("wwan0").kind == UplinkKind::modem);
    CHECK(sysfs.port("bnep0").kind == UplinkKind::bluetooth);
    CHECK(sysfs.port("usb0").kind == UplinkKind::phone);
    CHECK(sysfs.port("ib0", false, ARPHRD_INFINIBAND).kind == UplinkKind::other);
}

TEST_CASE("a phone and a dock's adapter of one class are told apart by the hardware address") {
    Sysfs sysfs;
    sysfs.interface("usb0", "cdc_ncm");
    CHECK(sysfs.port("usb0", true).kind == UplinkKind::phone);
    CHECK(sysfs.port("usb0", false).kind == UplinkKind::cable);
}

TEST_CASE("a dialled-up line is a modem without a device") {
    const Sysfs sysfs;
    CHECK(sysfs.port("ppp0", false, ARPHRD_PPP).physical);
    CHECK(sysfs.port("ppp0", false, ARPHRD_PPP).kind == UplinkKind::modem);
}

TEST_CASE("masquerading can be done once the kernel has loaded it") {
    const Sysfs sysfs;
    CHECK_FALSE(can_masquerade(sysfs.folder.path()));
    fs::create_directories(sysfs.folder / "module/nft_masq");
    CHECK(can_masquerade(sysfs.folder.path()));
}
