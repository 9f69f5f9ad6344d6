// SPDX-License-Identifier: Apache-2.0
// Posts what stands behind the '#', field by field, and takes it out of the address bar.
const form = document.getElementById("answer");
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}
history.replaceState(null, "", location.pathname + location.search);
HTMLFormElement.prototype.submit.call(form); // a field may be called submit
