// The shell: the lamp (room light), Leave, keeping the app on the phone. Everything is a link or a
// form without it.
const root = document.documentElement;
const LIGHTS = ["light", "dim", "night"];
const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* full or closed: it holds for this page */
  }
};

function light(next) {
  if (next) {
    root.dataset.theme = next;
    keep("light", next);
  }
  const now = root.dataset.theme;
  for (const lamp of document.querySelectorAll("[data-lamp]")) {
    const said = lamp.querySelector(".vh");
    said.dataset.words ??= said.textContent;
    said.textContent = now ? `${said.dataset.words} (${lamp.dataset[now]})` : said.dataset.words;
  }
}

function leave() {
  document.body.hidden = true;
  document.title = "";
  try {
    sessionStorage.setItem("left", String(Date.now()));
  } catch {
    /* leaving matters more */
  }
  location.replace("/leave/");
}

document.addEventListener("click", e => {
  const t = e.target.closest("[data-lamp],[data-leave]");
  if (!t) return;
  if ("leave" in t.dataset) {
    e.preventDefault();
    leave();
    return;
  }
  const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dim" : "light";
  light(LIGHTS[(LIGHTS.indexOf(root.dataset.theme || device) + 1) % 3]);
});

// Three quick presses of Escape, or of Shift as survivors' services do it, also leave.
const pressed = { Escape: [], Shift: [] };
addEventListener("keydown", e => {
  if (!(e.key in pressed) || e.repeat) return;
  pressed[e.key] = [...pressed[e.key], e.timeStamp].filter(t => e.timeStamp - t < 1200);
  if (pressed[e.key].length > 2) leave();
});

light();

// Numbers of the country that was chosen on this phone come first, everywhere.
try {
  const country = localStorage.getItem("country");
  if (/^[a-z]{2}$/.test(country ?? ""))
    for (const link of document.querySelectorAll('a[href^="/help/"]'))
      link.setAttribute(
        "href",
        link.getAttribute("href").replace(/^\/help\/(?:[a-z]{2}\/)?/, `/help/${country}/`),
      );
} catch {
  /* all countries, then */
}

// Whoever is signed in starts at Today, though the start page kept on the phone is a guest's
// (boot.js); until they sign out.
if (document.querySelector("[data-home]")) keep("home", location.pathname);
else if (/\/sign-in\//.test(location.pathname)) forgetHome();
document.addEventListener("submit", e => {
  if (/\/(sign-out|data)\//.test(e.target.getAttribute("action") || location.pathname))
    forgetHome();
});
function forgetHome() {
  try {
    localStorage.removeItem("home");
  } catch {
    /* closed: nothing is kept there */
  }
}

// The service worker may only come from one address; the policy says so to browsers that ask.
if ("serviceWorker" in navigator) {
  const address = "/sw.js";
  const policy = self.trustedTypes?.createPolicy("everyhour", {
    createScriptURL: url => {
      if (url !== address) throw new TypeError(url);
      return url;
    },
  });
  const register = () =>
    navigator.serviceWorker
      .register(policy ? policy.createScriptURL(address) : address, { updateViaCache: "none" })
      .catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  // A page that was on its way while the worker took over belongs to nobody, and stays so until it
  // asks.
  navigator.serviceWorker.ready.then(kept => {
    if (!navigator.serviceWorker.controller) kept.active.postMessage("mine");
  });
}

// "No network here" makes way by itself: when the phone says that the network is back, and asked
// now and then, as many come back without a word.
if (document.querySelector("[data-no-network]") && !location.pathname.endsWith("/offline/")) {
  const back = async () => {
    if (document.hidden) return;
    try {
      if ((await fetch(location.href, { method: "HEAD", cache: "no-store" })).status < 500)
        location.reload();
    } catch {
      /* not yet */
    }
  };
  addEventListener("online", back);
  document.addEventListener("visibilitychange", back);
  setInterval(back, 5000);
}

// Offer to keep us, where the browser can; one quiet line, never a banner.
addEventListener("beforeinstallprompt", e => {
  const offer = document.querySelector("[data-install]");
  if (!offer) return;
  e.preventDefault();
  offer.hidden = false;
  offer.querySelector("button").addEventListener(
    "click",
    async () => {
      await e.prompt();
      offer.hidden = true;
    },
    { once: true },
  );
});
