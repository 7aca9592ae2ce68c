// Words of danger in typed text: the twin of domain/practices/danger.py, which explains the rules.
// The patterns are ui/danger.*.json, built from content/danger.yaml.
// Nothing here is stored or sent.
const MOST_BETWEEN = 3; // words
const FORGIVING = 5; // letters, after folding, from which one typing error is forgiven
const GAP = "*";
const END = ".";
const PIECE = /\([^()]*\)|\S+/g;
const WORD = /[a-z0-9]+|[.!?;](?=\s|$)/g;

/** Return the patterns of these files, ready to compare. */
export function prepare(files) {
  const known = new Map(); // the ways to say a piece, shared by all phrases
  const phrases = files[0].phrases.flatMap(([kind], index) =>
    files.flatMap(file => variantsOf(file.phrases[index][1], known).map(steps => [kind, steps])),
  );
  const cancelling = files.flatMap(file => variantsOf(file.not, known));
  const words = new Map(); // by first letter
  const all = [...known.keys()].flatMap(piece => piece.match(/[a-z0-9]+|\./g) ?? []);
  for (const word of new Set(all)) words.set(word[0], (words.get(word[0]) ?? new Set()).add(word));
  return { phrases, cancelling, words, exact: new Set(files.flatMap(file => file.exact)) };
}

/** Return the kind of the most urgent danger in a text, or null. */
export function find(text, patterns) {
  const said = [...split(text), END].map(word => meaningsOf(word, patterns));
  const places = new Map([[GAP, []]]);
  said.forEach((words, place) => {
    for (const word of words) places.set(word, [...(places.get(word) ?? []), place]);
  });
  const cancelled = new Set();
  for (const steps of patterns.cancelling)
    for (const match of matchesOf(steps, said, places)) match.forEach(at => cancelled.add(at));
  for (const [kind, steps] of patterns.phrases)
    for (const match of matchesOf(steps, said, places))
      if (!match.some(at => cancelled.has(at))) return kind;
  return null;
}

/** Expand each "cant (find|get to) her ." into [{cant}, {find}, {her}, {.}] and the other way. */
function variantsOf(phrases, known) {
  const waysOf = piece => known.get(piece) ?? known.set(piece, alternativesOf(piece)).get(piece);
  return phrases.flatMap(phrase =>
    phrase
      .match(PIECE)
      .map(waysOf)
      .reduce((all, ways) => all.flatMap(steps => ways.map(way => [...steps, ...way])), [[]]),
  );
}

/** Return the ways to say one piece; alternatives of one word share a step. */
function alternativesOf(piece) {
  if (piece === GAP) return [[new Set([GAP])]];
  const ways = piece.replace(/[()]/g, "").split("|").map(split);
  const single = ways.filter(way => way.length === 1).flat();
  const longer = ways.filter(way => way.length !== 1).map(way => way.map(word => new Set([word])));
  return single.length ? [[new Set(single)], ...longer] : longer;
}

/** Return the words in lower case, folded, without accents; END where a sentence ends. */
function split(text) {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/['’‘`´]|[\u0300-\u036f]/g, "")
    .replace(/\.{2,}/g, " ")
    .replace(/([a-z])\1+/g, "$1");
  return (plain.match(WORD) ?? []).map(word => (/\w/.test(word) ? word : END));
}

/** Return the words of phrases that a typed word may stand for. */
function meaningsOf(typed, { words, exact }) {
  return [...(words.get(typed[0]) ?? [])].filter(
    word =>
      word === typed || (word.length >= FORGIVING && !exact.has(word) && isNear(word, typed)),
  );
}

/** Whether one edit (or two swapped letters) makes one word of the other. */
function isNear(word, typed) {
  let at = 0;
  while (at < Math.min(word.length, typed.length) && word[at] === typed[at]) at++;
  const one = word.slice(at),
    other = typed.slice(at);
  const swapped = one.slice(1, 2) + one.slice(0, 1) + one.slice(2);
  return (
    one.slice(1) === other.slice(1) ||
    one.slice(1) === other ||
    one === other.slice(1) ||
    swapped === other
  );
}

function hasAny(step, places) {
  for (const word of step) if (places.has(word)) return true;
  return false;
}

/** Yield for each match of a phrase the places of its words. */
function* matchesOf(steps, said, places) {
  if (!steps.every(step => hasAny(step, places))) return;
  const starts = new Set([...steps[0]].flatMap(word => places.get(word) ?? []));
  for (const start of starts) yield* matchesFrom(start, steps, said);
}

function* matchesFrom(start, steps, said) {
  if (!steps.length) yield [];
  else if (steps[0].has(GAP)) {
    for (let place = start; place < Math.min(start + MOST_BETWEEN + 1, said.length); place++) {
      yield* matchesFrom(place, steps.slice(1), said);
      if (said[place].includes(END)) break;
    }
  } else if (said[start]?.some(word => steps[0].has(word)))
    for (const match of matchesFrom(start + 1, steps.slice(1), said)) yield [start, ...match];
}
