// Whoever signs out here, or finds that they are, leaves nothing on this phone of what was learned
// of their child. It goes before the answer comes, and no note comes to it any more; a storage that
// hangs keeps nobody signed in.
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
  }); // whoever then stays may leave another time
});
if (/\/sign-in\//.test(location.pathname)) soon();
