// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/private_bus.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace vaktpost::fakes {

namespace {

// Everything is allowed, as the system bus allows signals from anybody to anybody.
std::string configuration(const std::string& directory) {
    return R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=)" +
           directory + R"(/bus</listen>
  <servicedir>)" +
           directory + R"(/services</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*" eavesdrop="true"/>
  </policy>
</busconfig>
)";
}

}  // namespace

PrivateBus::PrivateBus() {
    char name[] = "/tmp/vaktpost-bus-XXXXXX";
    if (mkdtemp(name) == nullptr) throw std::runtime_error("no directory for a private bus");
    directory_ = name;
    std::filesystem::create_directory(directory_ + "/services");
    std::ofstream(directory_ + "/bus.conf") << configuration(directory_);
    start();
}

PrivateBus::~PrivateBus() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::string PrivateBus::offer(const std::string& name) {
    const auto started = directory_ + "/started-" + name;
    std::ofstream(directory_ + "/services/" + name + ".service")
        << "[D-BUS Service]\nName=" << name << "\nExec=/usr/bin/touch " << started << "\n";
    return started;
}

void PrivateBus::start() {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a private bus");
    const std::string config = "--config-file=" + directory_ + "/bus.conf";
    daemon_ = fork();
    if (daemon_ == 0) {
        dup2(ready[1], 3);
        const int quiet = open("/dev/null", O_WRONLY);
        dup2(quiet, 2);
        execlp("dbus-daemon", "dbus-daemon", config.c_str(), "--nofork", "--nopidfile",
               "--print-address=3", static_cast<char*>(nullptr));
        _exit(127);
    }
    close(ready[1]);
    char byte = 0;
    const bool up = read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    if (!up) throw std::runtime_error("dbus-daemon does not start");
}

void PrivateBus::stop() {
    if (daemon_ <= 0) return;
    kill(daemon_, SIGKILL);
    waitpid(daemon_, nullptr, 0);
    daemon_ = -1;
    unlink((directory_ + "/bus").c_str());
}

}  // namespace vaktpost::fakes
