// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/config/config_urls.hpp"

namespace couplet::server {
namespace {

constexpr std::string_view kMakeSecret = "`couplet keys webhook-secret` makes one";

class TargetChecker {
 public:
  TargetChecker(ReadSettings& read, const SecretReader& secret, const Config& config, std::size_t index)
      : read_(read),
        secret_(secret),
        config_(config),
        from_(read.settings.webhooks[index]),
        at_(fmt::format("webhooks[{}]", index)) {}

  WebhookTarget check(const std::string& base_dir) {
    WebhookTarget target{.name = from_.name,
                         .url = from_.url,
                         .signers = signers(),
                         .skills = skills(),
                         .events = events(),
                         .ca_file = from_.ca_file,
                         .timeout = from_.timeout,
                         .give_up_after = from_.give_up_after,
                         .connections = static_cast<std::size_t>(from_.connections),
                         .allow_private = from_.allow_private};
    target.ca_file = resolve_path(base_dir, target.ca_file);
    check_name();
    check_url();
    if (from_.give_up_after > read_.settings.storage.keep_webhooks)
      fault("give_up_after", "is longer than storage.keep_webhooks", "make that longer, or this shorter");
    return target;
  }

 private:
  void fault(const char* key, std::string message, std::string_view cure) {
    read_.fault(at_ + "." + key, std::move(message), std::string(cure));
  }

  void check_name() {
    if (!is_slug(from_.name) && read_.lines.contains(at_ + ".name"))
      fault("name", "may have a-z, 0-9 and '-' only; it is \"" + from_.name + "\"", "choose another");
    if (std::ranges::any_of(config_.webhooks,
                            [&](const WebhookTarget& known) { return known.name == from_.name; }))
      fault("name", "\"" + from_.name + "\" is there twice", "give each target its own");
  }

  void check_url() {
    const std::string problem = outgoing_url_problem(
        from_.url, from_.allow_private ? Inside::allowed : Inside::forbidden, "allow_private");
    if (problem.empty() || !read_.lines.contains(at_ + ".url")) return;
    fault("url", "\"" + from_.url + "\" " + problem,
          "name the URL of yours that takes webhooks; allow_private is for one in your own network");
  }

  std::vector<std::shared_ptr<const WebhookSigner>> signers() {
    std::vector<std::shared_ptr<const WebhookSigner>> made;
    if (read_.lines.contains(at_ + ".secrets") && (from_.secrets.empty() || from_.secrets.size() > 2))
      fault("secrets", "must be one secret, or two while one is being replaced", kMakeSecret);
    for (const std::string& reference : from_.secrets) {
      const auto text = secret_(at_ + ".secrets", reference);
      if (!text) continue;
      auto signer = WebhookSigner::from_secret(WebhookSecret(std::string(text->reveal())));
      if (signer)
        made.push_back(std::make_shared<const WebhookSigner>(std::move(*signer)));
      else
        fault("secrets", reference + " is not \"whsec_\" and the base64 of 24 to 64 bytes", kMakeSecret);
    }
    return made;
  }

  std::vector<SkillName> skills() {
    std::vector<SkillName> names;
    for (const std::string& name : from_.skills) {
      if (!config_.find_skill(SkillName(name)))
        fault("skills", "there is no skill \"" + name + "\"", "name one of [[skills]]");
      names.emplace_back(name);
    }
    return names;
  }

  std::vector<LinkNewsType> events() {
    std::vector<LinkNewsType> types;
    for (const std::string& text : from_.events) {
      const auto type = enum_from_text(kLinkNewsTypes, text);
      if (type)
        types.push_back(*type);
      else
        fault("events", "there is no event \"" + text + "\"",
              "link.linked, link.unlinked or link.failed; leave the line out for all");
    }
    return types;
  }

  ReadSettings& read_;
  const SecretReader& secret_;
  const Config& config_;
  const WebhookSettings& from_;
  const std::string at_;
};

}  // namespace

void check_webhooks(ReadSettings& read, const SecretReader& secret, const std::string& base_dir,
                    Config& config) {
  for (std::size_t i = 0; i < read.settings.webhooks.size(); ++i)
    config.webhooks.push_back(TargetChecker(read, secret, config, i).check(base_dir));
}

}  // namespace couplet::server
