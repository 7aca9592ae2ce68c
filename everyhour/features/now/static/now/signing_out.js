// When a person signs out, sends a form of the data page, or comes to the sign-in page: delete the
// child bundles, the kept pages and the push subscription from this phone, before the form is sent.
// Storage that hangs delays the form by at most two seconds.
import { clearOnSignOut } from "./store.js";

const TIMEOUT = 2000; // milliseconds
const unsubscribe = async () => {
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
};
const deletePages = async () => {
  navigator.serviceWorker?.controller?.postMessage("forget");
  for (const name of await caches.keys()) if (name.startsWith("mine-")) await caches.delete(name);
};
const clearPhone = () =>
  Promise.race([
    Promise.allSettled([clearOnSignOut(), unsubscribe(), deletePages()]),
    new Promise(resolve => setTimeout(resolve, TIMEOUT)),
  ]);

document.addEventListener("submit", event => {
  const form = event.target,
    action = form.getAttribute("action") || location.pathname;
  if (!/\/(sign-out|data)\/$/.test(action) || "cleared" in form.dataset) return;
  event.preventDefault();
  form.dataset.cleared = "";
  clearPhone().then(() => {
    form.requestSubmit(event.submitter);
    delete form.dataset.cleared; // a person who stays signed in can sign out again
  });
});
// Without a network, the offline page stands at that address: nobody has signed out.
if (/\/sign-in\//.test(location.pathname) && !document.querySelector("[data-no-network]"))
  clearPhone();
