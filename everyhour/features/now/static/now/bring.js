// What a guest kept on this phone, offered to the family in one tap. Nothing leaves the phone before that.
import { flush, learn } from "./outbox.js";
import { bring, guests, waiting } from "./store.js";

const place = document.querySelector("[data-bring]"), $ = s => place.querySelector(s);
const words = JSON.parse(document.getElementById("bring-words").textContent);
const fill = (text, count) => text.replaceAll("{count}", count);
const say = text => { $("[data-bring-said]").textContent = text; };

async function begin() {
  await learn();
  const kept = await guests();
  $("[data-bring-none]").hidden = kept.length > 0;
  $("[data-bring-offer]").hidden = !kept.length;
  $("[data-bring-count]").textContent = kept.length === 1 ? words.one : fill(words.many, kept.length);
}

$("[data-bring-form]").addEventListener("submit", async e => {
  e.preventDefault();
  try { await bring(e.target.child?.value || null); } catch { say(words.not_saved); return; }
  $("[data-bring-offer]").hidden = true;
  say(words.going);
  const how = await flush(), left = (await waiting()).length;
  say(how === "sent-but" ? words.some : how === "sent" && !left ? words.here : words.later);
  $("[data-bring-on]").hidden = false;
});

begin().catch(() => say(words.closed));
