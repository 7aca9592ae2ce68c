// The rules on the phone. `suits-1`: the same arithmetic as everyhour/engine/choosing.py, on the
// pocket's probabilities. `learned-1`: the probabilities of this child, from what was learned; what
// is wished on the phone narrows them, even with old ones. testing/test_javascript.py and
// journeys/test_choosing_parity.py hold the two to the same answers.
export const FLOOR = 0.01,
  FAMILIAR_SHARE = 0.7;

const sum = list => list.reduce((a, b) => a + b, 0);

/** Whether a practice may be offered; the state was already decided when the bundle was built. */
export function allowed(practice, wishes = {}) {
  if ((wishes.never ?? []).includes(practice.slug)) return false;
  if (practice.touch === "needed" && wishes.touch === false) return false;
  if (practice.cautions.some(caution => (wishes.avoid ?? []).includes(caution))) return false;
  if (wishes.age === undefined || wishes.age === null) return !practice.age_bound;
  return practice.age[0] <= wishes.age && wishes.age <= practice.age[1];
}

/** [[slug, weight]] -> [[slug, probability]]: familiar before new, what helped before first, none
 *  below FLOOR. */
export function chances(weights, tries = {}) {
  const fit = weights.filter(([, w]) => w > 0);
  const familiar = new Set(
    fit.filter(([slug]) => (tries[slug]?.helped ?? 0) > 0).map(([slug]) => slug),
  );
  const pull = ([slug, w]) =>
    familiar.has(slug) ? (w * (tries[slug].helped + 1)) / (tries[slug].tried + 2) : w;
  const share = familiar.size && familiar.size < fit.length ? FAMILIAR_SHARE : 1;
  const known = sum(fit.filter(([s]) => familiar.has(s)).map(pull)),
    fresh = sum(fit.filter(([s]) => !familiar.has(s)).map(pull));
  return withFloor(
    fit.map(pair => {
      const old = familiar.has(pair[0]);
      return [
        pair[0],
        old ? (share * pull(pair)) / known : ((familiar.size ? 1 - share : 1) * pull(pair)) / fresh,
      ];
    }),
  );
}

export function withFloor(pairs) {
  if (!pairs.length) return [];
  const floor = Math.min(FLOOR, 1 / pairs.length),
    low = new Set(pairs.filter(([, p]) => p < floor).map(([s]) => s));
  for (;;) {
    const rest = sum(pairs.filter(([s]) => !low.has(s)).map(([, p]) => p));
    const scale = rest ? (1 - floor * low.size) / rest : 0;
    const sunk = pairs.filter(([s, p]) => !low.has(s) && p * scale < floor);
    if (!sunk.length) return pairs.map(([s, p]) => [s, low.has(s) ? floor : p * scale]);
    for (const [s] of sunk) low.add(s);
  }
}

/** Leave out what was shown already; its probability is shared among the rest. */
export function without(pairs, seen) {
  const left = pairs.filter(([slug]) => !seen.includes(slug)),
    total = sum(left.map(([, p]) => p));
  return total ? left.map(([slug, p]) => [slug, p / total]) : [];
}

/** Take the candidate in whose stretch of [0, 1) the draw falls. */
export function pick(pairs, draw) {
  let reached = 0;
  for (const [slug, probability] of pairs) {
    reached += probability;
    if (draw < reached) return { slug, probability, among: pairs.length, draw };
  }
  const last = pairs.at(-1);
  return last ? { slug: last[0], probability: last[1], among: pairs.length, draw } : null;
}

/** One offer: what fits this child, minus what was shown, drawn with a known probability. `own` is
 *  what was learned of this child. */
export function offer(
  bundle,
  { state, situation, seen = [], wishes = {}, tries = {}, draw, own = null },
) {
  const fits = cell =>
    (cell ?? [])
      .map(([index, probability]) => [bundle.practices[index], probability])
      .filter(([practice]) => allowed(practice, wishes))
      .map(([practice, probability]) => [practice.slug, probability]);
  const learned =
    own?.pocket === bundle.version
      ? fits(own.chances[state]?.[situation]).filter(([, p]) => p > 0)
      : [];
  if (learned.length) {
    const choice = pick(without(withFloor(without(learned, [])), seen), draw);
    return choice && { ...choice, rule: own.rule, belief: own.belief, own: own.version };
  }
  return pick(
    without(
      chances(fits(bundle.chances[state]?.[situation] ?? bundle.chances[state]?.any), tries),
      seen,
    ),
    draw,
  );
}

/** A fair draw in [0, 1) with 53 random bits, from the device's own source. */
export function draw() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}
