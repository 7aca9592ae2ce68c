// Add a guest's moments on this phone to the family in one tap. Nothing is sent before that.
import { fetchOwner, flush } from "./outbox.js";
import { addGuestMoments, readGuestMoments, readQueue } from "./store.js";

const place = document.querySelector("[data-bring]"),
  find = selector => place.querySelector(selector);
const words = JSON.parse(document.getElementById("bring-words").textContent);
const fill = (text, count) => text.replaceAll("{count}", count);
const say = text => {
  find("[data-bring-said]").textContent = text;
};

async function start() {
  await fetchOwner();
  const moments = await readGuestMoments();
  find("[data-bring-none]").hidden = moments.length > 0;
  find("[data-bring-offer]").hidden = !moments.length;
  find("[data-bring-count]").textContent =
    moments.length === 1 ? words.one : fill(words.many, moments.length);
}

find("[data-bring-form]").addEventListener("submit", async event => {
  event.preventDefault();
  try {
    await addGuestMoments(event.target.child?.value || null);
  } catch {
    say(words.not_saved);
    return;
  }
  find("[data-bring-offer]").hidden = true;
  say(words.going);
  const result = await flush(),
    left = (await readQueue()).length;
  say(result === "sent-but" ? words.some : result === "sent" && !left ? words.here : words.later);
  find("[data-bring-on]").hidden = false;
});

start().catch(() => say(words.closed));
