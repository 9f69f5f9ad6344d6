// SPDX-License-Identifier: Apache-2.0
// Each rule can fail: a bad sample is refused, and its good neighbour is not.
#include "rules.hpp"

#include <gtest/gtest.h>

namespace couplet::style {
namespace {

using Rule = Breaches (*)(const SourceFile&);

struct Sample {
  const char* name;
  Rule rule;
  const char* path;
  std::string bad;
  std::string good;
};

std::string function_of(int lines) {
  std::string text = "int f(int x) {\n";
  for (int i = 0; i < lines - 2; ++i) text += "  x += 1;\n";
  return text + "}\n";
}
std::string file_of(int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) text += "int a;\n";
  return text;
}

const Sample kSamples[] = {
    {"base_includes_nobody", check_includes, "src/base/x.cpp", "#include \"domain/link.hpp\"\n",
     "#include \"base/clock.hpp\"\n"},
    {"domain_not_storage", check_includes, "src/domain/x.cpp", "#include \"storage/store.hpp\"\n",
     "#include \"base/clock.hpp\"\n"},
    {"oauth_not_alexa", check_includes, "src/oauth/x.cpp", "#include \"alexa/link_saga.hpp\"\n",
     "#include \"domain/grant.hpp\"\n"},
    {"alexa_not_http", check_includes, "src/alexa/x.cpp", "#include \"http/client.hpp\"\n",
     "#include \"domain/link.hpp\"\n"},
    {"storage_not_oauth", check_includes, "src/storage/sqlite/x.cpp", "#include \"oauth/error.hpp\"\n",
     "#include <sqlite3.h>\n"},
    {"http_not_domain", check_includes, "src/http/x.cpp", "#include \"domain/ids.hpp\"\n",
     "#include <boost/asio.hpp>\n"},
    {"amazon_not_server", check_includes, "src/amazon/x.cpp", "#include \"server/config/config.hpp\"\n",
     "#include \"http/client.hpp\"\n"},
    {"server_not_emulator", check_includes, "src/server/x.cpp", "#include \"emulator/model.hpp\"\n",
     "#include \"amazon/amazon_api.hpp\"\n"},
    {"links_not_oauth", check_includes, "src/server/links/testing/x.hpp",
     "#include \"server/oauth/token_endpoint.hpp\"\n", "#include \"server/common/problem.hpp\"\n"},
    {"config_not_wiring", check_includes, "src/server/config/x.cpp", "#include \"server/node.hpp\"\n",
     "#include \"server/config/config.hpp\"\n"},
    {"emulator_not_alexa", check_includes, "src/emulator/x.cpp", "#include \"alexa/link_saga.hpp\"\n",
     "#include \"http/server.hpp\"\n"},
    {"emulator_state_not_doors", check_includes, "src/emulator/state/x.cpp",
     "#include \"emulator/doors/page.hpp\"\n", "#include \"emulator/switches/switches.hpp\"\n"},
    {"emulator_parts_not_its_wiring", check_includes, "src/emulator/doors/x.cpp",
     "#include \"emulator/emulator.hpp\"\n", "#include \"emulator/alexa/account_linker.hpp\"\n"},
    {"ride_hailer_not_domain", check_includes, "src/ride_hailer/x.cpp", "#  include <domain/ids.hpp>\n",
     "#include \"http/server.hpp\"\n"},
    {"cli_not_storage", check_includes, "src/cli/x.cpp", "#include \"storage/store.hpp\"\n",
     "#include \"server/config/config.hpp\"\n"},
    {"oauth_no_asio", check_includes, "src/oauth/x.cpp", "#include <boost/asio/awaitable.hpp>\n",
     "#include <boost/json.hpp>\n"},
    {"oauth_no_beast", check_includes, "src/oauth/x.cpp", "#include <boost/beast/http.hpp>\n",
     "#include <string>\n"},
    {"alexa_no_openssl", check_includes, "src/alexa/x.cpp", "#include <openssl/evp.h>\n",
     "#include \"base/crypto.hpp\"\n"},
    {"domain_no_sql", check_includes, "src/domain/x.cpp", "#include <sqlite3.h>\n", "#include <vector>\n"},
    {"alexa_no_task", check_includes, "src/alexa/x.cpp", "#include \"base/task.hpp\"\n",
     "#include \"base/result.hpp\"\n"},
    {"system_clock", check_calls, "src/http/x.cpp", "auto t = std::chrono::system_clock::now();\n",
     "// not system_clock::now()\n"},
    {"steady_clock", check_calls, "src/http/x.cpp", "auto t = steady_clock::now();\n",
     "using steady_clock = int;\n"},
    {"random_device", check_calls, "src/http/x.cpp", "std::random_device d;\n",
     "auto s = \"random_device\";\n"},
    {"rand_bytes", check_calls, "src/http/x.cpp", "RAND_bytes(p, 4);\n", "/* RAND_bytes */\n"},
    {"rand_function", check_calls, "src/http/x.cpp", "int i = rand();\n", "int i = operand();\n"},
    {"getenv_function", check_calls, "src/http/x.cpp", "std::getenv(\"HOME\");\n", "forgetenvy();\n"},
    {"printf_function", check_calls, "src/http/x.cpp", "printf(\"x\");\n", "snprintf(b, 1, \"x\");\n"},
    {"sleeping", check_calls, "src/http/x.cpp", "std::this_thread::sleep_for(t);\n",
     "auto r = R\"(sleep_for)\";\n"},
    {"to_do", check_unfinished_words, "src/http/x.cpp",
     "int a;  // TO"
     "DO later\n",
     "int a;  // a to-do list\n"},
    {"fix_me", check_unfinished_words, "src/http/x.cpp",
     "// FIX"
     "ME\n",
     "// fixed\n"},
    {"licence", check_licence_line, "src/http/x.cpp", "#pragma once\n",
     "// SPDX-License-Identifier: Apache-2.0\nint a;\n"},
    {"file_length", check_file_length, "src/http/x.cpp", file_of(451), file_of(450)},
    {"function_length", check_function_length, "src/http/x.cpp", function_of(71), function_of(70)},
};

struct StyleRules : testing::TestWithParam<Sample> {};

TEST_P(StyleRules, refuses_the_bad_sample) {
  EXPECT_EQ(GetParam().rule({GetParam().path, GetParam().bad}).size(), 1U);
}

TEST_P(StyleRules, accepts_its_good_neighbour) {
  EXPECT_EQ(GetParam().rule({GetParam().path, GetParam().good}), Breaches{});
}

INSTANTIATE_TEST_SUITE_P(Each, StyleRules, testing::ValuesIn(kSamples),
                         [](const auto& row) { return row.param.name; });

TEST(StyleSource, a_new_folder_needs_its_row_in_the_table) {
  EXPECT_EQ(check_includes({"src/util/x.cpp", "int a;\n"}).size(), 1U);
}

TEST(StyleSource, a_test_may_look_at_the_whole_folder) {
  const std::string text = "#include \"emulator/emulator.hpp\"\n";
  EXPECT_EQ(check_includes({"src/emulator/doors/x_test.cpp", text}), Breaches{});
  EXPECT_EQ(check_includes({"src/emulator/doors/x.cpp", text}).size(), 1U);
}

TEST(StyleSource, base_may_ask_the_machine) {
  EXPECT_EQ(check_calls({"src/base/clock.cpp", "system_clock::now();\n"}), Breaches{});
}

TEST(StyleSource, code_only_keeps_lines_and_drops_words) {
  EXPECT_EQ(code_only("int a; // x\nb(\"q\\\"\", 'c'); /* y\n */ int n = 1'000;"),
            "int a;     \nb(     ,    );     \n    int n = 1'000;");
}

}  // namespace
}  // namespace couplet::style
