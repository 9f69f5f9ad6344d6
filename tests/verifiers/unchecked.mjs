// SPDX-License-Identifier: Apache-2.0
// Where a library's verdict is not the one of the row.

/** Both libraries would wait as long as it takes, and take whatever comes. */
export const notRun = new Set(["chain_slow", "chain_drips", "chain_endless"]);

/** Neither looks at these; the skill id is checked elsewhere in Amazon's kit. */
const acceptedByBoth = [
  "name_in_uri",
  "name_in_email",
  "no_digital_signature",
  "weak_key",
  "sha1_signed_leaf",
  "md5_signed_leaf",
  "chain_huge",
  "url_userinfo",
  "url_dot_segments_outside",
  "url_escaped_dot_segments",
  "url_backslash",
  "url_too_long",
  "repeated_chain_url",
  "future_200_s",
  "numeric_timestamp",
  "timestamp_without_zone",
  "timestamp_nan",
  "timestamp_9999",
  "other_skill",
  "no_application",
  "repeated_timestamp",
  "too_deep",
  "too_large",
];

/** Wrong ways that a library accepts. */
export const accepts = {
  "ask-sdk-express-adapter": new Set([
    ...acceptedByBoth,
    "url_control_character",
    "repeated_signature",
    "second_signature_differs",
  ]),
  // It looks at the leaf only, and builds no chain.
  "alexa-verifier": new Set([
    ...acceptedByBoth,
    "self_signed_leaf",
    "missing_intermediate",
    "swapped_intermediate",
    "foreign_root",
    "leaf_signed_by_leaf",
    "issuer_not_ca",
    "issuer_may_not_sign",
    "path_too_long",
    "unknown_critical_extension",
    "expired_intermediate",
  ]),
};

/** What a library refuses though the row says that it must be accepted, as "KIND NAME". */
export const refuses = {
  "ask-sdk-express-adapter": new Set([]),
  // It knows no skill events, and so no hour for them.
  "alexa-verifier": new Set(["event age_151_s", "event age_3590_s"]),
};
