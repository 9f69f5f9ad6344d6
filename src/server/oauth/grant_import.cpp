// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/grant_import.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

#include "base/json.hpp"
#include "server/oauth/grant_import_row.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kBatch =
    2000;                          // a fraction of a second for the writer, so that a running server goes on
constexpr int kTriesPerBatch = 5;  // it may wait for a running server
constexpr std::size_t kLongestLine = 16 * 1024;
constexpr std::size_t kExportPage = 1000;

using storage::ImportOutcome;

// Lines of any input, none of which can fill the memory.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  /// False at the end. A line that is too long is cut off behind the limit, and skipped to its end.
  bool next(std::string& line) {
    line.clear();
    bool any = false;
    while (fill()) {
      any = true;
      const std::string_view rest = std::string_view(buffer_.data(), filled_).substr(at_);
      const std::size_t end = rest.find('\n');
      const std::string_view piece = rest.substr(0, end);
      line += piece.substr(0, std::min(piece.size(), kLongestLine + 1 - line.size()));
      at_ += std::min(piece.size() + 1, rest.size());
      if (end == std::string_view::npos) continue;
      break;
    }
    number_ += any ? 1 : 0;
    return any;
  }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_ - (filled_ - at_); }

 private:
  bool fill() {
    if (at_ < filled_) return true;
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    filled_ = static_cast<std::size_t>(in_.gcount());
    bytes_ += filled_;
    at_ = 0;
    return filled_ > 0;
  }
  std::istream& in_;
  std::array<char, 256 * 1024> buffer_;
  std::size_t filled_ = 0, at_ = 0;
  std::uint64_t number_ = 0, bytes_ = 0;
};

struct Row {
  std::uint64_t line;
  std::string refusal;  // empty: it is the next of Batch::grants
};
struct Batch {
  std::vector<Row> rows;
  std::vector<Grant> grants;
  std::uint64_t bytes = 0;  // of the file, up to its end
};

std::string_view refusal_of(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::imported:
    case ImportOutcome::unchanged: return "";
    case ImportOutcome::conflicting:
      return "this token is stored already, with another client, skill, user, scope, issued_at or expires_at";
    case ImportOutcome::superseded: return "the user is linked already, by a token as new or newer";
    case ImportOutcome::ended: return "the user has unlinked since this token was issued";
  }
  return "";
}

class Importer {
 public:
  Importer(const Config& config, storage::Database& database, std::istream& in, const Clock& clock,
           Random& random, const ImportObserver& observer)
      : config_(config),
        clock_(clock),
        random_(random),
        observer_(observer),
        reader_(std::make_unique<LineReader>(in)),
        store_(database.open_store()) {}

  Result<ImportCounts, std::string> run() {
    Batch batch = read_batch();
    while (!batch.rows.empty()) {
      start(batch);
      Batch next = read_batch();
      if (!settle(batch))
        return std::unexpected("the store did not take rows up to line " +
                               std::to_string(batch.rows.back().line) +
                               "; everything before is stored, and running again goes on from there");
      batch = std::move(next);
    }
    return counts_;
  }

 private:
  Batch read_batch() {
    Batch batch;
    const Instant now = clock_.now();
    std::string line;
    while (batch.rows.size() < kBatch && reader_->next(line)) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      auto grant = line.size() > kLongestLine
                       ? Result<Grant, std::string>(std::unexpected("the line is longer than 16 KiB"))
                       : read_import_row(line, config_, now, random_);
      batch.rows.push_back({reader_->number(), grant ? std::string() : std::move(grant.error())});
      if (grant) batch.grants.push_back(std::move(*grant));
    }
    batch.bytes = reader_->bytes();
    return batch;
  }

  // Hands the batch to the writer's thread and comes back at once.
  void start(const Batch& batch) {
    outcomes_.reset();
    boost::asio::co_spawn(context_, store_->import_grants(batch.grants, clock_.now()),
                          [this](std::exception_ptr failure, Outcomes outcomes) {
                            if (!failure) outcomes_ = std::move(outcomes);
                          });
    context_.restart();
    context_.poll();
  }

  bool settle(const Batch& batch) {
    context_.run();
    for (int tries = 1; !(outcomes_ && *outcomes_) && tries < kTriesPerBatch; ++tries) {
      start(batch);
      context_.run();
    }
    if (!outcomes_ || !*outcomes_) return false;
    auto outcome = (*outcomes_)->begin();
    for (const Row& row : batch.rows) count(row, row.refusal.empty() ? &*outcome++ : nullptr);
    counts_.bytes = batch.bytes;
    if (observer_.progress) observer_.progress(counts_);
    return true;
  }

  void count(const Row& row, const ImportOutcome* outcome) {
    ++counts_.rows;
    const std::string refusal = outcome ? std::string(refusal_of(*outcome)) : row.refusal;
    if (!refusal.empty()) {
      ++counts_.refused;
      if (observer_.refused) observer_.refused(row.line, refusal);
    } else {
      ++(*outcome == ImportOutcome::imported ? counts_.imported : counts_.unchanged);
    }
  }

  using Outcomes = storage::Result<std::vector<ImportOutcome>>;
  const Config& config_;
  const Clock& clock_;
  Random& random_;
  const ImportObserver& observer_;
  boost::asio::io_context context_{1};
  std::unique_ptr<LineReader> reader_;  // a large buffer: not on the stack
  std::unique_ptr<storage::Store> store_;
  std::optional<Outcomes> outcomes_;
  ImportCounts counts_;
};

OpenedDatabase open(const Config& config, storage::SqliteOpening opening) {
  auto database = storage::open_sqlite({.path = config.settings.storage.path, .opening = opening});
  if (!database) return std::unexpected(database.error().message);
  return std::move(*database);
}

json::object to_json(const Grant& grant) {
  const auto time = [](const std::optional<Instant>& instant) {
    return instant ? json::value(to_iso8601(*instant)) : json::value(nullptr);
  };
  return {{"grant_id", grant.grant_id.text()},
          {"client_id", grant.client_id.text()},
          {"skill", grant.skill.text()},
          {"user", grant.user.text()},
          {"scope", grant.scope},
          {"origin", enum_text(kGrantOrigins, grant.origin)},
          {"created_at", time(grant.created_at)},
          {"expires_at", time(grant.expires_at)},
          {"revoked_at", time(grant.revoked_at)}};
}

}  // namespace

OpenedDatabase open_for_import(const Config& config) {
  return open(config, storage::SqliteOpening::create_and_migrate);
}
OpenedDatabase open_for_export(const Config& config) {
  return open(config, storage::SqliteOpening::as_it_is);
}

Result<ImportCounts, std::string> import_grants(const Config& config, storage::Database& database,
                                                std::istream& rows, const Clock& clock, Random& random,
                                                const ImportObserver& observer) {
  return Importer(config, database, rows, clock, random, observer).run();
}

Result<std::uint64_t, std::string> export_grants(storage::Database& database, std::ostream& out) {
  boost::asio::io_context context{1};
  const auto store = database.open_store();
  std::uint64_t count = 0;
  std::optional<GrantId> after;
  for (;;) {
    storage::Result<std::vector<Grant>> page = std::unexpected(storage::StoreError::unavailable);
    boost::asio::co_spawn(context, store->list_grants(after, kExportPage),
                          [&page](std::exception_ptr failure, storage::Result<std::vector<Grant>> read) {
                            if (!failure) page = std::move(read);
                          });
    context.restart();
    context.run();
    if (!page) return std::unexpected("the store could not be read");
    if (page->empty()) return count;
    for (const Grant& grant : *page) out << json::serialize(to_json(grant)) << '\n';
    if (!out.flush()) return std::unexpected("the output could not be written");
    count += page->size();
    after = page->back().grant_id;
  }
}

}  // namespace couplet::server
