// On a phone the states scroll sideways in one row: scroll the chosen one into view.
// Without JavaScript they wrap.
function show() {
  const chosen = document.querySelector(".pick--row [aria-current]");
  chosen?.scrollIntoView({ block: "nearest", inline: "center" });
}

document.addEventListener("parts:fresh", show);
show();
