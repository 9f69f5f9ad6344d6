// SPDX-License-Identifier: Apache-2.0
#include "emulator/switches/fidelity.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace couplet::emulator {
namespace {

TEST(Fidelity, the_table_of_the_page_is_what_the_program_prints) {
  std::ifstream stream(std::string(COUPLET_SOURCE_DIR) + "/docs/emulator.md");
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string page = text.str();
  const std::string begins = "<!-- couplet-emulator fidelity -->\n";
  const std::size_t begin = page.find(begins);
  const std::size_t end = page.find("<!-- end -->");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(page.substr(begin + begins.size(), end - begin - begins.size()), fidelity_markdown())
      << "put what `couplet-emulator fidelity` prints between the two marks";
}

TEST(Fidelity, every_row_says_what_it_rests_on) {
  for (const FidelityRow& row : fidelity_rows())
    EXPECT_FALSE(row.behaviour.empty() || row.source.empty()) << row.behaviour;
}

TEST(Fidelity, what_is_left_out_says_why) {
  for (const LeftOutRow& row : left_out_rows()) {
    EXPECT_FALSE(row.why.empty()) << row.what;
    EXPECT_TRUE(fidelity_markdown().contains(row.why)) << row.what;
  }
}

TEST(Fidelity, a_bar_does_not_end_a_cell) {
  EXPECT_NE(fidelity_markdown().find(R"(Atza\|, over)"), std::string::npos);
}

}  // namespace
}  // namespace couplet::emulator
