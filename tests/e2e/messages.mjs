// SPDX-License-Identifier: Apache-2.0
// What users are told, word for word from the guide's error tables.
export const texts = {
  problem: "We are experiencing a problem connecting with Alexa to link your account. Please try again later.",
  unexpected: "We encountered an unexpected error while linking your account with Alexa. Please try again.",
  momentary: "We encountered a momentary error while linking your account with Alexa. Please try again later.",
  startOver: "This link request is no longer valid. Please go back to the app and start again.",
  none: null,
};

/** The same in German. */
export const germanTexts = {
  problem:
    "Bei der Verbindung mit Alexa gibt es ein Problem, deshalb konnte Ihr Konto nicht verknüpft werden. Bitte versuchen Sie es später noch einmal.",
  unexpected:
    "Beim Verknüpfen Ihres Kontos mit Alexa ist ein unerwarteter Fehler aufgetreten. Bitte versuchen Sie es noch einmal.",
  momentary:
    "Beim Verknüpfen Ihres Kontos mit Alexa ist eine vorübergehende Störung aufgetreten. Bitte versuchen Sie es später noch einmal.",
  startOver: "Diese Anfrage ist nicht mehr gültig. Bitte gehen Sie zurück zur App und beginnen Sie noch einmal.",
  none: null,
};
