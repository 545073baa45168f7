// The conversation: what is asked appears at once, what comes back arrives over one stream of events.

import { confirmed, send } from "./app.js";
import { openForm } from "./form.js";
import { checkSignIn, isSignedOut, SIGNED_IN } from "./signed_out.js";
import { closeSource, isOpen, openSource, readerAddress } from "./source.js";
import { refreshThreads, showThreads } from "./threads.js";

const PATIENCE = 12_000; // milliseconds until the waiting words change
const LOOK_AGAIN = 60_000; // milliseconds between two looks for news while the page is out of sight
const NEAR_END = 48; // pixels: who reads so near the end stays there
const BACK_AFTER = 3_000; // milliseconds until a stream that was refused is tried again

const chat = document.getElementById("chat");
const entries = document.getElementById("entries");
const scroller = document.getElementById("scroll");
const composer = document.getElementById("composer");
const question = document.getElementById("question");
const looking = document.getElementById("looking");
const lookingWords = document.getElementById("looking-words");
const trouble = document.getElementById("trouble");
const status = document.getElementById("status");
const thread = chat.dataset.thread;

let revision = Number(chat.dataset.revision);
let stream = null;
let unsent = null;
let patience = 0;

const newKey = () => crypto.randomUUID();
const post = (content) => send(`/t/${thread}/turns`, { key: newKey(), ...content });

function say(words) {
  if (!words) return;
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = words; });
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

function wait(isWaiting) {
  clearTimeout(patience);
  looking.hidden = !isWaiting;
  if (!isWaiting) return;
  lookingWords.textContent = "Looking in the documents…";
  say("Looking in the documents.");
  patience = setTimeout(() => {
    lookingWords.textContent = "Still looking. Your question is kept; the answer appears here when it is ready.";
  }, PATIENCE);
}

// Entries

function elementOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

const known = (id) => entries.querySelector(`[data-entry="${CSS.escape(id)}"]`);
const sketch = (id) => [...entries.querySelectorAll("[data-key]")].find((drawn) => id.endsWith(`/${drawn.dataset.key}`));

function place(entry, position) {
  const after = [...entries.children].find((other) => Number(other.dataset.position ?? Infinity) > position);
  entries.insertBefore(entry, after ?? null);
}

function take(event) {
  const { id, position, html } = JSON.parse(event.data);
  revision = Math.max(revision, Number(event.lastEventId));
  const entry = elementOf(html);
  const earlier = known(id) ?? sketch(id);
  if (earlier) {
    const had = earlier.contains(document.activeElement);
    const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    earlier.replaceWith(entry);
    if (had) focusInside(entry);
    if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  } else {
    place(entry, position);
  }
  document.getElementById("welcome")?.remove();
  if (!entry.classList.contains("answer")) {
    if (!earlier) wait(true);
    return;
  }
  say(entry.dataset.summary);
  if (earlier) return;
  wait(false);
  show(entry);
}

function focusInside(entry) {
  const next = entry.querySelector("button, a") ?? entry;
  if (next === entry) entry.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** The focus goes back to the button, or to what stands in its place, where pressing it lost it. */
function refocus(button, id) {
  if (document.activeElement !== document.body) return;
  if (button.isConnected) button.focus({ preventScroll: true });
  else if (known(id)) focusInside(known(id));
}

function show(entry) {
  const tall = entry.offsetHeight > scroller.clientHeight - 160;
  const asked = entry.previousElementSibling;
  (tall && asked ? asked : entry).scrollIntoView({ block: tall ? "start" : "nearest" });
}

// The stream

function listen() {
  if (stream || document.hidden || isSignedOut()) return;
  stream = new EventSource(`/t/${thread}/stream?after=${revision}`);
  stream.addEventListener("entry", take);
  stream.addEventListener("threads", async () => say(await refreshThreads(thread)));
  stream.addEventListener("deleted", () => {
    rest();
    const typed = question.value.trim();
    location.replace(typed ? `/?q=${encodeURIComponent(typed)}` : "/");
  });
  stream.addEventListener("error", async () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    await checkSignIn();
    setTimeout(listen, BACK_AFTER);
  });
}

function rest() {
  stream?.close();
  stream = null;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) rest();
  else listen();
});
document.addEventListener(SIGNED_IN, () => {
  complain("");
  listen();
});
setInterval(() => { if (document.hidden && !isSignedOut()) refreshThreads(""); }, LOOK_AGAIN);
window.addEventListener("pagehide", rest);

// Asking

async function ask(text) {
  const words = text.trim();
  const limit = Number(composer.dataset.limit);
  if (!words) return;
  if (words.length > limit) {
    complain(`Your question has ${words.length} characters; up to ${limit} can be read. Make it shorter.`);
    return;
  }
  complain("");
  const key = unsent?.words === words ? unsent.key : newKey();
  draw(words, key);
  question.value = "";
  listen();
  wait(true);
  const { status: code, body } = await post({ kind: "said", key, text: words });
  if (code === 202) {
    unsent = null;
    settle();
    return;
  }
  wait(false);
  unsent = { words, key };
  sketch(`/${key}`)?.remove();
  if (!question.value) question.value = words;
  complain(body.error);
  question.focus();
}

function draw(words, key) {
  document.getElementById("welcome")?.remove();
  sketch(`/${key}`)?.remove();
  const entry = elementOf('<article class="entry said"><h2 class="quiet">You asked</h2><p></p></article>');
  entry.dataset.key = key;
  entry.querySelector("p").textContent = words;
  entries.append(entry);
  scroller.scrollTop = scroller.scrollHeight;
}

function settle() {
  if (location.pathname !== `/t/${thread}`) history.replaceState(history.state, "", `/t/${thread}`);
  refreshThreads(thread);
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value);
});

question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(question.value);
});

// Buttons and forms

async function press(button) {
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm))) return;
  const entry = button.closest(".entry");
  entry.querySelector(".actions + .problem")?.remove();
  button.disabled = true;
  const { action, value, nonce } = button.dataset;
  const { status: code, body } = await post({ kind: "pressed", action, value, nonce, message: entry.dataset.entry });
  button.disabled = false;
  refocus(button, entry.dataset.entry);
  if (code !== 200) {
    const problem = elementOf('<p class="problem" role="alert"></p>');
    problem.textContent = body.error;
    button.closest(".actions").after(problem);
  } else if (body.form) {
    openForm(body.form, submit, () => refocus(button, entry.dataset.entry));
  }
}

async function submit(values, dialog) {
  const { form, state, nonce } = dialog.dataset;
  const { status: code, body } = await post({ kind: "submitted", form, values, state, nonce });
  if (code === 200) return { next: body.form };
  return { problems: body.problems ?? { "": body.error } };
}

document.addEventListener("click", (event) => {
  const target = event.target;
  const asking = target.closest("[data-ask]");
  const pressed = target.closest("button[data-action]");
  const link = target.closest("a[data-source], #panel-body a");
  const threads = target.closest("[data-threads]");
  if (asking) ask(asking.dataset.ask);
  else if (pressed) press(pressed);
  else if (target.closest("[data-panel]")) closeSource();
  else if (threads) showThreads(threads.dataset.threads === "open");
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) follow(event, link);
});

function follow(event, link) {
  const address = readerAddress(link);
  if (!address) return;
  event.preventDefault();
  openSource(link, address);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (document.getElementById("threads").classList.contains("open")) showThreads(false);
  else if (isOpen()) closeSource();
});

// Beginning

if (entries.children.length) {
  scroller.scrollTop = scroller.scrollHeight;
  if ("waiting" in chat.dataset) wait(true);
}
listen();
if (window.matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
const wish = new URLSearchParams(location.search).get("q");
if (wish && !entries.children.length) question.value = wish;
