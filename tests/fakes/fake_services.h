// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <vector>

namespace vaktpost::fakes {

// org.freedesktop.systemd1 and org.freedesktop.DisplayManager on a private bus, as much of them as
// the agent uses. Neither is there before it is asked to come. Driven by calling process().
class FakeServices {
  public:
    explicit FakeServices(std::string address);
    ~FakeServices();
    FakeServices(const FakeServices&) = delete;
    FakeServices& operator=(const FakeServices&) = delete;

    void process();
    void come(const char* name);  // takes a well-known name
    void stop();                  // leaves the bus

    std::vector<std::string> started;   // units, with the mode they were started in
    std::vector<std::string> greeters;  // object paths of seats that were switched to the greeter
    std::vector<std::string> seats{"/org/freedesktop/DisplayManager/Seat0"};
    struct Session {
        std::string path;
        std::string user;
        std::string seat;
    };
    std::vector<Session> sessions;
    bool refuse_units = false;
    bool refuse_greeter = false;

  private:
    static int dispatch(sd_bus_message* call, void* self, sd_bus_error* error);
    int start_unit(sd_bus_message* call, sd_bus_error* error);
    int list(sd_bus_message* call);
    int describe_session(sd_bus_message* call);

    std::string address_;
    sd_bus* bus_ = nullptr;
};

inline constexpr const char* systemd_name = "org.freedesktop.systemd1";
inline constexpr const char* display_manager_name = "org.freedesktop.DisplayManager";

}  // namespace vaktpost::fakes
