// The arrow keys lead over a board: up and down within a column, left and right to the next one that has something.

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

for (const board of document.querySelectorAll(".board")) {
  const columns = () =>
    [...board.querySelectorAll("section")]
      .map((section) => [...section.querySelectorAll("li > a")])
      .filter((links) => links.length);

  board.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = columns();
    const card = document.activeElement.closest("li");
    const at = all.findIndex((links) => links.some((link) => link.closest("li") === card));
    const row = at < 0 ? 0 : all[at].findIndex((link) => link.closest("li") === card);
    const column = at < 0 ? all[0] : all[at + step[0]];
    const next = column && column[at < 0 ? 0 : Math.min(row + step[1], column.length - (step[0] ? 1 : 0))];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
