// Turns push messages on this phone on and off. Without push the page says so, and mail works.
const box = document.querySelector("[data-push]");
const part = name => box.querySelector(`[data-push-${name}]`);
const supported = "serviceWorker" in navigator && "PushManager" in self && "Notification" in self;
const say = how => { part("said").textContent = part("said").dataset[how]; };

function bytes(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

async function currentSubscription() {
  const worker = await navigator.serviceWorker.ready;
  return worker.pushManager.getSubscription();
}

function show(on) {
  const blocked = Notification.permission === "denied";
  say(blocked ? "blocked" : on ? "on" : "off");
  part("ways").hidden = blocked && !on;
  part("on").hidden = on || blocked;
  part("off").hidden = !on;
}

async function register(subscription) {
  const response = await fetch(box.dataset.phones, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(subscription),
    cache: "no-store",
  });
  if (!response.ok) throw new Error(response.status);
}

async function allow() {
  if (await Notification.requestPermission() !== "granted") return show(false);
  const { pushManager } = await navigator.serviceWorker.ready;
  const key = bytes(box.dataset.key);
  let subscription = await pushManager.getSubscription();
  // A subscription made with another server's key cannot carry our messages.
  if (subscription && !same(subscription.options.applicationServerKey, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await register(subscription);
  location.reload();
}

function same(one, other) {
  return one && new Uint8Array(one).every((byte, index) => byte === other[index]);
}

async function stop() {
  // The push service then answers that the address is gone, and the server deletes it.
  await (await currentSubscription())?.unsubscribe();
  show(false);
}

const act = work => async () => {
  try { await work(); } catch { say("failed"); }
};

async function start() {
  const subscription = await currentSubscription();
  show(Boolean(subscription));
  if (subscription && Notification.permission === "granted") {
    // The server may have deleted it, or another account on this phone may have registered it.
    await register(subscription).catch(() => {});
  }
}

if (supported) {
  part("on").addEventListener("click", act(allow));
  part("off").addEventListener("click", act(stop));
  show(false);
  start().catch(() => say("cannot"));
} else {
  say("cannot");
}
