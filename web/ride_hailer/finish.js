// SPDX-License-Identifier: Apache-2.0
// Saves the tap where there is JavaScript. A page brought back from the history must not submit again.
const form = document.getElementById("finish");
const [navigation] = performance.getEntriesByType("navigation");
if (navigation?.type !== "back_forward") {
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  button.textContent = "Linking…";
  form.requestSubmit();
}
