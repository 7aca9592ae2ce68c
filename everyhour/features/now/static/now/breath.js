// One breath that fills the screen: out, in, and out again. It goes with any tap (its link covers
// the screen) or key. On phones that can vibrate it can be felt, once asked for.
import { find, flow, words } from "./flow_page.js";
import { changeWishes, readWishes } from "./store.js";

// Milliseconds from the start to each cue: out for six seconds, in for four, out for six.
const CUES = [
  [6700, 1],
  [10_700, 2],
  [16_700, 3],
];
const BEGIN = 700;
// Short pulses that come apart while breathing out, and closer while breathing in.
const OUT = [90, 200, 80, 320, 70, 440, 60, 620, 50, 820, 40, 1100, 30, 2180],
  IN = [30, 900, 40, 700, 50, 500, 60, 400, 70, 300, 80, 870];
// These move the focus, or belong to another key, or leave.
const QUIET_KEYS = ["Tab", "Shift", "Control", "Alt", "Meta", "Escape", "AltGraph", "CapsLock"];

let timers = [];

/** Show the breath; `goOn` runs at the first key. */
export function startBreath(goOn) {
  const later = (milliseconds, act) => timers.push(setTimeout(act, milliseconds));
  later(BEGIN, () => find("[data-fill]").classList.add("go"));
  for (const [milliseconds, cue] of CUES)
    later(milliseconds, () => {
      find("[data-cue]").textContent = words.cues[cue];
    });
  addEventListener("keydown", event => {
    const isOnControl = event.target.closest?.("a, button");
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
    if (flow.dataset.at !== "breath" || event.defaultPrevented || isShortcut) return;
    if (QUIET_KEYS.includes(event.key)) return;
    if (isOnControl && [" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    goOn();
  });
  offerFeeling();
}

export function stopBreath() {
  timers.forEach(clearTimeout);
  timers = [];
  if (find("[data-feel]").getAttribute("aria-pressed") === "true") navigator.vibrate(0);
}

// The browser vibrates only after a tap on this page, so what is remembered may need one more.
function offerFeeling() {
  const button = find("[data-feel]");
  if (!navigator.vibrate || !matchMedia("(pointer: coarse)").matches) return;
  button.hidden = false;
  const feel = on => {
    const isFelt = on && navigator.vibrate([...OUT, ...IN, ...OUT]);
    if (!on) navigator.vibrate(0);
    button.setAttribute("aria-pressed", String(isFelt));
  };
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    feel(on);
    changeWishes(old => ({ ...old, feel: on })).catch(() => {});
  });
  readWishes()
    .then(({ feel: wanted }) => {
      const mayVibrate = navigator.userActivation?.hasBeenActive ?? true;
      if (wanted && mayVibrate && flow.dataset.at === "breath") feel(true);
    })
    .catch(() => {});
}
