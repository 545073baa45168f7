// A tab inside Teams: asks Teams who this is, tells our server, and goes on to the page.

const PATIENCE = 10_000; // milliseconds for Teams to answer; outside Teams nobody does

const tab = document.querySelector("[data-tab]");
const teams = window.microsoftTeams;

function inTime(promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
  return Promise.race([promise, late]);
}

function say(title, words) {
  tab.querySelector("[data-title]").textContent = title;
  tab.querySelector("[data-status]").textContent = words;
  tab.querySelector("[data-actions]").hidden = false;
}

async function signIn(token, next) {
  const response = await fetch("/teams/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ token, next }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer.next;
}

/** Whether our cookie came to stay: a browser may refuse cookies inside another site's page. */
async function isKnown(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  return response.status !== 401;
}

async function open() {
  try {
    await inTime(teams.app.initialize());
  } catch {
    say("This page belongs inside Teams", "Open the Guildhall app in Microsoft Teams, or go to Guildhall's own page.");
    return;
  }
  try {
    const context = await inTime(teams.app.getContext());
    const token = await inTime(teams.authentication.getAuthToken());
    const next = await signIn(token, context.page.subPageId || tab.dataset.next);
    teams.app.notifySuccess();
    if (await isKnown(next)) location.replace(next);
    else say("Teams keeps no cookies of Guildhall", "Open Guildhall's own page in a browser, or allow its cookies here.");
  } catch (problem) {
    // What Teams itself says is for developers: our server's words are for people.
    const ours = problem instanceof Error && problem.message.includes("signed in") ? problem.message : "";
    say("You are not signed in", ours || "Teams did not say who you are. Try again; if it stays so, ask an admin of Guildhall.");
    teams.app.notifySuccess();
  }
}

tab.querySelector("[data-again]").addEventListener("click", () => location.reload());
open();
