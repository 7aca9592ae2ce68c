// On every page of a signed-in caregiver: make them this phone's owner, send the queue, fetch child
// bundles. Where the page has a place for it ([data-kept]), count a guest's earlier moments, which
// stay on the phone until they are added.
import { fetchOwner, flush } from "./outbox.js";
import { refresh } from "./child_bundle.js";
import { readGuestMoments } from "./store.js";

async function countGuestMoments() {
  const places = [...document.querySelectorAll("[data-kept]")];
  if (!places.length) return;
  const count = (await readGuestMoments()).length;
  for (const place of places) {
    const label = place.querySelector("[data-kept-words]") ?? place;
    if (count)
      label.textContent =
        count === 1 ? place.dataset.one : place.dataset.many.replaceAll("{count}", count);
    place.hidden = !count;
  }
}

const owner = fetchOwner();
owner.then(flush).then(() => refresh(owner)); // moments sent now change the bundles: send first
countGuestMoments().catch(() => {}); // blocked storage holds no moments
