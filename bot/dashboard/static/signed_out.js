// A page whose sign-in has run out: it asks for nothing any more, keeps what was typed, and goes on once its reader comes
// back from the tab in which they signed in.

export const SIGNED_IN = "guildhall:signed-in";

const line = document.getElementById("ui-signed-out");
const proofOf = (page) => page.querySelector('meta[name="proof"]');
const nameOf = (page) => page.querySelector(".account .who")?.textContent;

export const isSignedOut = () => line !== null && !line.hidden;

export function noteSignedOut() {
  if (line) line.hidden = false;
}

/** Asks, where a stream was refused, which does not say why. */
export async function checkSignIn() {
  const answer = await fetch("/threads", { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) noteSignedOut();
}

/** The new sign-in has a new proof. Where it is somebody else's, nothing typed here is sent in their name. */
async function comeBack() {
  if (!isSignedOut() || document.hidden) return;
  const answer = await fetch("/", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (nameOf(page) !== nameOf(document)) return;
  proofOf(document).content = proofOf(page).content;
  for (const field of document.querySelectorAll('input[name="proof"]')) field.value = proofOf(page).content;
  line.hidden = true;
  document.dispatchEvent(new Event(SIGNED_IN));
}

document.addEventListener("visibilitychange", comeBack);
window.addEventListener("focus", comeBack);

document.addEventListener("htmx:before:request", (event) => {
  if (isSignedOut()) event.preventDefault();
});
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status === 401) noteSignedOut();
});
