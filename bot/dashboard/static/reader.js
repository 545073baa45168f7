// Brings the cited passage into view where its heading alone would leave it below the fold.

const passage = document.getElementById("passage");
if (passage) {
  const { top, bottom } = passage.getBoundingClientRect();
  if (top < 56 || bottom > window.innerHeight) passage.scrollIntoView({ block: "center" });
}
