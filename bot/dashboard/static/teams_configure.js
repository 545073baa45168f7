// What Teams asks for when somebody adds the tab to a channel.

const page = document.querySelector("[data-content-url]");
const teams = window.microsoftTeams;

try {
  await teams.app.initialize();
  teams.pages.config.registerOnSaveHandler(async (event) => {
    await teams.pages.config.setConfig({
      entityId: "guildhall-library",
      suggestedDisplayName: "Guildhall",
      contentUrl: page.dataset.contentUrl,
      websiteUrl: page.dataset.websiteUrl,
    });
    event.notifySuccess();
  });
  teams.pages.config.setValidityState(true);
  teams.app.notifySuccess();
} catch {
  page.querySelector("[data-status]").textContent = "This page belongs inside Teams: add the tab from a channel there.";
}
