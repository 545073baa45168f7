// Files go up with their progress shown; what goes wrong is said beside them, and what was chosen stays chosen.

const MEGABYTE = 1_000_000;
const FAILED = "The files did not arrive, so nothing was added. They are still chosen: try again.";

for (const form of document.querySelectorAll("[data-uploads]")) {
  const input = form.querySelector('input[type="file"]');
  const problem = form.querySelector(".problem");
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const button = form.querySelector("button");

  const say = (words) => {
    problem.textContent = words;
    problem.hidden = !words;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };

  const wrong = (files) => {
    const most = Number(form.dataset.most);
    const largest = Number(form.dataset.largest);
    if (!files.length) return "Choose a file first.";
    if (files.length > most) return most > 0 ? `Only ${most} more can be added. Link to the others.` : "No more can be added. Delete one first.";
    const large = files.find((file) => file.size > largest);
    return large ? `“${large.name}” is larger than ${largest / MEGABYTE} MB. Put it where your team keeps its files, and add a link.` : "";
  };

  const busy = (is) => {
    progress.hidden = !is;
    button.disabled = is;
    button.textContent = is ? "Adding…" : "Add";
  };

  const ended = (request) => {
    if (request.status >= 200 && request.status < 300) {
      location.assign(request.responseURL);
      return;
    }
    busy(false);
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    say(answer.querySelector("#file-problem")?.textContent || answer.querySelector("main p")?.textContent || FAILED);
    input.focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = wrong([...input.files]);
    say(words);
    if (words) {
      input.focus();
      return;
    }
    bar.value = 0;
    busy(true);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
    });
    request.addEventListener("load", () => ended(request));
    request.addEventListener("error", () => {
      busy(false);
      say(FAILED);
    });
    request.send(new FormData(form));
  });
  input.addEventListener("change", () => say(""));
}
