// Whom the page is about: the child's name in its questions, and a button for each child.
import { element, fill, find, words } from "./flow_page.js";

export function paintName(child) {
  if (!child) return;
  find("[data-how-is]").textContent = fill(words.how_is, { child });
  find("[data-how-now]").textContent = fill(words.how_now, { child });
}

/** Show a button for each child, where the household has several. */
export function paintChildren(chosen) {
  const place = find("[data-children]"),
    painted = JSON.stringify([chosen.children, chosen.child]);
  if (place.dataset.shown === painted) return; // unchanged: nothing moves under a thumb
  place.dataset.shown = painted;
  place.hidden = chosen.children.length < 2;
  place.replaceChildren(
    ...chosen.children.map((child, index) => {
      const textContent = child.nickname || fill(words.child_number, { number: index + 1 });
      const button = element("button", { type: "button", textContent });
      button.dataset.child = child.id;
      button.setAttribute("aria-pressed", String(child.id === chosen.child.id));
      return button;
    }),
  );
}
