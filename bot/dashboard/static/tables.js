// Tables that sort by a click on a column's name, and that a field narrows down. The address keeps both.

const kept = new URLSearchParams(location.search);

function keep(name, value) {
  if (value) kept.set(name, value);
  else kept.delete(name);
  const query = kept.toString();
  history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
}

const worth = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
};

function sort(table, column, descending) {
  const rows = [...table.tBodies[0].rows];
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  rows.sort((one, other) => compare(worth(one, column), worth(other, column)) * (descending ? -1 : 1));
  table.tBodies[0].append(...rows);
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    if (index === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

document.querySelectorAll("table[data-sorts]").forEach((table, number) => {
  const name = `sort${number || ""}`;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.querySelector(".quiet")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      sort(table, column, descending);
      keep(name, `${descending ? "-" : ""}${column}`);
    });
  });
  const wanted = kept.get(name);
  const column = Math.abs(Number(wanted));
  if (wanted && column < table.tHead.rows[0].cells.length) sort(table, column, wanted.startsWith("-"));
});

for (const field of document.querySelectorAll("[data-filters]")) {
  const table = document.getElementById(field.dataset.filters);
  const narrow = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  };
  field.value = kept.get("show") ?? "";
  narrow();
  field.addEventListener("input", () => {
    narrow();
    keep("show", field.value.trim());
  });
}
