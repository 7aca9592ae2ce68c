// A yes, or a no, to notes on this phone. Without push the page says so, and mail works.
const box = document.querySelector("[data-push]"), $ = name => box.querySelector(`[data-push-${name}]`);
const able = "serviceWorker" in navigator && "PushManager" in self && "Notification" in self;
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const say = how => { $("said").textContent = $("said").dataset[how]; };

const kept = () => navigator.serviceWorker.ready.then(worker => worker.pushManager.getSubscription());

function show(on) {
  const blocked = Notification.permission === "denied";
  say(blocked ? "blocked" : on ? "on" : "off");
  $("ways").hidden = blocked && !on;
  $("on").hidden = on || blocked;
  $("off").hidden = !on;
}

async function tell(subscription) {
  const body = JSON.stringify(subscription);
  const answer = await fetch(box.dataset.phones, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body, cache: "no-store" });
  if (!answer.ok) throw new Error(answer.status);
}

async function allow() {
  if (await Notification.requestPermission() !== "granted") return show(false);
  const worker = await navigator.serviceWorker.ready, key = bytes(box.dataset.key);
  let subscription = await worker.pushManager.getSubscription();
  if (subscription && !same(subscription.options.applicationServerKey, key)) { // a yes to another house's key: it carries nothing of ours
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await tell(subscription);
  location.reload();
}
const same = (one, other) => one && new Uint8Array(one).every((byte, n) => byte === other[n]);

async function stop() {
  await (await kept())?.unsubscribe(); // the push service then says that nobody is there, and the house lets the phone go
  show(false);
}

const act = work => async () => {
  try { await work(); } catch { say("failed"); }
};

if (!able) say("cannot");
else {
  $("on").addEventListener("click", act(allow));
  $("off").addEventListener("click", act(stop));
  show(false);
  kept().then(async subscription => {
    show(Boolean(subscription));
    if (subscription && Notification.permission === "granted") await tell(subscription).catch(() => {}); // what the house forgot, or another account had, is said anew
  }).catch(() => say("cannot"));
}
