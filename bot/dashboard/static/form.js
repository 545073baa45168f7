// A form that a button opened: problems are shown at their fields, and what was typed stays.

function values(form) {
  const collected = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") {
      collected[field.name] ??= [];
      if (field.checked) collected[field.name].push(field.value);
    } else if (field.type === "radio") {
      collected[field.name] ??= "";
      if (field.checked) collected[field.name] = field.value;
    } else {
      collected[field.name] = field.value;
    }
  }
  return collected;
}

function showProblems(form, problems) {
  let first = null;
  const unplaced = [];
  for (const place of form.querySelectorAll("[data-problem]")) {
    place.hidden = true;
    place.textContent = "";
  }
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const [name, words] of Object.entries(problems)) {
    const place = name ? form.querySelector(`[data-problem="${CSS.escape(name)}"]`) : null;
    if (!place) {
      unplaced.push(words);
      continue;
    }
    place.textContent = words;
    place.hidden = false;
    const fields = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
    for (const field of fields) field.setAttribute("aria-invalid", "true");
    first ??= fields[0];
  }
  const whole = form.querySelector('[data-problem=""]');
  whole.textContent = unplaced.join(" ");
  whole.hidden = unplaced.length === 0;
  first?.focus();
}

/**
 * Shows the dialog in `html`; `submit(values, dialog)` resolves to `problems` by field where it was not taken, and to
 * `next`, another dialog, where the answer is one. `closed` is called after the last of them, once the focus is back
 * where it was, or nowhere if that is gone.
 */
export function openForm(html, submit, closed) {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  document.body.append(holder);
  const dialog = holder.querySelector("dialog");
  const form = dialog.querySelector("form");
  const sender = form.querySelector('[type="submit"]');
  let following;
  dialog.addEventListener("close", () => {
    holder.remove();
    if (following) openForm(following, submit, closed);
    else closed();
  });
  form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    sender.disabled = true;
    const { problems, next } = await submit(values(form), dialog);
    sender.disabled = false;
    if (problems) {
      showProblems(form, problems);
      return;
    }
    following = next;
    dialog.close();
  });
  dialog.showModal();
}
