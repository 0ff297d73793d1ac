// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace vaktpost::core {

// Why an operation failed. `code` is an errno value, or 0 where none applies. `operation` says what
// was being done
// ("open /dev/input/event3"), `detail` what went wrong in words.
struct Error {
    int code = 0;
    std::string operation;
    std::string detail;

    [[nodiscard]] std::string text() const { return operation + ": " + detail; }
};

Error system_error(int errno_value, std::string operation);

// Either a value or an Error. Exceptions never cross a port or a handler; this does.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition: ok().
    T& operator*() { return *std::get_if<0>(&content_); }
    const T& operator*() const { return *std::get_if<0>(&content_); }
    T* operator->() { return std::get_if<0>(&content_); }
    const T* operator->() const { return std::get_if<0>(&content_); }

    // Precondition: !ok().
    [[nodiscard]] const Error& error() const { return *std::get_if<1>(&content_); }

  private:
    std::variant<T, Error> content_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace vaktpost::core
