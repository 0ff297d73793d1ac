// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vaktpost::fakes {

struct FakeSession {
    std::string id;
    std::uint32_t uid = 1000;
    std::string user = "nurse";
    std::string seat = "seat0";
    std::string klass = "user";
    std::string type = "wayland";
    std::string state = "active";
    bool remote = false;
    bool active = true;
    bool locked = false;
};

// org.freedesktop.login1 on a private bus, as much of it as the agent uses. Its object paths cannot
// be guessed from the session's id. Driven by calling process().
class FakeLogind {
  public:
    explicit FakeLogind(std::string address);
    ~FakeLogind();
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;

    void process();
    void join();   // the bus, under logind's name
    void leave();  // as a restart or crash does; sessions stay

    void add(FakeSession session, bool announced = true);
    void remove(const std::string& id);
    void forget(const std::string& id);  // without a word
    FakeSession& session(const std::string& id);
    void changed(const std::string& id, const std::string& property);
    void invalidated(const std::string& id, const std::string& property);
    [[nodiscard]] std::string path(const std::string& id) const;

    void unlock(const std::string& id);  // the signal alone
    void prepare_for_sleep(bool begins);
    // How many of the inhibitors given out are still held.
    [[nodiscard]] int inhibitors() const;

    std::string client;              // unique name of who last listed the sessions
    std::vector<std::string> locks;  // session ids, in the order of the requests
    bool refuse_locks = false;
    bool answer_locks = true;
    bool refuse_list = false;
    std::vector<std::string> ended;  // session ids
    std::string inhibited;           // what, who, why and mode of the last inhibitor asked for
    bool refuse_inhibitors = false;

  private:
    static int inhibit(sd_bus_message* call, void* self, sd_bus_error* error);
    static int terminate(sd_bus_message* call, void* self, sd_bus_error* error);
    static int list_sessions(sd_bus_message* call, void* self, sd_bus_error* error);
    static int get_all(sd_bus_message* call, void* self, sd_bus_error* error);
    static int lock(sd_bus_message* call, void* self, sd_bus_error* error);
    static int dispatch(sd_bus_message* call, void* self, sd_bus_error* error);
    FakeSession* at(const char* path);

    std::string address_;
    sd_bus* bus_ = nullptr;
    std::map<std::string, FakeSession> sessions_;  // by object path
    std::vector<int> inhibitors_;                  // our ends of their pipes
    int count_ = 0;
};

// Appends the property as a{sv} entry.
int append_property(sd_bus_message* message, const FakeSession& session,
                    const std::string& property);

}  // namespace vaktpost::fakes
