// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace couplet::bench {
namespace {

struct Started {
  pid_t pid;
  int output;
};

Started start(const std::vector<std::string>& command, const std::string& log_file) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const int log = log_file.empty()
                      ? STDERR_FILENO
                      : ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("no process");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // an interrupted benchmark leaves nothing behind
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  if (log != STDERR_FILENO) ::close(log);
  return {pid, ends[0]};
}

std::string read_line(int from) {
  std::string line;
  char octet = 0;
  while (::read(from, &octet, 1) == 1 && octet != '\n') line += octet;
  return line;
}

}  // namespace

std::string output_of(const std::vector<std::string>& command) {
  const Started child = start(command, "");
  std::string text;
  char piece[65536];
  for (ssize_t bytes = 0; (bytes = ::read(child.output, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(bytes));
  ::close(child.output);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (status != 0) throw std::runtime_error(command[0] + " " + command[1] + " failed");
  return text;
}

ServerProcess::ServerProcess(const std::vector<std::string>& command, const std::string& log_file) {
  const Started child = start(command, log_file);
  pid_ = child.pid;
  output_ = child.output;
  for (std::string line = read_line(output_); line != "ready"; line = read_line(output_)) {
    if (line.empty()) throw std::runtime_error(command[0] + " did not start; see " + log_file);
    if (line.starts_with("listening "))
      ports_.push_back(static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1))));
  }
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  ::close(output_);
}

std::chrono::nanoseconds ServerProcess::cpu_time() const {
  clockid_t clock = 0;
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
    throw std::runtime_error("the server under test is gone");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::size_t ServerProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace couplet::bench
