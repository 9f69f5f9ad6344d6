// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/file_check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "base/encoding.hpp"
#include "storage/sqlite/schema.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
using Header = std::array<std::byte, 100>;  // https://www.sqlite.org/fileformat.html 1.3

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void refuse_errno(const std::string& path, std::string_view doing) {
  throw Refusal(fmt::format("{}: cannot {}: {}", path, doing, std::strerror(errno)));
}

std::filesystem::path folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

void create(const std::string& path) {
  const auto folder = folder_of(path);
  if (!std::filesystem::is_directory(folder))
    throw Refusal(
        fmt::format("{}: the folder {} does not exist. Create it, or correct the path in the configuration.",
                    path, folder.string()));
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0 && errno != EEXIST) refuse_errno(path, "create the database");
  // The name must survive a power cut as well as the content does.
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() >= 0) ::fsync(directory.number());
}

void check_mode(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    refuse_errno(path, "look at the database");
  }
  if (!S_ISREG(found.st_mode))
    throw Refusal(path + ": this is not a file. Correct the path in the configuration.");
  if ((found.st_mode & 0077) != 0)
    throw Refusal(
        fmt::format("{}: other users of this machine can open it (mode {:04o}), and it holds credentials. "
                    "Run: chmod 600 {}",
                    path, found.st_mode & 07777, path));
}

std::uint32_t big_endian_32(const Header& header, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(header[at + i]);
  return value;
}

std::int64_t stated_bytes(const Header& header) {
  const auto stored = big_endian_32(header, 16) >> 16;
  const std::int64_t page_bytes = stored == 1 ? 65536 : stored;
  return page_bytes * big_endian_32(header, 28);
}

bool has_wal(const std::string& path) {
  std::error_code none;
  const auto size = std::filesystem::file_size(path + "-wal", none);
  return !none && size > 0;
}

void check_content(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) refuse_errno(path, "read the database");
  struct stat found{};
  if (::fstat(file.number(), &found) != 0) refuse_errno(path, "look at the database");
  if (found.st_size == 0) return;  // just created
  Header header{};
  const auto count = ::pread(file.number(), header.data(), header.size(), 0);
  if (count < 0) refuse_errno(path, "read the database");
  if (!as_text(header).starts_with(kMagic))
    throw Refusal(path +
                  ": this is not a Couplet database (not a SQLite file), or its first page is damaged."
                  " Correct the path in the configuration, or restore a backup. Nothing was changed.");
  if (big_endian_32(header, 68) != kApplicationId)
    throw Refusal(path +
                  ": this SQLite file belongs to another program, or its first page is damaged."
                  " Correct the path in the configuration, or restore a backup. Nothing was changed.");
  // While there is a write-ahead log, pages may still have to move from it into the file.
  if (found.st_size < stated_bytes(header) && !has_wal(path))
    throw Refusal(fmt::format(
        "{}: the file is damaged: it has {} bytes and should have {}. Restore a backup. Nothing was changed.",
        path, found.st_size, stated_bytes(header)));
}

}  // namespace

void create_or_check_file(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) create(path);
  for (const char* suffix : {"", "-wal", "-shm"}) check_mode(path + suffix);
  check_content(path);
}

}  // namespace couplet::storage::sqlite
