// SPDX-License-Identifier: Apache-2.0
// Servers that do only what nobody can leave out: Couplet's own HTTP library with an answer that is always
// the same, and the same with the signature and the durable row that a token costs at least.
#pragma once
#include <string>

namespace couplet::bench {

struct FloorOptions {
  std::string answer_file;  // what every request is answered with
  bool signs = false;       // one ES256 signature a request
  std::string row_file;     // one durable row a request, in this SQLite file; empty: none
};

/// Serves until SIGTERM, on any free port, which it prints.
int serve_floor(const FloorOptions& options);

}  // namespace couplet::bench
