// The order of the first situations: what was tapped most on this phone comes first. It is worked
// out on the phone from the moments stored there, and is never sent.
const DAYS = 56,
  DAY = 86_400_000;
const ENOUGH = 3; // taps before another situation takes one of the first places

/** Return as many situations as `first` has. `others` may take a place once they were tapped often
 *  enough; among equals the usual order stays. */
export function learnedOrder(first, others, moments, at = Date.now()) {
  const taps = countTaps(moments, at);
  const often = others.filter(situation => (taps.get(situation) ?? 0) >= ENOUGH);
  return [...first, ...often]
    .sort((a, b) => (taps.get(b) ?? 0) - (taps.get(a) ?? 0))
    .slice(0, first.length);
}

/** Count what was tapped in the last eight weeks; a reminder's situation was not tapped. */
function countTaps(moments, at) {
  const taps = new Map();
  for (const { at: time, situation, origin } of moments) {
    const age = at - Date.parse(time);
    if (origin !== "nudge" && age >= 0 && age < DAYS * DAY)
      taps.set(situation, (taps.get(situation) ?? 0) + 1);
  }
  return taps;
}

/** Put the tiles of `place` into the learned order; those that lost their place go into `rest`. */
export function arrange(place, rest, moments) {
  const tiles = new Map(
    [...place.children, ...rest.children].map(tile => [
      tile.querySelector("[data-situation]").dataset.situation,
      tile,
    ]),
  );
  const first = [...place.children].map(
      tile => tile.querySelector("[data-situation]").dataset.situation,
    ),
    others = [...tiles.keys()].filter(situation => !first.includes(situation));
  const order = learnedOrder(first, others, moments);
  if (order.join() === first.join()) return;
  rest.prepend(...first.filter(one => !order.includes(one)).map(one => tiles.get(one)));
  place.replaceChildren(...order.map(one => tiles.get(one)));
}
