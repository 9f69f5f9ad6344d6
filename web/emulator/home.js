// SPDX-License-Identifier: Apache-2.0
// Keeps the phone and the calls as they are now. Without it the page works by its links and forms.
const bench = document.querySelector(".bench");
const calls = document.getElementById("calls");
const phone = document.getElementById("phone");
const live = document.getElementById("live");
const pollMs = 1500;
let lastSeq = seqs().at(-1) ?? 0;

function seqs() {
  return [...calls.querySelectorAll("details")].map((details) => Number(details.dataset.seq));
}

/** Puts `fresh` in the place of what `place` holds; what was opened stays open, and the focus stays where it was. */
function replace(place, fresh, keyOf) {
  if (place.innerHTML === fresh.innerHTML) return;
  if (document.activeElement.matches("select") && place.contains(document.activeElement)) return; // somebody chooses
  const opened = new Set([...place.querySelectorAll("details[open]")].map(keyOf));
  const focusable = "a, button, summary, select";
  const focused = [...place.querySelectorAll(focusable)].indexOf(document.activeElement);
  place.replaceChildren(...fresh.childNodes);
  for (const details of place.querySelectorAll("details")) details.open = opened.has(keyOf(details));
  if (focused >= 0) place.querySelectorAll(focusable)[focused]?.focus({ preventScroll: true });
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const atEnd = calls.scrollHeight - calls.scrollTop - calls.clientHeight < 40;
  replace(phone, fresh.getElementById("phone"), (details) => details.closest("article")?.ariaLabel);
  replace(calls, fresh.getElementById("calls"), (details) => details.dataset.seq);
  if (atEnd) calls.scrollTop = calls.scrollHeight;
  const fresher = seqs().filter((seq) => seq > lastSeq);
  lastSeq = seqs().at(-1) ?? 0;
  if (fresher.length > 0) live.textContent = fresher.length === 1 ? "1 new call" : `${fresher.length} new calls`;
}

async function poll() {
  try {
    if (!document.hidden) {
      const query = new URLSearchParams({ user: bench.dataset.user, seen: bench.dataset.stamp });
      const answer = await fetch(`/_emulator/live?${query}`);
      if (live.textContent === "The emulator does not answer") live.textContent = "";
      const text = answer.ok ? await answer.text() : "";
      if (text) {
        bench.dataset.stamp = answer.headers.get("X-Emulator-Stamp");
        show(text);
      }
    }
  } catch {
    live.textContent = "The emulator does not answer";
  }
  setTimeout(poll, pollMs);
}

calls.scrollTop = calls.scrollHeight;
setTimeout(poll, pollMs);
