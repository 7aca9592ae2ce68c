// The shell: screen light, Leave, installation. Without this module all of it is links and forms.
import { registerUntilInstalled } from "./registering.js";

const root = document.documentElement;
const LIGHTS = ["light", "dim", "night"];
const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* storage is full or blocked: the choice lasts for this page */
  }
};

function light(next) {
  if (next) {
    root.dataset.theme = next;
    keep("light", next);
  }
  const now = root.dataset.theme;
  for (const lamp of document.querySelectorAll("[data-lamp]")) {
    const label = lamp.querySelector(".vh");
    label.dataset.words ??= label.textContent;
    label.textContent = now
      ? `${label.dataset.words} (${lamp.dataset[now]})`
      : label.dataset.words;
  }
}

function leave() {
  document.body.hidden = true;
  document.title = "";
  try {
    sessionStorage.setItem("left", String(Date.now()));
  } catch {
    /* storage is blocked; leave anyway */
  }
  location.replace("/leave/");
}

document.addEventListener("click", event => {
  const control = event.target.closest('[data-lamp], a[href="/leave/"]');
  if (!control) return;
  if (!("lamp" in control.dataset)) {
    event.preventDefault();
    leave();
    return;
  }
  const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dim" : "light";
  light(LIGHTS[(LIGHTS.indexOf(root.dataset.theme || device) + 1) % 3]);
});

// Three quick presses of Escape also leave; of Shift too, as on sites for survivors of abuse.
const pressed = { Escape: [], Shift: [] };
addEventListener("keydown", event => {
  const { key, timeStamp } = event;
  if (!(key in pressed) || event.repeat) return;
  pressed[key] = [...pressed[key], timeStamp].filter(time => timeStamp - time < 1200);
  if (pressed[key].length > 2) leave();
});

light();

// Words of danger are noticed while a person types, in any text field of any page (typing.js).
const TEXT_FIELD = "textarea, input:not([type]), input[type=text], input[type=search]";
const watch = ({ target }) => target.matches?.(TEXT_FIELD) && import("./typing.js").catch(() => {});
document.addEventListener("focusin", watch);
watch({ target: document.activeElement ?? document });

// Help links lead to the country chosen on this phone.
try {
  const country = localStorage.getItem("country");
  if (/^[a-z]{2}$/.test(country ?? ""))
    for (const link of document.querySelectorAll('a[href^="/help/"]'))
      link.setAttribute(
        "href",
        link.getAttribute("href").replace(/^\/help\/(?:[a-z]{2}\/)?/, `/help/${country}/`),
      );
} catch {
  /* storage is blocked: the links stay as they are */
}

// A signed-in person starts at Today until they sign out (boot.js redirects): the start page cached
// on the phone is the one for guests.
if (document.querySelector("[data-home]")) keep("home", location.pathname);
else if (/\/sign-in\//.test(location.pathname) && !document.querySelector("[data-no-network]"))
  forgetHome();
document.addEventListener("submit", event => {
  if (/\/(sign-out|data)\//.test(event.target.getAttribute("action") || location.pathname))
    forgetHome();
});
function forgetHome() {
  try {
    localStorage.removeItem("home");
  } catch {
    /* storage is blocked, so it holds nothing */
  }
}

// Trusted Types: only this one URL may become a service worker.
if ("serviceWorker" in navigator) {
  const address = "/sw.js";
  const policy = self.trustedTypes?.createPolicy("everyhour", {
    createScriptURL: url => {
      if (url !== address) throw new TypeError(url);
      return url;
    },
  });
  const script = policy ? policy.createScriptURL(address) : address;
  const register = () =>
    registerUntilInstalled(() =>
      navigator.serviceWorker.register(script, { updateViaCache: "none" }),
    );
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  // A page that loads while the worker activates stays uncontrolled until it asks to be claimed.
  navigator.serviceWorker.ready.then(registration => {
    if (!navigator.serviceWorker.controller) registration.active.postMessage("mine");
  });
}

// The offline page reloads when the network is back: on the browser's event, and by asking every
// five seconds, because the event often does not fire.
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

// Offer installation where the browser supports it: as one row of the page, never as a banner.
addEventListener("beforeinstallprompt", event => {
  const offer = document.querySelector("[data-install]");
  if (!offer) return;
  event.preventDefault();
  offer.hidden = false;
  offer.querySelector("button").addEventListener(
    "click",
    async () => {
      await event.prompt();
      offer.hidden = true;
    },
    { once: true },
  );
});
