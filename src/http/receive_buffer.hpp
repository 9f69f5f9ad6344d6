// SPDX-License-Identifier: Apache-2.0
// What a connection has received and not yet handled. Has no memory while it is empty and released.
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace couplet::http {

/// Blocks of one size that idle connections have given back. Thread: one.
class BlockPool {
 public:
  static constexpr std::size_t kBlockBytes = 4096;
  std::unique_ptr<char[]> take() {
    if (free_.empty()) return std::make_unique_for_overwrite<char[]>(kBlockBytes);
    std::unique_ptr<char[]> block = std::move(free_.back());
    free_.pop_back();
    return block;
  }
  void give_back(std::unique_ptr<char[]> block) {
    if (free_.size() < kKept) free_.push_back(std::move(block));
  }

 private:
  static constexpr std::size_t kKept = 256;
  std::vector<std::unique_ptr<char[]>> free_;
};

class ReceiveBuffer {
 public:
  explicit ReceiveBuffer(BlockPool& pool) : pool_(&pool) {}
  ~ReceiveBuffer() { release(); }
  ReceiveBuffer(const ReceiveBuffer&) = delete;
  ReceiveBuffer& operator=(const ReceiveBuffer&) = delete;

  /// Views stay valid until the next free_space() or release().
  [[nodiscard]] std::string_view text() const { return {memory_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  /// At least one byte to receive into; doubles the memory when it is full.
  std::span<char> free_space() {
    make_room(text().size() + 1);
    return {memory_.get() + end_, capacity_ - end_};
  }
  void received(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes) { begin_ += bytes; }
  void append(std::string_view text) {
    make_room(this->text().size() + text.size());
    std::memcpy(memory_.get() + end_, text.data(), text.size());
    end_ += text.size();
  }
  /// Moves what is left to the front, so that a whole request has room behind it without moving again.
  void compact() {
    if (begin_ == 0) return;
    std::memmove(memory_.get(), memory_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  /// Gives the memory back, with whatever is in it.
  void release() {
    if (capacity_ == BlockPool::kBlockBytes) pool_->give_back(std::move(memory_));
    memory_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  void make_room(std::size_t bytes) {
    if (capacity_ >= bytes && begin_ + bytes <= capacity_) return;
    compact();
    if (capacity_ >= bytes) return;
    const std::size_t wanted = std::max({bytes, capacity_ * 2, BlockPool::kBlockBytes});
    std::unique_ptr<char[]> larger =
        wanted == BlockPool::kBlockBytes ? pool_->take() : std::make_unique_for_overwrite<char[]>(wanted);
    if (end_ > 0) std::memcpy(larger.get(), memory_.get(), end_);
    const std::size_t kept = end_;
    release();
    memory_ = std::move(larger);
    capacity_ = wanted;
    end_ = kept;
  }

  BlockPool* pool_;
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace couplet::http
