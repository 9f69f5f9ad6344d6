// SPDX-License-Identifier: Apache-2.0
#include "alexa/texts.hpp"

#include <algorithm>

#include "alexa/error_table.hpp"

namespace couplet::alexa {
namespace {

using enum TextKey;

constexpr std::array kTexts = {
    Text{problem, "problem",
         "We are experiencing a problem connecting with Alexa to link your account. Please try again later.",
         "Bei der Verbindung mit Alexa gibt es ein Problem, deshalb konnte Ihr Konto nicht verknüpft werden. "
         "Bitte versuchen Sie es später noch einmal."},
    Text{
        unexpected, "unexpected",
        "We encountered an unexpected error while linking your account with Alexa. Please try again.",
        "Beim Verknüpfen Ihres Kontos mit Alexa ist ein unerwarteter Fehler aufgetreten. Bitte versuchen Sie "
        "es noch einmal."},
    Text{
        momentary, "momentary",
        "We encountered a momentary error while linking your account with Alexa. Please try again later.",
        "Beim Verknüpfen Ihres Kontos mit Alexa ist eine vorübergehende Störung aufgetreten. Bitte versuchen "
        "Sie es später noch einmal."},
    Text{start_over, "start_over",
         "This link request is no longer valid. Please go back to the app and start again.",
         "Diese Anfrage ist nicht mehr gültig. Bitte gehen Sie zurück zur App und beginnen Sie noch einmal."},
    Text{linked_title, "linked_title", "Linked with Alexa", "Mit Alexa verknüpft"},
    Text{linked, "linked", "Your {service} account and Alexa now work together.",
         "Ihr Konto bei {service} und Alexa arbeiten jetzt zusammen."},
    Text{not_linked_title, "not_linked_title", "Not linked", "Nicht verknüpft"},
    Text{declined, "declined", "You chose not to link {service} with Alexa.",
         "Sie haben sich entschieden, {service} nicht mit Alexa zu verknüpfen."},
    Text{almost_title, "almost_title", "Almost there", "Gleich geschafft"},
    Text{almost, "almost", "We are linking your account with Alexa. This takes a few seconds.",
         "Wir verknüpfen Ihr Konto mit Alexa. Das dauert ein paar Sekunden."},
    Text{finish, "finish", "Finish linking", "Verknüpfung abschließen"},
    Text{busy, "busy", "Linking…", "Wird verknüpft …"},
    Text{confirm_title, "confirm_title", "Is this your account?", "Ist das Ihr Konto?"},
    Text{confirm, "confirm", "Alexa will be linked to this {service} account:",
         "Alexa wird mit diesem Konto bei {service} verknüpft:"},
    Text{confirm_caution, "confirm_caution",
         "Type only a number that you see in {service} yourself. If somebody told or sent you one, or sent "
         "you to this page, close it: the account is theirs.",
         "Geben Sie nur eine Nummer ein, die Sie selbst bei {service} sehen. Hat Ihnen jemand eine genannt "
         "oder Sie auf diese Seite geschickt, schließen Sie sie: Das Konto gehört dann nicht Ihnen."},
    Text{confirm_label, "confirm_label", "Number that {service} shows you",
         "Nummer, die {service} Ihnen anzeigt"},
    Text{confirm_missing, "confirm_missing", "Please type the six digits that {service} shows you.",
         "Bitte geben Sie die sechs Ziffern ein, die {service} Ihnen anzeigt."},
    Text{confirm_wrong, "confirm_wrong",
         "This is not the number that {service} shows for this link. Please look again.",
         "Das ist nicht die Nummer, die {service} für diese Verknüpfung anzeigt. Bitte sehen Sie noch einmal "
         "nach."},
    Text{one_more_step_title, "one_more_step_title", "One more step", "Noch ein Schritt"},
    Text{one_more_step, "one_more_step", "Go back to {service} to finish linking with Alexa.",
         "Gehen Sie zurück zu {service}, um die Verknüpfung mit Alexa abzuschließen."},
    Text{other_browser_title, "other_browser_title", "Please finish where you started",
         "Bitte dort abschließen, wo Sie begonnen haben"},
    Text{
        other_browser, "other_browser",
        "This link was started in another browser or app. Nothing was linked. Go back to {service} and start "
        "again there.",
        "Diese Verknüpfung wurde in einem anderen Browser oder in einer App begonnen. Es wurde nichts "
        "verknüpft. Gehen Sie zurück zu {service} und beginnen Sie dort noch einmal."},
    Text{incomplete_title, "incomplete_title", "This link is not complete", "Dieser Link ist unvollständig"},
    Text{incomplete, "incomplete", "Please go back to the app or website and start again.",
         "Bitte gehen Sie zurück zur App oder Website und beginnen Sie noch einmal."},
    Text{back, "back", "Back to {service}", "Zurück zu {service}"},
    Text{reference, "reference", "Reference {reference}", "Referenz {reference}"},
    Text{launch_title, "launch_title", "Link {service} with Alexa", "{service} mit Alexa verknüpfen"},
    Text{launch, "launch", "Amazon will ask for your permission next.",
         "Als Nächstes bittet Amazon Sie um Ihre Zustimmung."},
    Text{launch_caution, "launch_caution",
         "Continue only if you started this yourself in {service}. If somebody sent you this page, close it.",
         "Fahren Sie nur fort, wenn Sie dies selbst bei {service} begonnen haben. Wenn Ihnen jemand diese "
         "Seite geschickt hat, schließen Sie sie."},
    Text{launch_go_on, "launch_go_on", "Continue", "Weiter"},
    Text{launch_expired_title, "launch_expired_title", "This link is no longer valid",
         "Dieser Link ist nicht mehr gültig"},
    Text{launch_expired, "launch_expired", "Please go back to the app or website and start again.",
         "Bitte gehen Sie zurück zur App oder Website und beginnen Sie noch einmal."},
    Text{launch_elsewhere_title, "launch_elsewhere_title", "Please start in {service}",
         "Bitte bei {service} beginnen"},
    Text{launch_elsewhere, "launch_elsewhere",
         "For your safety, linking with Alexa has to be started in {service} itself.",
         "Zu Ihrer Sicherheit muss die Verknüpfung mit Alexa bei {service} selbst begonnen werden."},
    Text{refused_title, "refused_title", "This link does not work", "Dieser Link funktioniert nicht"},
    Text{
        refused, "refused",
        "The app or page that sent you here asked for something that we cannot do safely, so nothing has "
        "happened. Please go back and try again.",
        "Die App oder Seite, von der Sie kommen, wollte etwas, das wir nicht sicher ausführen können. Es ist "
        "nichts geschehen. Bitte gehen Sie zurück und versuchen Sie es noch einmal."},
    Text{too_many_title, "too_many_title", "Please wait a minute", "Bitte warten Sie eine Minute"},
    Text{too_many, "too_many",
         "Too many links were started from your network. Nothing has happened; please go back and try again "
         "in a minute.",
         "Aus Ihrem Netz wurden zu viele Verknüpfungen begonnen. Es ist nichts geschehen. Bitte gehen Sie "
         "zurück und versuchen Sie es in einer Minute noch einmal."},
};

const Text& row_of(TextKey key) { return *std::ranges::find(kTexts, key, &Text::key); }

const std::string* own_text(const Skill& skill, const std::string& prefix, std::string_view code,
                            std::string_view name) {
  for (const std::string_view wanted : {code, name}) {
    if (wanted.empty()) continue;
    const auto own = skill.messages.find(prefix + std::string(wanted));
    if (own != skill.messages.end()) return &own->second;
  }
  return nullptr;
}

std::string filled_in(std::string text, std::string_view place, std::string_view value) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
    text.replace(at, place.size(), value);
  return text;
}

}  // namespace

std::span<const Text> texts() { return kTexts; }

std::string text(TextKey key, const Reader& reader, std::string_view code) {
  if (key == none) return "";
  const Text& row = row_of(key);
  const Skill& skill = reader.skill();
  const std::string* own = own_text(skill, reader.language() + ".", code, row.name);
  if (!own) own = own_text(skill, "", code, row.name);
  const std::string_view built_in = reader.language() == "de" ? row.german : row.english;
  return filled_in(own ? *own : std::string(built_in), "{service}", skill.display_name);
}

std::string reference_text(const Reader& reader, std::string_view code) {
  return filled_in(text(reference, reader), "{reference}", code);
}

std::string message_name_problem(std::string_view name) {
  const std::size_t dot = name.find('.');
  const std::string_view language = dot == std::string_view::npos ? "" : name.substr(0, dot);
  const std::string_view wanted = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const bool good_language = dot == std::string_view::npos ||
                             ((language.size() == 2 || language.size() == 3) &&
                              std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; }));
  if (!good_language) return "is for a language; name it by two or three small letters, as in \"de\"";
  if (std::ranges::find(kTexts, wanted, &Text::name) != kTexts.end()) return "";
  const auto rows = link_error_rows();
  const auto row = std::ranges::find(rows, wanted, &LinkErrorRow::code);
  if (row == rows.end()) return "is neither an error code nor the name of a text";
  return row->message == none ? "never shows a text" : "";
}

}  // namespace couplet::alexa
