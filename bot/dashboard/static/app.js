// What every page does: the keys, dialogs, questions before something is lost, and the reader's time zone.

import { noteSignedOut } from "./signed_out.js";

const SINGLE_KEYS = "guildhall.single-keys";

export const proof = () => document.querySelector('meta[name="proof"]').content;

function singleKeysOn() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    return true;
  }
}

function rememberSingleKeys(on) {
  try {
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  } catch {
    // Nothing may be kept in this browser: the keys work until the page is left.
  }
}

/** Asks in our own dialog; resolves to true for yes. */
export function confirmed(words) {
  const dialog = document.getElementById("ui-confirm");
  dialog.querySelector("#ui-confirm-words").textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** A POST of JSON. Resolves to {status, body}; status 0 means that nothing arrived. */
export async function send(address, content) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Guildhall-Proof": proof() },
      body: JSON.stringify(content),
    });
    if (response.status === 401) {
      noteSignedOut();
      return { status: 401, body: { error: "You are signed out, so nothing was sent. What you typed is kept." } };
    }
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: { error: "Guildhall cannot be reached. What you typed is kept; try again in a moment." } };
  }
}

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const field = document.querySelector("[data-slash]");
    event.preventDefault();
    if (field) field.focus();
    else location.assign("/");
  } else if (event.key === "?") {
    event.preventDefault();
    document.getElementById("ui-keys").showModal();
  } else if (event.key === "n") {
    location.assign("/");
  } else {
    document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click(); // keys of this page alone
  }
}

document.addEventListener("keydown", onKey);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  for (const menu of document.querySelectorAll(".bar details[open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});

document.addEventListener("submit", async (event) => {
  const words = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!words || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await confirmed(words)) {
    event.target.dataset.confirmed = "yes";
    event.target.requestSubmit(event.submitter);
    delete event.target.dataset.confirmed;
  }
}, true);

for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

document.querySelector(".bar").addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const switchOfKeys = document.getElementById("ui-single-keys");
if (switchOfKeys) {
  switchOfKeys.checked = singleKeysOn();
  switchOfKeys.addEventListener("change", () => rememberSingleKeys(switchOfKeys.checked));
}
