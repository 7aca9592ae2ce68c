// On every page of somebody signed in: this phone is theirs, what it kept for them can go, and what was learned of their child can come.
// Where the page has a place for it ([data-kept]), what a guest kept on this phone before is counted; it stays until somebody brings it.
import { flush, learn } from "./outbox.js";
import { refresh } from "./own.js";
import { guests } from "./store.js";

async function offer() {
  const places = [...document.querySelectorAll("[data-kept]")];
  if (!places.length) return;
  const count = (await guests()).length;
  for (const place of places) {
    const told = place.querySelector("[data-kept-words]") ?? place;
    if (count) told.textContent = count === 1 ? place.dataset.one : place.dataset.many.replaceAll("{count}", count);
    place.hidden = !count;
  }
}

const known = learn();
known.then(flush).then(() => refresh(known)); // what is told now changes what follows from it: first this, then that
offer().catch(() => {}); // closed storage kept nothing
