// On a phone the states stand in one row that moves sideways; the chosen one is brought into sight. Without this they wrap.
const show = () => document.querySelector(".pick--row [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("parts:fresh", show);
show();
