// Before the first paint: the room's light, and nothing to go back to after Leave.
(() => {
  const root = document.documentElement;
  root.classList.remove("no-js");
  try {
    const light = localStorage.getItem("light");
    if (light) root.dataset.theme = light;
    // Whose screens call us by a plain name: also on pages that the phone kept from before.
    if ("since" in root.dataset)
      root.dataset.plain
        ? localStorage.setItem("plain", root.dataset.plain)
        : localStorage.removeItem("plain");
    const plain = localStorage.getItem("plain");
    if (plain && !root.dataset.plain) {
      document.title = document.title.replace("Everyhour", plain);
      addEventListener("DOMContentLoaded", () => {
        for (const link of document.querySelectorAll("link[rel=icon], link[rel=apple-touch-icon]"))
          link.href = "data:,";
        const mark = document.querySelector(".mark");
        if (mark) mark.textContent = plain;
      });
    }
    const left = Number(sessionStorage.getItem("left"));
    const came = performance.getEntriesByType("navigation")[0];
    if (left && came && came.type === "back_forward") {
      root.style.display = "none";
      location.replace("/leave/");
    } else if (left) sessionStorage.removeItem("left");
    const home = localStorage.getItem("home"); // whoever is signed in starts at Today
    if (
      !left &&
      home &&
      /^\/[a-z]{2}\/today\/$/.test(home) &&
      location.pathname === home.slice(0, 4) &&
      navigator.onLine
    )
      location.replace(home);
  } catch {
    /* storage may be closed; the page works without it */
  }
  addEventListener("pageshow", e => {
    try {
      if (e.persisted && sessionStorage.getItem("left")) {
        root.style.display = "none";
        location.replace("/leave/");
      }
    } catch {
      /* as above */
    }
  });
})();
