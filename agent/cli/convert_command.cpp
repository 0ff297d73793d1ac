// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/convert/formats.h"
#include "agent/convert/line_reader.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::cli {
namespace {

using convert::LineReader;
using Format = std::string (*)(const convert::Event&);

struct NamedFormat {
    std::string_view name;
    Format format;
};
constexpr std::array formats{
    NamedFormat{"ocsf", convert::ocsf_line},
    NamedFormat{"ecs", convert::ecs_line},
    NamedFormat{"cef", convert::cef_line},
    NamedFormat{"atna", convert::atna_line},
};

// Null: there is none of that name.
Format format_of(const ConvertOptions& options) {
    if (options.syslog) return convert::atna_syslog_line;
    for (const NamedFormat& each : formats)
        if (each.name == options.to) return each.format;
    return nullptr;
}

// One run of the command.
class Conversion {
  public:
    explicit Conversion(Format format) : format_(format) {}

    int run(const std::vector<std::string>& files) {
        if (files.empty()) convert(STDIN_FILENO, "standard input");
        for (const std::string& file : files)
            if (open_) convert_file(file);
        (void)out_.flush();
        return out_.failed() || wrong_ ? 1 : 0;
    }

  private:
    void fail(const std::string& what) {
        print_error(what);
        wrong_ = true;
    }

    void convert_file(const std::string& file) {
        const platform::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!fd) return fail(as_word(file) + ": " + std::strerror(errno));
        convert(fd.get(), as_word(file));
    }

    // A line that is no record is named and passed over.
    void convert(int fd, const std::string& name) {
        LineReader reader(fd);
        std::string_view line;
        for (std::size_t number = 1; open_; ++number) {
            const auto where = [&] { return name + ":" + std::to_string(number) + ": "; };
            switch (reader.next(line)) {
                case LineReader::Got::end:
                    return;
                case LineReader::Got::failed:
                    return fail(name + ": " + std::strerror(errno));
                case LineReader::Got::too_long:
                    fail(where() + "not a record: longer than 1 MiB");
                    break;
                case LineReader::Got::line:
                    if (const auto event = convert::read_event(line))
                        open_ = out_.line(format_(*event));
                    else
                        fail(where() + event.error().text());
                    break;
            }
        }
    }

    const Format format_;
    Output out_;
    bool open_ = true;  // somebody still reads what we write
    bool wrong_ = false;
};

}  // namespace

int run_convert(const ConvertOptions& options) {
    const Format format = format_of(options);
    if (format == nullptr) {
        print_error("--to takes ocsf, ecs, cef or atna");
        return wrong_usage;
    }
    if (options.syslog && options.to != "atna") {
        print_error("--syslog goes with --to atna alone");
        return wrong_usage;
    }
    return Conversion(format).run(options.files);
}

void add_convert(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<ConvertOptions>();
    CLI::App* command = app.add_subcommand(
        "convert", "Translates records, one JSON object per line, into a format for a SIEM.");
    command->add_option("--to", options->to, "ocsf, ecs, cef or atna")->required();
    command->add_flag("--syslog", options->syslog,
                      "with --to atna: each message as IHE has it sent, RFC 5424");
    command->add_option("FILE", options->files, "files of records; none: standard input");
    command->callback([options, &exit_status] { exit_status = run_convert(*options); });
}

}  // namespace vaktpost::cli
