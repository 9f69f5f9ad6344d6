// SPDX-License-Identifier: Apache-2.0
// The rules, on every file of this repository.
#include <gtest/gtest.h>

#include <filesystem>

#include "rules.hpp"

namespace couplet::style {
namespace {

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_source_tree(COUPLET_SOURCE_DIR);
  return files;
}

std::string breaches_of(Breaches (*rule)(const SourceFile&)) {
  std::string all;
  for (const SourceFile& file : tree())
    for (const std::string& breach : rule(file)) all += breach + "\n";
  return all;
}

TEST(Style, the_tree_was_found) { EXPECT_GT(tree().size(), 20U); }
TEST(Style, includes_follow_the_arrows) { EXPECT_EQ(breaches_of(check_includes), ""); }
TEST(Style, time_randomness_and_output_come_through_seams) { EXPECT_EQ(breaches_of(check_calls), ""); }
TEST(Style, nothing_is_left_unfinished) { EXPECT_EQ(breaches_of(check_unfinished_words), ""); }
TEST(Style, every_file_names_its_licence) { EXPECT_EQ(breaches_of(check_licence_line), ""); }
TEST(Style, files_hold_one_idea) { EXPECT_EQ(breaches_of(check_file_length), ""); }
TEST(Style, functions_hold_one_idea) { EXPECT_EQ(breaches_of(check_function_length), ""); }

TEST(Style, every_folder_says_what_it_owns) {
  for (const std::string& folder : target_folders(COUPLET_SOURCE_DIR))
    EXPECT_TRUE(std::filesystem::exists(folder + "/README.md")) << folder << " has no README.md";
}

}  // namespace
}  // namespace couplet::style
