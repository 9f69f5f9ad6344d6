// SPDX-License-Identifier: Apache-2.0
// What users are told, word for word from the guide's error tables.
export const texts = {
  problem: "We are experiencing a problem connecting with Alexa to link your account. Please try again later.",
  unexpected: "We encountered an unexpected error while linking your account with Alexa. Please try again.",
  momentary: "We encountered a momentary error while linking your account with Alexa. Please try again later.",
  startOver: "This link request is no longer valid. Please go back to the app and start again.",
  none: null,
};
