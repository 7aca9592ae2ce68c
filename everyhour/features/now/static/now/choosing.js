// The rules that choose a practice on the phone. `suits-2` uses the probabilities of the offline
// bundle, with the same arithmetic as everyhour/engine/choosing.py. `learned-1` uses the
// probabilities that were learned of this child; wishes on the phone filter them, however old they
// are. testing/test_javascript.py and journeys/test_choosing_parity.py compare the two languages.
export const FLOOR = 0.01,
  FAMILIAR_SHARE = 0.7;

const sum = list => list.reduce((a, b) => a + b, 0);

// Undressed, in bed or in the dark: touch only after a yes of the family.
const CARE_SITUATIONS = ["dressing", "pyjamas", "bath", "bedtime", "night"];

export const realAge = wishes => wishes.real_age ?? wishes.age ?? null;

/** Whether touch is welcome in this situation. */
export const mayTouch = (wishes, situation) =>
  wishes.touch !== false && (wishes.care_touch !== false || !CARE_SITUATIONS.includes(situation));

/** Whether a practice may be offered. Whether it suits the state was decided when the bundle was
 *  built. */
export function allowed(practice, wishes = {}, situation = "any") {
  if ((wishes.never ?? []).includes(practice.slug)) return false;
  if (practice.touch === "needed" && !mayTouch(wishes, situation)) return false;
  if (practice.cautions.some(caution => (wishes.avoid ?? []).includes(caution))) return false;
  if ((wishes.bodies ?? []).some(body => !practice.bodies.includes(body))) return false;
  return fitsAge(practice, wishes);
}

const within = ([from, to], age) => from <= age && age <= to;

/** Whether a practice suits how old the child feels (`age`) and how old the child is. */
function fitsAge(practice, wishes) {
  if (wishes.age === undefined || wishes.age === null) return practice.any_age;
  const months = wishes.months ?? null;
  if (months !== null && practice.months) return within(practice.months, months);
  return within(practice.age, wishes.age) && within(practice.real_age, realAge(wishes));
}

/** The cards for a caregiver in this state, for a child of this age, and of this relation to the
 *  child. What is unknown excludes nothing. As bundle_reader.cards_for. */
export function cardsFor(bundle, caregiver, wishes, relation = "") {
  const age = realAge(wishes);
  return bundle.caregiver.filter(
    card =>
      card.states.includes(caregiver) &&
      (age === null || within(card.age ?? [0, 99], age)) &&
      (!relation || (card.relations ?? [relation]).includes(relation)),
  );
}

/** [[slug, weight]] -> [[slug, probability]]: familiar practices share FAMILIAR_SHARE, weighted by
 *  how often they helped; no probability is below FLOOR. */
export function chances(weights, tries = {}) {
  const fit = weights.filter(([, weight]) => weight > 0);
  const helpedBefore = fit.filter(([slug]) => (tries[slug]?.helped ?? 0) > 0);
  const familiar = new Set(helpedBefore.map(([slug]) => slug));
  const weigh = ([slug, weight]) =>
    familiar.has(slug) ? (weight * (tries[slug].helped + 1)) / (tries[slug].tried + 2) : weight;
  const share = familiar.size && familiar.size < fit.length ? FAMILIAR_SHARE : 1;
  const newShare = familiar.size ? 1 - share : 1;
  const familiarTotal = sum(fit.filter(([slug]) => familiar.has(slug)).map(weigh)),
    newTotal = sum(fit.filter(([slug]) => !familiar.has(slug)).map(weigh));
  return withFloor(
    fit.map(pair => [
      pair[0],
      familiar.has(pair[0])
        ? (share * weigh(pair)) / familiarTotal
        : (newShare * weigh(pair)) / newTotal,
    ]),
  );
}

/** Raise low probabilities to FLOOR and scale the others down, so that they still add up to 1. */
export function withFloor(pairs) {
  if (!pairs.length) return [];
  const floor = Math.min(FLOOR, 1 / pairs.length),
    low = new Set(pairs.filter(([, p]) => p < floor).map(([slug]) => slug));
  for (;;) {
    const rest = sum(pairs.filter(([slug]) => !low.has(slug)).map(([, p]) => p));
    const scale = rest ? (1 - floor * low.size) / rest : 0;
    const belowFloor = pairs.filter(([slug, p]) => !low.has(slug) && p * scale < floor);
    if (!belowFloor.length)
      return pairs.map(([slug, p]) => [slug, low.has(slug) ? floor : p * scale]);
    for (const [slug] of belowFloor) low.add(slug);
  }
}

/** Leave out what was shown already, and share its probability among the rest. */
export function without(pairs, seen) {
  const left = pairs.filter(([slug]) => !seen.includes(slug)),
    total = sum(left.map(([, p]) => p));
  return total ? left.map(([slug, p]) => [slug, p / total]) : [];
}

/** Return the practice whose interval of [0, 1) contains the draw; null when there are none. */
export function pick(pairs, draw) {
  let reached = 0;
  for (const [slug, probability] of pairs) {
    reached += probability;
    if (draw < reached) return { slug, probability, among: pairs.length, draw };
  }
  const last = pairs.at(-1);
  return last ? { slug: last[0], probability: last[1], among: pairs.length, draw } : null;
}

/** Draw one practice that fits this child and was not shown yet, with its probability. `own` is the
 *  child bundle; without one that fits this offline bundle, `suits-2` chooses. */
export function offer(
  bundle,
  { state, situation, seen = [], wishes = {}, tries = {}, draw, own = null },
) {
  const allowedIn = cell =>
    (cell ?? [])
      .map(([index, probability]) => [bundle.practices[index], probability])
      .filter(([practice]) => allowed(practice, wishes, situation))
      .map(([practice, probability]) => [practice.slug, probability]);
  const learned =
    own?.pocket === bundle.version
      ? allowedIn(own.chances[state]?.[situation]).filter(([, p]) => p > 0)
      : [];
  if (learned.length) {
    const choice = pick(without(withFloor(without(learned, [])), seen), draw);
    return choice && { ...choice, rule: own.rule, belief: own.belief, own: own.version };
  }
  const cell = bundle.chances[state]?.[situation] ?? bundle.chances[state]?.any;
  return pick(without(chances(allowedIn(cell), tries), seen), draw);
}

/** The probabilities of a bundle as [[index, probability]] per cell. A bundle holds each one once,
 *  before the practices that have it (recommendations/bundle.pack). */
export const unpack = packed =>
  Object.fromEntries(
    Object.entries(packed).map(([state, cells]) => [
      state,
      Object.fromEntries(
        Object.entries(cells).map(([situation, cell]) => [
          situation,
          cell.flatMap(([probability, ...indexes]) => indexes.map(index => [index, probability])),
        ]),
      ),
    ]),
  );

/** Return a random number in [0, 1) with 53 bits, from the device's own source. */
export function draw() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}
