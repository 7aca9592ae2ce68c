// Signing out, or finding oneself signed out, deletes child bundles and the push subscription from
// this phone, before the server answers. Storage that hangs does not stop the sign-out.
import { signedOut } from "./store.js";

const quiet = async () => {
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
};
const soon = () =>
  Promise.race([
    Promise.allSettled([signedOut(), quiet()]),
    new Promise(done => setTimeout(done, 2000)),
  ]);

document.addEventListener("submit", e => {
  const form = e.target,
    to = form.getAttribute("action") || location.pathname;
  if (!/\/(sign-out|data)\/$/.test(to) || "gone" in form.dataset) return;
  e.preventDefault();
  form.dataset.gone = "";
  soon().then(() => {
    form.requestSubmit(e.submitter);
    delete form.dataset.gone;
  }); // a person who stays signed in can sign out again
});
if (/\/sign-in\//.test(location.pathname)) soon();
