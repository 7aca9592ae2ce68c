// Find the situation a caregiver means with a few words of their own, without asking the server:
// the same as everyhour/domain/recommendations/own_words.py. What was typed is not stored.
const SHORTEST_BEGINNING = 4; // letters that the shorter of two words must have

/** Return the situation whose cues are found in `typed`, or null. The longest cue comes first, then
 *  danger, then how many words were found; of two with as many, the first in the bundle's order. */
export function findSituation(typed, situations, dangers = []) {
  const words = split(typed);
  let best = null,
    most = [0, 0, 0];
  for (const [situation, entry] of Object.entries(situations)) {
    const said = cuesOf(entry).filter(cue => cue.every(word => isSaid(word, words)));
    const lengths = said.map(cue => cue.length),
      total = lengths.reduce((sum, length) => sum + length, 0);
    const found = [Math.max(0, ...lengths), total && dangers.includes(situation) ? 1 : 0, total];
    if (isMore(found, most)) [best, most] = [situation, found];
  }
  return best;
}

function isMore(found, most) {
  const differs = found.findIndex((value, index) => value !== most[index]);
  return differs >= 0 && found[differs] > most[differs];
}

/** The cues of a situation, each as its words; its name is one of them. */
function cuesOf({ name, cues = "" }) {
  const texts = new Set([name, ...cues.split(",")].map(cue => split(cue).join(" ")));
  return [...texts].filter(Boolean).map(cue => cue.split(" "));
}

/** The words of a text, without accents, case and apostrophes. */
const split = text =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, "")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const isSaid = (word, typed) => typed.some(other => word === other || begins(word, other));

function begins(one, other) {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  return shorter.length >= SHORTEST_BEGINNING && longer.startsWith(shorter);
}
