// On a phone the states scroll sideways in one row: scroll the chosen one into view.
// Without JavaScript they wrap.
const show = () => document.querySelector(".pick--row [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("parts:fresh", show);
show();
