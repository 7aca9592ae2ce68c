// Before the first paint: the room's light, and nothing to go back to after Leave.
(() => {
  const root = document.documentElement;
  root.classList.remove("no-js");
  try {
    const light = localStorage.getItem("light");
    if (light) root.dataset.theme = light;
    const left = Number(sessionStorage.getItem("left"));
    const came = performance.getEntriesByType("navigation")[0];
    if (left && came && came.type === "back_forward") {
      root.style.display = "none";
      location.replace("/leave/");
    } else if (left) sessionStorage.removeItem("left");
  } catch { /* storage may be closed; the page works without it */ }
  addEventListener("pageshow", e => {
    try { if (e.persisted && sessionStorage.getItem("left")) { root.style.display = "none"; location.replace("/leave/"); } } catch { /* as above */ }
  });
})();
