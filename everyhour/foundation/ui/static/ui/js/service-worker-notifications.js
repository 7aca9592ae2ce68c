// Notifications: shown, opened, and answered without a network. A part of the service worker.
const ANSWERS = "said"; // answers to notifications given offline

// Show a notification; the server worded it as its person prefers.
async function notify(data) {
  let payload = {};
  try {
    payload = data.json();
  } catch {
    /* no readable payload: browsers must show a notification, so its title is a dot */
  }
  const path = inside(payload.path) ? payload.path : "/",
    nudge = new URL(path, location.origin).searchParams.get("nudge");
  const icon = KNOWN.icons?.[payload.plain ? "plain" : "own"];
  await self.registration.showNotification(payload.title || "\u2022", {
    body: payload.body ?? "",
    tag: payload.tag ?? "note",
    lang: payload.lang ?? "",
    icon,
    badge: icon,
    actions: nudge
      ? (payload.answers ?? []).slice(0, 2).map(([action, title]) => ({ action, title }))
      : [],
    data: {
      path,
      nudge,
      opened: inside(payload.opened) ? payload.opened : "",
      language: payload.lang ?? KNOWN.languages[0],
    },
  });
}
const inside = path => typeof path === "string" && /^\/[^/\\]/.test(path);

// A tap opens the notification's page, in an open window if there is one. An action needs no page.
async function openNotification({ path = "/", nudge, opened, language }, action) {
  const answer = what =>
    nudge &&
    send(
      `/${language}/nudges/${encodeURIComponent(nudge)}/answer/`,
      `what=${encodeURIComponent(what)}`,
    );
  if (action) return answer(action);
  const there = new URL(path, location.origin).href;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(page => page.url === there) ?? null;
  await (open ? open.focus() : self.clients.openWindow(there)).catch(() => {});
  if (opened) await send(opened, "");
  await answer("opened");
}

// Send to the server; without a network keep it and send it later.
async function send(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
    });
    if (answer.status < 500) return true;
  } catch {
    /* no network */
  }
  await (await caches.open(ANSWERS)).put(path, new Response(body)).catch(() => {});
  await self.registration.sync?.register("said").catch(() => {});
  return false;
}

async function sendKept() {
  const cache = await caches.open(ANSWERS);
  for (const request of await cache.keys()) {
    const body = await (await cache.match(request)).text();
    if (!(await send(new URL(request.url).pathname, body))) return;
    // Deleted only once the server has it; the server accepts the same answer twice.
    await cache.delete(request);
  }
}

// The push service gave this browser a new address: send it to the server, or none arrive.
async function renew({ oldSubscription, newSubscription }) {
  const kept =
    newSubscription ??
    (oldSubscription && (await self.registration.pushManager.subscribe(oldSubscription.options)));
  if (!kept) return;
  const body = JSON.stringify({ ...kept.toJSON(), instead_of: oldSubscription?.endpoint ?? "" });
  await fetch(`/${KNOWN.languages[0]}/messages/phones/`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    credentials: "same-origin",
  });
}
