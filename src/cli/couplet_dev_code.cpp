// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/couplet_verbs.hpp"

namespace couplet::cli {

int dev_code(const std::string& config_file, const server::DevelopmentCodes& wanted) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  const SystemClock clock;
  SystemRandom random;
  const auto codes = server::mint_development_codes(*config, wanted, clock, random);
  if (!codes) {
    std::cerr << "couplet: " << codes.error() << "\n";
    return 1;
  }
  std::cout << codes->reveal() << std::flush;
  return 0;
}

}  // namespace couplet::cli
