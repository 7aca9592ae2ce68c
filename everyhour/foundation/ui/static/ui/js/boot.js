// Before the first paint: set the screen light, and show nothing on the way back after Leave.
(() => {
  const root = document.documentElement;
  root.classList.remove("no-js");
  try {
    const light = localStorage.getItem("light");
    if (light) root.dataset.theme = light;
    // People who hide our name do not see it on pages cached before they chose that, either.
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
    const navigation = performance.getEntriesByType("navigation")[0];
    if (left && navigation && navigation.type === "back_forward") {
      root.style.display = "none";
      location.replace("/leave/");
    } else if (left) sessionStorage.removeItem("left");
    const home = localStorage.getItem("home"); // set by app.js for a signed-in person
    if (
      !left &&
      home &&
      /^\/[a-z]{2}\/today\/$/.test(home) &&
      location.pathname === home.slice(0, 4) &&
      navigator.onLine
    )
      location.replace(home);
  } catch {
    /* storage may be blocked; the page works without it */
  }
  addEventListener("pageshow", event => {
    try {
      if (event.persisted && sessionStorage.getItem("left")) {
        root.style.display = "none";
        location.replace("/leave/");
      }
    } catch {
      /* as above */
    }
  });
})();
