// A guest's moments on this phone, added to the family in one tap. Nothing is sent before that.
import { flush, learn } from "./outbox.js";
import { bring, guests, waiting } from "./store.js";

const place = document.querySelector("[data-bring]"),
  find = selector => place.querySelector(selector);
const words = JSON.parse(document.getElementById("bring-words").textContent);
const fill = (text, count) => text.replaceAll("{count}", count);
const say = text => {
  find("[data-bring-said]").textContent = text;
};

async function begin() {
  await learn();
  const kept = await guests();
  find("[data-bring-none]").hidden = kept.length > 0;
  find("[data-bring-offer]").hidden = !kept.length;
  find("[data-bring-count]").textContent =
    kept.length === 1 ? words.one : fill(words.many, kept.length);
}

find("[data-bring-form]").addEventListener("submit", async event => {
  event.preventDefault();
  try {
    await bring(event.target.child?.value || null);
  } catch {
    say(words.not_saved);
    return;
  }
  find("[data-bring-offer]").hidden = true;
  say(words.going);
  const result = await flush(),
    left = (await waiting()).length;
  say(result === "sent-but" ? words.some : result === "sent" && !left ? words.here : words.later);
  find("[data-bring-on]").hidden = false;
});

begin().catch(() => say(words.closed));
