// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/event_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <charconv>
#include <utility>

#include "agent/events/salvage.h"
#include "agent/events/schema.h"
#include "agent/events/set_aside.h"
#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost::events {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Larger databases are not read through at each start: the agent must be armed soon. Damage in the
// middle of one keeps nobody from appending, and a verifier finds it.
constexpr std::int64_t full_check_limit = 64 << 20;

bool is_damage(int code) {
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

core::Result<platform::UniqueFd> lock_folder(const fs::path& folder) {
    platform::UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return core::system_error(errno, "open " + folder.string());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return core::Error{EWOULDBLOCK, "lock " + folder.string(), "another agent has it"};
        return core::system_error(errno, "lock " + folder.string());
    }
    return fd;
}

// Readable by the folder's group; SQLite gives the files it makes beside it the same mode.
core::Status create_database_file(const fs::path& path, int folder) {
    const platform::UniqueFd fd(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd) return core::system_error(errno, "open " + path.string());
    if (::fchmod(fd.get(), 0640) != 0) return core::system_error(errno, "chmod " + path.string());
    if (::fsync(folder) != 0)
        return core::system_error(errno, "fsync of the folder of " + path.string());
    return core::Done{};
}

core::Status configure(Database& database) {
    const char* const settings[] = {
        "PRAGMA busy_timeout=1000",
        "PRAGMA soft_heap_limit=524288",
        "PRAGMA cache_size=-64",  // KiB: what is appended is hardly ever read again
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA wal_autocheckpoint=256",      // pages
        "PRAGMA journal_size_limit=1048576",  // bytes
    };
    for (const char* setting : settings)
        if (auto done = database.execute(setting); !done) return done;
    return database.keep_wal_files();
}

core::Status check_structure(Database& database) {
    const auto size =
        database.integer("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    if (!size) return size.error();
    if (*size > full_check_limit) return core::Done{};
    auto check = database.prepare("PRAGMA quick_check(1)");
    if (!check) return check.error();
    const auto row = check->step();
    if (!row) return row.error();
    if (!*row || check->text(0) != "ok") return damaged(std::string(check->text(0)));
    return core::Done{};
}

// Nothing where the text is no record: the log then cannot go on behind it.
std::optional<Head> head_of(std::uint64_t epoch, core::Seq seq, std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return std::nullopt;
    const json::value* type = value.get_object().if_contains("type");
    const json::value* boot_id = value.get_object().if_contains("boot_id");
    if (type == nullptr || !type->is_string() || boot_id == nullptr || !boot_id->is_string())
        return std::nullopt;
    return Head{epoch, seq, digest_of(text), std::string(type->get_string()),
                std::string(boot_id->get_string())};
}

core::Result<std::optional<Head>> read_head(Database& database) {
    auto query = database.prepare(
        "SELECT epoch, seq, record FROM event ORDER BY epoch DESC, seq DESC LIMIT 1");
    if (!query) return query.error();
    const auto row = query->step();
    if (!row) return row.error();
    if (!*row) return std::optional<Head>();
    const std::int64_t epoch = query->integer(0);
    const std::int64_t seq = query->integer(1);
    if (epoch < 1 || seq < 1) return damaged("a record's number is impossible");
    auto head =
        head_of(static_cast<std::uint64_t>(epoch), static_cast<core::Seq>(seq), query->text(2));
    if (!head) return damaged("the last record is none");
    return head;
}

std::uint64_t read_noted_epoch(const fs::path& path) {
    const auto text = platform::read_small(path, 32);
    std::uint64_t epoch = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), epoch);
    return epoch;
}

}  // namespace

EventStore::EventStore(fs::path folder, platform::UniqueFd lock)
    : folder_(std::move(folder)), lock_(std::move(lock)) {}

core::Result<EventStore> EventStore::open(const fs::path& folder) {
    auto lock = lock_folder(folder);
    if (!lock) return lock.error();
    EventStore store(folder, std::move(*lock));
    store.noted_epoch_ = read_noted_epoch(folder / epoch_name);
    const fs::path path = folder / database_name;
    auto opened = has_orphaned_wal(path)
                      ? core::Status(damaged("missing, its write-ahead log was not"))
                      : store.open_database();
    if (!opened && is_damage(opened.error().code)) {
        store.damage_ = "the database was set aside: " + opened.error().detail;
        store.insert_.reset();
        store.database_.reset();
        const auto aside = set_aside(path);
        if (!aside) return aside.error();
        opened = store.open_database();
        if (opened) opened = store.save_from(*aside);
    }
    if (!opened) return opened.error();
    return store;
}

core::Status EventStore::open_database() {
    const fs::path path = folder_ / database_name;
    if (auto created = create_database_file(path, lock_.get()); !created) return created;
    auto database = Database::open(path, Access::read_write);
    if (!database) return database.error();
    for (auto* check : {configure, adopt_schema, check_structure})
        if (auto done = check(*database); !done) return done;
    auto head = read_head(*database);
    if (!head) return head.error();
    auto insert =
        database->prepare("INSERT INTO event(epoch, seq, record, class) VALUES(?, ?, ?, ?)");
    if (!insert) return insert.error();
    head_ = std::move(*head);
    database_ = std::move(*database);
    insert_ = std::move(*insert);
    return core::Done{};
}

core::Status EventStore::save_from(const fs::path& damaged) {
    const auto saved = salvage(damaged, *database_);
    if (!saved) return saved.error();
    damage_ += "; records saved: " + std::to_string(*saved);
    auto head = read_head(*database_);
    if (!head) return head.error();
    head_ = std::move(*head);
    return core::Done{};
}

core::Status EventStore::insert(std::uint64_t epoch, std::span<const Row> rows,
                                const Beside& beside) {
    for (const Row& row : rows) {
        insert_->bind(1, static_cast<std::int64_t>(epoch));
        insert_->bind(2, static_cast<std::int64_t>(row.seq));
        insert_->bind(3, row.record);
        insert_->bind(4, static_cast<std::int64_t>(row.record_class));
        const auto stepped = insert_->step();
        insert_->reset();
        if (!stepped) return stepped.error();
    }
    for (const Mark& mark : beside.marks)
        if (auto done = write_mark(*database_, mark); !done) return done;
    for (const core::Removal& removal : beside.told)
        if (auto done = forget(*database_, removal); !done) return done;
    return core::Done{};
}

core::Status EventStore::commit(std::uint64_t epoch, std::span<const Row> rows,
                                const Beside& beside) {
    if (rows.empty() && beside.marks.empty()) return core::Done{};
    if (database_->moved())
        return core::Error{ENOENT, "write the database", "it was moved or removed"};
    if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto done = insert(epoch, rows, beside);
    if (done) done = database_->execute("COMMIT");
    if (!done) {
        (void)database_->execute("ROLLBACK");  // fails where SQLite has rolled back by itself
        return done;
    }
    if (rows.empty()) return core::Done{};
    const Row& last = rows.back();
    head_ = Head{epoch, last.seq, digest_of(last.record), {}, {}};
    note(epoch);
    announce();
    return core::Done{};
}

void EventStore::note(std::uint64_t epoch) {
    if (noted_epoch_ >= epoch) return;
    const auto written =
        platform::replace_file(folder_ / epoch_name, std::to_string(epoch) + "\n", 0640);
    if (written)
        noted_epoch_ = epoch;
    else  // tried again at the next commit; until then the number stands in the database alone
        platform::warn("event log: " + written.error().text());
}

void EventStore::announce() const {
    const platform::UniqueFd fd(::open((folder_ / epoch_name).c_str(), O_WRONLY | O_CLOEXEC));
}

}  // namespace vaktpost::events
