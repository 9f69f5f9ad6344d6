// SPDX-License-Identifier: Apache-2.0
// The checks and the writes that keep people from being linked wrongly, each with what takes it away and the tests
// that have to notice: `edits` are [text, replacement] pairs of `file`, `filter` chooses tests of a GoogleTest suite.
import { isFalse, isTrue } from "./edits.mjs";
import { certificates, signedRequests } from "./signature_guards.mjs";

const finish = "src/server/links/link_finish_endpoint.cpp";
const page = "src/server/links/return_page.cpp";
const confirmation = "src/server/links/confirmation.cpp";
const startBody = "src/server/links/link_start_body.cpp";
const linkPage = "src/server/common/link_page.cpp";
const launch = "src/server/links/launch_page.cpp";
const returned = "src/server/links/returned_link.cpp";
const state = "src/alexa/oauth_state.cpp";
const engine = "src/server/links/link_engine.cpp";
const saga = "src/alexa/link_saga.cpp";

const attacks = { suite: "who_may_finish.test.mjs" };
const pages = { suite: "return_page.test.mjs" };
const refusals = { suite: "refusals.test.mjs" };
const states = { suite: "alexa_test", filter: "*" };
const links = { suite: "server_test", filter: "Link*" };
const sagas = { suite: "alexa_test", filter: "*" };

const whoMayFinish = [
  ["the caller is the user in oauth_state", finish, attacks, isFalse("started->user != target->user")],
  [
    "code or error, not both",
    returned,
    pages,
    ["parameters.code.has_value() == parameters.error.has_value()", "(!parameters.code && !parameters.error)"],
  ],
  ["the code is not over-long", returned, pages, isFalse("parameters.code->size() > kAmazonCodeLimitBytes")],
  [
    "the skill is part of what oauth_state is sealed with",
    state,
    states,
    ["*box, skill.name.text())", '*box, "")'],
    ["out.bytes(), started.skill.text(), random)", 'out.bytes(), "", random)'],
  ],
  ["oauth_state expires", state, states, isFalse("now >= started.expires_at")],
  ["the launch link expires", state, states, isFalse("now >= ticket.expires_at")],
  [
    "the PKCE verifier belongs to one attempt",
    state,
    states,
    [
      '"", attempt_id.bytes(), key_id)',
      '"", attempt_id.text().empty() ? attempt_id.bytes() : AttemptId{}.bytes(), key_id)',
    ],
  ],
  [
    "the cookie is the one that oauth_state names",
    page,
    pages,
    [
      "cookie && constant_time_equal(",
      "cookie && (true || constant_time_equal(",
    ],
    [
      "std::string(*cookie))),\n                                       started.browser_binding);",
      "std::string(*cookie))),\n                                       started.browser_binding));",
    ],
  ],
  [
    "the browser has a cookie when it comes back",
    page,
    attacks,
    ["if (is_starting_browser(request, started)) co_return", "co_return"],
  ],
  [
    "the browser has the cookie when it finishes",
    page,
    attacks,
    ["||\n      !(by_number || is_starting_browser(request, answer.started))) {", ") {"],
  ],
  [
    "the finishing form comes from our own page",
    page,
    pages,
    ["if (!is_same_origin_post(request, config_.settings.server.public_url) ||\n      !", "if (!"],
  ],
  [
    "without a cookie the number has to be right",
    page,
    attacks,
    ["if (by_number)\n    if (auto refusal", "if (false)\n    if (auto refusal"],
  ],
  [
    "a number counts only for links of return mode page",
    page,
    attacks,
    ["started.return_mode == ReturnMode::page", "started.return_mode != ReturnMode::app"],
  ],
  [
    "the skill still allows return mode page",
    page,
    attacks,
    ["&& skill.allow_return_mode_page", "&& !skill.name.text().empty()"],
  ],
  ["the number is the attempt's own", confirmation, attacks, ["constant_time_equal(*number, *expected)", "true"]],
  ["five wrong numbers are enough", confirmation, attacks, isFalse("*wrong == alexa::kMaxWrongNumbers")],
  [
    "wrong numbers are counted in the store",
    "src/storage/sqlite/confirmations.cpp",
    attacks,
    ["if (!is_right) count_.run", "if (is_right) count_.run"],
  ],
  ["return mode page is allowed for the skill", startBody, refusals, isFalse("!skill.allow_return_mode_page")],
  [
    "an error counts only from the browser that started",
    page,
    attacks,
    ["error->started && is_starting_browser(request, *error->started)", "error->started"],
  ],
  [
    "an alert is raised only by the browser that started",
    page,
    pages,
    ["return started.return_mode != ReturnMode::browser ||", "return true || started.return_mode != ReturnMode::browser ||"],
  ],
  ["Sec-Fetch-Site of a form is same-origin", linkPage, pages, isFalse('site && *site != "same-origin"')],
  ["Origin of a form is our own", linkPage, pages, ["return !origin ||", "return true || !origin ||"]],
  [
    "a launch link from another site sets no cookie",
    launch,
    pages,
    ["Arrival::unknown : Arrival::from_elsewhere", "Arrival::unknown : Arrival::from_provider"],
  ],
  [
    "a launch link from nowhere asks first",
    launch,
    pages,
    ['*site == "none" ? Arrival::unknown', '*site == "none" ? Arrival::from_provider'],
  ],
  [
    "the launch page's form comes from itself",
    launch,
    pages,
    ["|| !is_same_origin_post(request, config_.settings.server.public_url)", ""],
  ],
  [
    "oauth_state is spent by its code",
    engine,
    links,
    isFalse("(*begun)->amazon_code_fingerprint != attempt.amazon_code_fingerprint"),
  ],
];

const skipWrite = (next) => [
  "if (!stored && step.next != Next::complete",
  `if (!stored && step.next != Next::${next} && step.next != Next::complete`,
];
const withdrawn = "if (!co_await withdraw_code(run, attempt)) co_return std::nullopt;";
const storedSteps = [
  [
    "the attempt, before Amazon is asked",
    engine,
    links,
    ["co_await store_.begin_attempt(attempt);", "storage::Result<std::optional<LinkAttempt>>{};"],
  ],
  ["exchanged, before the host is looked for", engine, links, skipWrite("find_api_host")],
  ["coded, before Alexa is told", engine, links, skipWrite("enable_skill")],
  ["why Amazon is asked, before it is asked", engine, links, skipWrite("ask_status")],
  ["unsettled, before the wait", engine, links, skipWrite("wait")],
  [
    "our code, before Alexa is told",
    engine,
    links,
    ["co_await store_.insert_code(std::move(record));", "storage::Result<void>{};"],
  ],
  [
    "the last code is withdrawn before a fresh one is made",
    engine,
    links,
    [`${withdrawn}\n  if (run.skill.external)`, "if (run.skill.external)"],
  ],
  [
    "what was not redeemed is withdrawn when Amazon is asked",
    engine,
    links,
    ["co_await store_.withdraw_unspent_code(*attempt.code_selector, clock_.now());", "storage::Result<void>{};"],
  ],
  [
    "what was issued dies before the attempt fails",
    engine,
    links,
    [`${withdrawn}\n  const auto stored`, "const auto stored"],
  ],
  [
    "failed, with step and code",
    engine,
    links,
    [
      "auto stored = co_await store_.record_step(attempt, std::exchange(run.hops, {}), run.stored_at);",
      "storage::Result<std::optional<LinkAttempt>> stored;",
    ],
  ],
  [
    "linked, with its link",
    engine,
    links,
    [
      "co_await store_.complete_link(attempt, std::move(link),\n                                                    is_certain ? LinkProof::answer : LinkProof::status,\n                                                    std::exchange(run.hops, {}), run.stored_at);",
      "storage::Result<bool>{is_certain || true};",
    ],
  ],
  [
    "Amazon's tokens are stored with the exchange",
    saga,
    sagas,
    ["attempt_.sealed_amazon_tokens = last.sealed_amazon_tokens;", "(void)last;"],
  ],
  ["Amazon's tokens are erased from a failed attempt", saga, sagas, ["attempt.sealed_amazon_tokens.clear();", ""]],
];

const memory = { suite: "storage_memory_test", filter: "*" };
const sqlite = { suite: "storage_sqlite_test", filter: "*SG_0*:*WH_0*" };
const memoryRows = "src/storage/memory/memory_rows.cpp";
const linkActs = "src/storage/link_acts.hpp";
const sender = "src/server/webhooks/webhook_sender.cpp";
const stepOfOther = "if (is_finished(stored->second.status) || stored->second.updated_at != seen_at) return";
const anyStep = stepOfOther.replace(
  "stored->second.updated_at != seen_at",
  "(false && stored->second.updated_at != seen_at)",
);
const sharedWork = [
  [
    "a step is stored on top of the step that was seen only",
    memoryRows,
    memory,
    [`${stepOfOther} stored->second;`, `${anyStep} stored->second;`],
  ],
  [
    "a link is completed on top of the step that was seen only",
    memoryRows,
    memory,
    [`${stepOfOther} false;`, `${anyStep} false;`],
  ],
  [
    "the same in SQLite",
    "src/storage/sqlite/links.cpp",
    sqlite,
    ['" AND updated_at = ?"', '" AND updated_at >= 0 * ?"'],
  ],
  [
    "a code is withdrawn by whoever still has the attempt",
    memoryRows,
    memory,
    isFalse("!is_open_since(find_attempt(attempt_id), seen_at)"),
  ],
  [
    "the withdrawal, the same in SQLite",
    "src/storage/sqlite/sqlite_store.cpp",
    sqlite,
    isFalse("!is_open_since(tables.links.find_attempt(attempt_id), seen_at)"),
  ],
  [
    "of several who see a due webhook one gets it",
    "src/storage/sqlite/webhooks.cpp",
    sqlite,
    ["AND next_try_at = ?3", "AND next_try_at >= 0 * ?3"],
  ],
  [
    "a webhook under way at the stop is given back",
    sender,
    { suite: "server_test", filter: "WebhookSender.FT_08*" },
    [
      "if (stopping_ && !response) co_return co_await give_back(delivery, due_at);",
      "if (stopping_ && !response) co_return;",
    ],
  ],
  [
    "an owed disablement is not sent to an account that is linked again",
    "src/server/links/disabler.cpp",
    { suite: "server_test", filter: "Disabler*" },
    ["if (*linked_again) co_return", "if (false) co_return"],
  ],
  [
    "Amazon is told in turn only",
    "src/server/links/disabler.cpp",
    { suite: "server_test", filter: "Disabler*" },
    isFalse("!co_await turn.take()"),
  ],
];
const tokens = { suite: "server_test", filter: "SG_*:RT_*" };
const doubtActs = "src/storage/doubt_acts.hpp";
const grantsInDoubt = [
  [
    "Amazon's status is not taken for its answer",
    engine,
    links,
    ["const bool is_certain = run.was_answered && (", "const bool is_certain = (true || run.was_answered) && ("],
  ],
  [
    "enabled for another user of ours is no proof",
    "src/server/links/link_evidence.cpp",
    links,
    ["return user != attempt.user;", "return false && user != attempt.user;"],
  ],
  [
    "what may be ours is not given up",
    saga,
    { suite: "server_test", filter: "ExternalLink*" },
    ["if (!last.enabled || !last.redeemed || !in_time())", "if (true || !last.enabled || !last.redeemed || !in_time())"],
  ],
  [
    "and not asked about for ever",
    saga,
    { suite: "server_test", filter: "ExternalLink*" },
    ["if (!last.enabled || !last.redeemed || !in_time())", "if (!last.enabled || !last.redeemed)"],
  ],
  [
    "Alexa's use of the new grant ends the old one",
    "src/server/oauth/token_endpoint.cpp",
    tokens,
    isFalse("grant->in_doubt"),
  ],
  [
    "Alexa's use of the old grant ends nothing",
    doubtActs,
    memory,
    isFalse("!others.empty() && others.back().created_at > grant->created_at"),
  ],
  [
    "unlinking ends all that the link rests on",
    doubtActs,
    memory,
    ["  for (const Grant& grant : grants_in_doubt(rows, link.skill, link.user, link.grant_id))\n    rows.revoke_grant(grant.grant_id, now);\n", ""],
  ],
  [
    "a late end revokes nothing that Alexa may hold",
    linkActs,
    memory,
    ["    if (is_certain)\n", "    if (is_certain || true)\n"],
  ],
  [
    "of an account that was left nothing is kept in doubt",
    linkActs,
    memory,
    ["|| (moved && is_of_before);", "|| (false && moved && is_of_before);"],
  ],
  [
    "a link that rests on other grants, too, goes on with them",
    linkActs,
    memory,
    ["; !left.empty()) {", "; false && !left.empty()) {"],
  ],
];
const endsOfLinks = [
  [
    "a link ends with its grant",
    linkActs,
    memory,
    ["  end_link_of(rows, *grant, now);\n}\n\n/// Another of our users", "}\n\n/// Another of our users"],
  ],
  [
    "another user's link with the same Amazon account ends",
    linkActs,
    memory,
    ["  if (link.alexa_user_id)\n    event_acts::unlink_others", "  if (false)\n    event_acts::unlink_others"],
  ],
  [
    "an attempt that ends late takes nothing from another user",
    linkActs,
    memory,
    ["  if (was_taken_over(rows, link)) return rows.revoke_grant(*link.grant_id, now);", ""],
  ],
  [
    "a revoked link is owed to Amazon",
    linkActs,
    memory,
    [
      "if (auto owed = disablement_of(*link, now)) rows.owe",
      "if (auto owed = disablement_of(*link, now); false) rows.owe",
    ],
  ],
  [
    "the grant of another link ends nothing",
    linkActs,
    memory,
    ["|| link->grant_id != grant.grant_id) return;", ") return;"],
  ],
  [
    "an Amazon account that is left behind is owed",
    linkActs,
    memory,
    isFalse("before && before->status == LinkStatus::LINKED && is_of_another_alexa_user(*before, link)"),
  ],
  [
    "who has unlinked meanwhile is not linked",
    linkActs,
    memory,
    isFalse("before && was_unlinked_since(rows, *before, link)"),
  ],
];

const named = (group, rows) => rows.map(([guard, file, where, ...edits]) => ({ group, guard, file, ...where, edits }));
export const guards = [
  ...named("Who may finish a link", whoMayFinish),
  ...named("What is stored before and after each call", storedSteps),
  ...named("Requests that Alexa signed", signedRequests),
  ...named("The certificate behind a signature", certificates),
  ...named("Several nodes on one database", sharedWork),
  ...named("What ends a link, in whatever order it comes", endsOfLinks),
  ...named("What lives until Alexa shows which grant it holds", grantsInDoubt),
];
