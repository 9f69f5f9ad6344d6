// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/server.hpp"

namespace couplet::http {

namespace asio = boost::asio;

struct Runtime::Impl {
  struct Loop {
    asio::io_context context{1};  // run by one thread
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };
  explicit Impl(std::size_t threads) : loops(std::max<std::size_t>(threads, 1)) {}

  std::vector<Loop> loops;
  std::mutex mutex;
  std::condition_variable finished;
  std::size_t running = 0;
};

Runtime::Runtime(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}
Runtime::~Runtime() { stop(std::chrono::milliseconds{0}); }

std::size_t Runtime::size() const { return impl_->loops.size(); }
asio::io_context& Runtime::context(std::size_t index) { return impl_->loops.at(index).context; }

std::vector<asio::io_context*> Runtime::contexts() {
  std::vector<asio::io_context*> all;
  for (Impl::Loop& loop : impl_->loops) all.push_back(&loop.context);
  return all;
}

void Runtime::start() {
  impl_->running = impl_->loops.size();
  for (Impl::Loop& loop : impl_->loops) {
    loop.thread = std::thread([this, &loop] {
      loop.context.run();
      const std::lock_guard lock(impl_->mutex);
      --impl_->running;
      impl_->finished.notify_all();
    });
  }
}

void Runtime::stop(std::chrono::milliseconds grace) {
  for (Impl::Loop& loop : impl_->loops) loop.work.reset();
  {
    std::unique_lock lock(impl_->mutex);
    impl_->finished.wait_for(lock, grace, [this] { return impl_->running == 0; });
  }
  for (Impl::Loop& loop : impl_->loops) {
    loop.context.stop();
    if (loop.thread.joinable()) loop.thread.join();
  }
}

}  // namespace couplet::http
