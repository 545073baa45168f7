// The list of threads: which of them are new, also in the page's title, and on a phone the list over the conversation.

import { noteSignedOut } from "./signed_out.js";

const list = document.getElementById("thread-list");
const opener = document.querySelector('[data-threads="open"]');

function count() {
  const unread = list.querySelectorAll(".unread").length;
  document.title = `${unread ? `(${unread}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  const mark = document.getElementById("unread");
  mark.textContent = `${unread} new`;
  mark.hidden = !unread;
}

const unreadNow = () => new Set([...list.querySelectorAll(".unread a")].map((link) => link.pathname));

/** Shows the list as it is now; `current` is the thread before the reader's eyes. Resolves to what is new, in words. */
export async function refreshThreads(current) {
  const answer = await fetch(`/threads?current=${current}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected) noteSignedOut();
  if (!answer?.ok || answer.redirected) return "";
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  if (holder.innerHTML.trim() === list.innerHTML.trim()) return "";
  const before = unreadNow();
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li").querySelector("a").pathname : "";
  list.replaceChildren(holder.content);
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  count();
  const fresh = [...list.querySelectorAll(".unread a")].find((link) => !before.has(link.pathname));
  return fresh ? `New in another thread: ${fresh.querySelector(".title").textContent}` : "";
}

export function showThreads(isShown) {
  document.getElementById("threads").classList.toggle("open", isShown);
  opener.setAttribute("aria-expanded", String(isShown));
  if (isShown) document.querySelector("#threads a").focus();
  else opener.focus();
}

count();
