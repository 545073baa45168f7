// A source beside the answer: the reader page's passage in a panel, the whole screen on a phone.

const narrow = window.matchMedia("(max-width: 820px)");
let opener = null;

const chat = () => document.getElementById("chat");
const panel = () => document.getElementById("panel");

export function readerAddress(link) {
  const address = new URL(link.href, location.href);
  return address.origin === location.origin && address.pathname.startsWith("/library/") ? address : null;
}

export function isOpen() {
  return !panel().hidden;
}

function hide() {
  panel().hidden = true;
  chat().classList.remove("with-panel");
  for (const marked of document.querySelectorAll(".sources .open")) marked.classList.remove("open");
  opener?.focus();
  opener = null;
}

export function closeSource() {
  if (history.state?.source) history.back();
  else hide();
}

window.addEventListener("popstate", () => {
  if (isOpen()) hide();
});

/** Shows `address` in the panel; leaves for the page itself where that does not work. */
export async function openSource(link, address) {
  const fragment = new URL(address);
  fragment.searchParams.set("fragment", "1");
  fragment.hash = "";
  let response;
  try {
    response = await fetch(fragment, { headers: { Accept: "text/html" } });
  } catch {
    location.assign(address);
    return;
  }
  if (!response.ok || response.redirected) {
    location.assign(address);
    return;
  }
  const body = document.getElementById("panel-body");
  body.innerHTML = await response.text();
  document.getElementById("panel-page").href = address.href;
  if (!isOpen() && narrow.matches) history.pushState({ source: true }, "");
  if (!panel().contains(link)) {
    opener = link;
    for (const marked of document.querySelectorAll(".sources .open")) marked.classList.remove("open");
    link.closest("li")?.classList.add("open");
  }
  panel().hidden = false;
  chat().classList.add("with-panel");
  const passage = body.querySelector(".cited");
  if (passage) passage.scrollIntoView({ block: "center" });
  else body.scrollTop = 0;
  body.focus({ preventScroll: true });
}
