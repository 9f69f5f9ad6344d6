// SPDX-License-Identifier: Apache-2.0
// Takes code and state out of the address bar, then saves the tap where there is nothing to type. A page brought back
// from the history must not submit again: the code is spent by then.
history.replaceState(null, "", location.pathname);
const form = document.getElementById("finish");
const [navigation] = performance.getEntriesByType("navigation");
if (form && navigation?.type !== "back_forward") {
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  button.textContent = form.dataset.busy;
  form.requestSubmit();
}
