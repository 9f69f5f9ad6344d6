// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_library.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "emulator/scenario/scenario_reader.hpp"

namespace couplet::emulator {
namespace {

struct ScenarioFolder : ::testing::Test {
  ScenarioFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "couplet-scenarios-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~ScenarioFolder() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  std::filesystem::path folder;
};

TEST_F(ScenarioFolder, has_the_scenarios_by_name_each_with_its_title) {
  write("b.scenario", "# a remark\r\nscenario The second\r\nwait 1h\r\n");
  write("a.scenario", "wait 1h\n");
  write("README.md", "scenario Not this\n");
  const auto scenarios = read_scenario_folder(folder);
  ASSERT_TRUE(scenarios);
  ASSERT_EQ(scenarios->size(), 2U);
  EXPECT_EQ(scenarios->at(0).title, "a");
  EXPECT_EQ(scenarios->at(1).name, "b");
  EXPECT_EQ(scenarios->at(1).title, "The second");
  EXPECT_TRUE(read_scenario(scenarios->at(1).text, {})) << "lines may end as forms send them";
}

TEST_F(ScenarioFolder, that_is_not_there_is_a_fault) {
  const auto scenarios = read_scenario_folder(folder / "none");
  ASSERT_FALSE(scenarios);
  EXPECT_TRUE(scenarios.error().contains("No such file or directory"));
}

TEST(ScenarioLibraryTest, finds_by_name_only) {
  const ScenarioLibrary library{{{"a", "The first", "wait 1h\n"}}, {}};
  EXPECT_EQ(library.find("a"), library.scenarios.data());
  EXPECT_EQ(library.find("The first"), nullptr);
  EXPECT_EQ(library.find(""), nullptr);
}

}  // namespace
}  // namespace couplet::emulator
