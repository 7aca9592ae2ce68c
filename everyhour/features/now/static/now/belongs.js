// On every page of a signed-in caregiver: claim this phone, send what it queued, fetch child
// bundles. Where the page has a place for it ([data-kept]), count a guest's earlier moments; they
// stay until added.
import { flush, learn } from "./outbox.js";
import { refresh } from "./child_bundle.js";
import { guests } from "./store.js";

async function offer() {
  const places = [...document.querySelectorAll("[data-kept]")];
  if (!places.length) return;
  const count = (await guests()).length;
  for (const place of places) {
    const label = place.querySelector("[data-kept-words]") ?? place;
    if (count)
      label.textContent =
        count === 1 ? place.dataset.one : place.dataset.many.replaceAll("{count}", count);
    place.hidden = !count;
  }
}

const known = learn();
known.then(flush).then(() => refresh(known)); // moments sent now change the bundles: send first
offer().catch(() => {}); // closed storage kept nothing
