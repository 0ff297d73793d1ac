// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace vaktpost::examine::test {

struct Ended {
    int status = 0;      // as waitpid() gives it
    std::string output;  // what the child wrote to standard output
};

// Runs `body` in a child that ends with what it returns. For things that a process does once and
// for good.
template <class Body>
Ended in_child(Body body) {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) return {};
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        _exit(body());
    }
    close(ends[1]);
    Ended result;
    char buffer[512];
    for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        result.output.append(buffer, static_cast<std::size_t>(got));
    close(ends[0]);
    waitpid(child, &result.status, 0);
    return result;
}

inline bool killed_by(const Ended& child, int signal) {
    return WIFSIGNALED(child.status) && WTERMSIG(child.status) == signal;
}

inline bool exited_with(const Ended& child, int code) {
    return WIFEXITED(child.status) && WEXITSTATUS(child.status) == code;
}

}  // namespace vaktpost::examine::test
