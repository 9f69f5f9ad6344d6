// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk_steps.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

StepReport failed(StepReport step, std::string problem, std::string next_step) {
  step.problem = std::move(problem);
  step.next_step = std::move(next_step);
  return step;
}

constexpr int kHopLimit = 4;

/// The fields of these names, and the entries of arrays of these names.
ShownFields only(const ShownFields& fields, std::initializer_list<std::string_view> names) {
  ShownFields kept;
  for (const auto& [name, value] : fields)
    if (std::ranges::find(names, std::string_view(name).substr(0, name.find('['))) != names.end())
      kept.emplace_back(name, value);
  return kept;
}

/// "http://127.0.0.1:8000" of "http://127.0.0.1:8000/page"
std::string origin_of(const std::string& url) {
  const std::size_t host = url.find("://");
  return url.substr(0, url.find('/', host == std::string::npos ? 0 : host + 3));
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

bool contains_text(const json::array* array, std::string_view text) {
  return array && std::ranges::any_of(*array, [&](const json::value& entry) {
           const auto* string = entry.if_string();
           return string && std::string_view(*string) == text;
         });
}

ShownFields shown_members(const json::object& entry, std::string_view member) {
  ShownFields fields;
  if (const json::object* object = find_object(entry, member))
    for (const auto& pair : *object)
      if (const auto* text = pair.value().if_string()) fields.emplace_back(pair.key(), std::string(*text));
  return fields;
}

/// A call that the emulator's journal holds, as a line of the walk.
WalkLine line_of(const json::object& entry, std::string who) {
  WalkLine line;
  line.who = std::move(who);
  line.method = find_string(entry, "method").value_or("");
  const bool in = find_string(entry, "direction") == "in";
  line.url = (in ? "https://" : "") + std::string(find_string(entry, "host").value_or("")) +
             std::string(find_string(entry, "path").value_or(""));
  if (const auto status = find_integer(entry, "status")) line.status = static_cast<int>(*status);
  line.elapsed = std::chrono::milliseconds(find_integer(entry, "elapsed_ms").value_or(0));
  line.sent = shown_members(entry, "request");
  line.received = shown_members(entry, "response");
  return line;
}

std::string note_of(const json::object& entry) {
  return std::string(find_string(entry, "note").value_or(""));
}

/// The value of the page's hidden field; the page is the emulator's own.
std::string form_token_of(std::string_view page) {
  constexpr std::string_view kBefore = R"(name="form_token" value=")";
  const std::size_t start = page.find(kBefore);
  if (start == std::string_view::npos) return "";
  const std::string_view rest = page.substr(start + kBefore.size());
  return std::string(rest.substr(0, rest.find('"')));
}

FormParameters query_of(std::string_view url) {
  const std::size_t question = url.find('?');
  auto query = FormParameters::parse(question == std::string_view::npos ? "" : url.substr(question + 1));
  return query ? std::move(*query) : FormParameters{};
}

}  // namespace

Task<int> WalkSteps::run() {
  struct Row {
    const char* title;
    Step step;
  };
  constexpr std::array<Row, 8> kSteps{
      {{"Show a \"Link with Alexa\" screen in the app", &WalkSteps::show_screen},
       {"Universal Links and App Links", &WalkSteps::check_associations},
       {"The skill's account linking configuration", &WalkSteps::compare_skill},
       {"Authorization request: the Amazon code", &WalkSteps::get_amazon_code},
       {"The Amazon code for an Amazon token", &WalkSteps::finish_link},
       {"Enable the skill and link the account", &WalkSteps::show_enablement},
       {"Show the linking status in the app", &WalkSteps::show_status},
       {"Use the linked token in the skill", &WalkSteps::use_token}}};
  options_.emulator_url = without_slash(options_.emulator_url);
  options_.couplet_url = without_slash(options_.couplet_url);
  int good = 0;
  // Steps 1 to 3 look at different things; from step 4 on each needs the one before.
  bool broken = false;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    StepReport step;
    step.number = static_cast<int>(i + 1);
    step.title = kSteps[i].title;
    step.skipped = broken;
    if (!broken) step = co_await (this->*kSteps[i].step)(std::move(step));
    print(out_, step);
    if (step.good()) ++good;
    if (!step.good() && step.number >= 3) broken = true;
  }
  co_return good;
}

Task<StepReport> WalkSteps::show_screen(StepReport step) {
  std::string url = options_.app_url;
  for (int hop = 0; hop < kHopLimit; ++hop) {
    const WalkAnswer page = co_await calls_.get("person → app", url);
    step.lines.push_back(page.line);
    if (page.status >= 200 && page.status < 300) co_return step;
    const std::string_view location = page.header("location");
    if (page.status < 300 || page.status >= 400 || !location.starts_with("/"))
      co_return failed(std::move(step), "the provider's page " + answered(page),
                       "start the provider, or name its page with --app");
    url = origin_of(options_.app_url) + std::string(location);
  }
  co_return failed(std::move(step), "the provider's page redirects in circles", "name a page with --app");
}

Task<StepReport> WalkSteps::check_associations(StepReport step) {
  for (const char* file : {"/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"}) {
    const WalkAnswer answer = co_await calls_.get("phone → couplet", options_.couplet_url + file);
    step.lines.push_back(answer.line);
    step.lines.back().received = {{"content-type", std::string(answer.header("content-type"))},
                                  {"bytes", std::to_string(answer.body.size())}};
    if (answer.status != 200)
      co_return failed(std::move(step), std::string(file) + " " + answered(answer),
                       "configure the phone apps in couplet.toml");
    if (!answer.header("content-type").starts_with("application/json"))
      co_return failed(std::move(step), std::string(file) + " is not application/json",
                       "phones ignore any other content type");
  }
  co_return step;
}

Task<StepReport> WalkSteps::compare_skill(StepReport step) {
  const std::string problem = co_await look_up_emulator();
  if (!problem.empty())
    co_return failed(std::move(step), problem, "check --emulator and the emulator's configuration");
  const WalkAnswer metadata =
      co_await calls_.get("walk → couplet", options_.couplet_url + "/.well-known/oauth-authorization-server");
  step.lines = {metadata.line};
  if (metadata.status != 200)
    co_return failed(std::move(step), "the metadata (RFC 8414) " + answered(metadata),
                     "start couplet, or name its URL with --couplet");
  const json::object offered = metadata.json_body();
  step.lines.back().received =
      only(step.lines.back().received,
           {"issuer", "token_endpoint", "token_endpoint_auth_methods_supported", "scopes_supported"});
  const std::string token_url(find_string(skill_, "account_linking.accessTokenUrl").value_or(""));
  const std::string scheme(find_string(skill_, "account_linking.accessTokenScheme").value_or(""));
  const std::string method = scheme == "HTTP_BASIC" ? "client_secret_basic" : "client_secret_post";
  step.facts = {{"skill", std::string(find_string(skill_, "name").value_or(""))},
                {"accessTokenUrl", token_url},
                {"accessTokenScheme", scheme},
                {"amazon account", amazon_user_}};
  if (find_string(offered, "token_endpoint") != token_url)
    co_return failed(std::move(step),
                     "couplet's token_endpoint is " +
                         std::string(find_string(offered, "token_endpoint").value_or("missing")),
                     "set accessTokenUrl of the skill to it, or couplet's issuer");
  const json::array* methods = find_array(offered, "token_endpoint_auth_methods_supported");
  if (methods && !contains_text(methods, method))
    co_return failed(std::move(step), "couplet does not offer " + method,
                     "change accessTokenScheme of the skill");
  co_return step;
}

Task<StepReport> WalkSteps::get_amazon_code(StepReport step) {
  const json::object body{{"platform", "android"}, {"return_mode", "app"}};
  const WalkAnswer started =
      co_await calls_.post_json("app → couplet", link_url("link-attempts"), body, authorization());
  step.lines = {started.line};
  // The answer carries whole URLs with the state inside: only what matters is shown.
  step.lines.back().received.clear();
  const json::object answer = started.json_body();
  if (started.status != 201)
    co_return failed(std::move(step), "starting the link " + answered(started),
                     "check the API key, the skill's name and couplet's log");
  const std::string url(find_string(answer, "alexa_app_url").value_or(""));
  oauth_state_ = find_string(answer, "state").value_or("");
  const FormParameters query = query_of(url);
  const std::string redirect_uri(query.get("redirect_uri").value_or(""));
  step.lines.back().received = {
      {"attempt_id", std::string(find_string(answer, "attempt_id").value_or(""))},
      {"state", masked(oauth_state_)},
      {"redirect_uri", redirect_uri},
      {"code_challenge_method", std::string(query.get("code_challenge_method").value_or("none"))}};
  if (!url.starts_with(options_.emulator_url + "/"))
    co_return failed(std::move(step),
                     "alexa_app_url does not lead to the emulator: " + url.substr(0, url.find('?')),
                     "set couplet's base for browser-facing Amazon URLs to " + options_.emulator_url);
  if (!contains_text(find_array(skill_, "account_linking.redirectUrls"), redirect_uri))
    co_return failed(std::move(step), "redirect_uri is not registered on the skill",
                     "add it to the skill's redirectUrls");
  const std::string problem = co_await allow(step, url);
  if (!problem.empty())
    co_return failed(std::move(step), problem,
                     "the page in a browser says more: " + url.substr(0, url.find('?')));
  co_return step;
}

Task<std::string> WalkSteps::allow(StepReport& step, std::string url) {
  const WalkAnswer page = co_await calls_.get("phone → Alexa app", url);
  step.lines.push_back(page.line);
  step.lines.back().received.clear();
  const std::string form_token = form_token_of(page.body);
  if (page.status != 200 || form_token.empty())
    co_return "the consent page " + answered(page) + " " + std::string(page.header("x-emulator-note"));
  FormWriter form;
  form.add("form_token", form_token).add("user", amazon_user_).add("decision", "allow");
  const WalkAnswer decided =
      co_await calls_.post_form("person → Allow", url.substr(0, url.find('?')), form.text());
  step.lines.push_back(decided.line);
  const FormParameters query = query_of(decided.header("location"));
  amazon_code_ = query.get("code").value_or("");
  if (decided.status != 302 || amazon_code_.empty()) co_return "no code came back: " + answered(decided);
  if (query.get("state") != oauth_state_) co_return "the state that came back is not the one that was sent";
  co_return "";
}

Task<StepReport> WalkSteps::finish_link(StepReport step) {
  const WalkAnswer before =
      co_await calls_.get("walk → emulator", options_.emulator_url + "/_emulator/api/journal?since=0");
  const auto since = static_cast<std::uint64_t>(find_integer(before.json_body(), "last_seq").value_or(0));
  const json::object body{{"code", amazon_code_}, {"state", oauth_state_}};
  finished_ = co_await calls_.post_json("app → couplet", link_url("link"), body, authorization());
  co_await read_journal(since);
  step.lines = {finished_.line};
  const json::object* call = journal_entry("in", "/auth/o2/token");
  if (!call)
    co_return failed(std::move(step), "couplet did not call api.amazon.com; it " + answered(finished_),
                     "check couplet's connect_to and ca_file");
  step.lines.push_back(line_of(*call, "couplet → LWA"));
  if (find_integer(*call, "status") != 200)
    co_return failed(std::move(step), "LWA refused: " + note_of(*call),
                     "compare the Alexa client id and secret on both sides");
  co_return step;
}

Task<StepReport> WalkSteps::show_enablement(StepReport step) {
  for (const json::object& entry : journal_) {
    const std::string_view path = find_string(entry, "path").value_or("");
    if (find_string(entry, "direction") == "out") step.lines.push_back(line_of(entry, "  Alexa → couplet"));
    if (path == "/v1/alexaApiEndpoint" || path.ends_with("/enablement"))
      step.lines.push_back(line_of(entry, "couplet → Alexa"));
  }
  const json::object* enable = journal_entry("in", "/enablement");
  if (!enable)
    co_return failed(std::move(step), "couplet did not call the enablement API; it " + answered(finished_),
                     "see couplet's trace of the attempt");
  if (finished_.status == 200) {
    step.facts = {{"inside", "Alexa called the token URL while the enablement call was open"}};
    co_return step;
  }
  if (find_integer(*enable, "status") != 201)
    co_return failed(std::move(step), "Alexa refused: " + note_of(*enable),
                     "the line \"Alexa → couplet\" shows what the token URL answered");
  co_return failed(std::move(step), "couplet " + answered(finished_), "see couplet's trace of the attempt");
}

Task<StepReport> WalkSteps::show_status(StepReport step) {
  http::OutgoingRequest request;
  request.url = link_url("link?fresh=true");
  request.headers = authorization();
  const WalkAnswer answer = co_await calls_.send("app → couplet", std::move(request));
  step.lines = {answer.line};
  if (answer.status == 200)
    step.lines.back().received =
        only(step.lines.back().received, {"status", "origin", "checked_at", "action"});
  if (answer.status != 200 || find_string(answer.json_body(), "status") != "LINKED")
    co_return failed(std::move(step), "the status is not LINKED; couplet " + answered(answer),
                     "see couplet's trace of the attempt");
  co_return step;
}

Task<StepReport> WalkSteps::use_token(StepReport step) {
  json::object body{{"user", amazon_user_}, {"skill_id", find_string(skill_, "skill_id").value_or("")}};
  std::string say = "Alexa, open " + std::string(find_string(skill_, "name").value_or("the skill"));
  body["launch"] = true;
  const json::array* utterances = find_array(skill_, "utterances");
  const json::object* first = utterances && !utterances->empty() ? (*utterances)[0].if_object() : nullptr;
  if (first && !find_string(*first, "intent").value_or("").empty()) {
    body.erase("launch");
    body["intent"] = *find_string(*first, "intent");
    say = find_string(*first, "say").value_or("");
  }
  const WalkAnswer answer =
      co_await calls_.post_json("person → Alexa", options_.emulator_url + "/_emulator/api/voice", body, {});
  step.lines = {answer.line};
  step.lines.back().received.clear();
  const json::object said = answer.json_body();
  const std::string speech(find_string(said, "speech").value_or(""));
  step.facts = {{"person", "“" + say + "”"}, {"Alexa", "“" + speech + "”"}};
  if (answer.status != 200)
    co_return failed(std::move(step), "the skill did not answer: " + answered(answer),
                     "check the skill's endpoint");
  if (!find_bool(said, "linked").value_or(false) || find_string(said, "card") == "LinkAccount" ||
      speech.empty())
    co_return failed(std::move(step), "the skill did not accept the linked token",
                     "see the provider's log: how does it check the token?");
  co_return step;
}

Task<void> WalkSteps::read_journal(std::uint64_t since) {
  const std::string url = options_.emulator_url + "/_emulator/api/journal?since=" + std::to_string(since);
  const WalkAnswer answer = co_await calls_.get("walk → emulator", url);
  const json::object body = answer.json_body();
  journal_.clear();
  const json::array* entries = find_array(body, "entries");
  for (const json::value& entry : entries ? *entries : json::array{})
    if (const auto* object = entry.if_object()) journal_.push_back(*object);
}

const json::object* WalkSteps::journal_entry(std::string_view direction, std::string_view path_end) const {
  // The last one: couplet may have tried twice, and the last try decided.
  const json::object* found = nullptr;
  for (const json::object& entry : journal_) {
    const bool wanted =
        direction == "in" && path_end == "/enablement" ? find_string(entry, "method") == "POST" : true;
    if (wanted && find_string(entry, "direction") == direction &&
        find_string(entry, "path").value_or("").ends_with(path_end))
      found = &entry;
  }
  return found;
}

std::string WalkSteps::link_url(std::string_view leaf) const {
  return options_.couplet_url + "/v1/skills/" + percent_encode(options_.skill) + "/users/" +
         percent_encode(options_.user) + "/" + std::string(leaf);
}

http::Headers WalkSteps::authorization() const {
  return {{"Authorization", "Bearer " + std::string(api_key_.reveal())}};
}

}  // namespace couplet::emulator
