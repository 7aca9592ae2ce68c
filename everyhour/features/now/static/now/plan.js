// A family's own plan for danger, written on a calm day: up to five lines, each with a number to
// call or without. It is kept on this phone only, beside the other wishes.
import { clean } from "./moment.js";
import { changeWishes, readWishes } from "./store.js";

export const MOST_LINES = 5,
  LONGEST_LINE = 60,
  LONGEST_NUMBER = 24; // characters, as written
const NUMBER = /^\+?[\d ()./-]+$/,
  DIGITS = { fewest: 2, most: 15 };

/** Return a number as a telephone dials it, or "" when it is none. Codes with * or # are none: they
 *  can change a phone's settings. */
export function dialled(number) {
  // +44 (0)20: the zero is dialled only inside the country.
  const digits = (number.startsWith("+") ? number.replace("(0)", "") : number).replace(/\D/g, "");
  const isNumber =
    NUMBER.test(number) && digits.length >= DIGITS.fewest && digits.length <= DIGITS.most;
  return isNumber ? (number.startsWith("+") ? `+${digits}` : digits) : "";
}

/** Validate one line from a person, a file or an older version. Returns {line} with `text` and
 *  perhaps `number`, or null for an empty one; and what was changed: `cut`, `notNumber`. */
export function checkLine(raw) {
  const typed = clean(raw?.text, LONGEST_LINE * 4),
    text = clean(typed, LONGEST_LINE);
  const number = clean(raw?.number, LONGEST_NUMBER * 2),
    calls = number.length <= LONGEST_NUMBER && dialled(number) !== "";
  const line = calls ? { text: text || number, number } : { text };
  return {
    line: line.text ? line : null,
    cut: typed.length > LONGEST_LINE,
    notNumber: number !== "" && !calls,
  };
}

/** Return the lines of a plan that can be shown, the first five. */
export function cleanPlan(raw) {
  const lines = Array.isArray(raw) ? raw.slice(0, 50) : [];
  return lines
    .map(one => checkLine(one).line)
    .filter(Boolean)
    .slice(0, MOST_LINES);
}

export const readPlan = async () => cleanPlan((await readWishes()).plan);
export const savePlan = lines => changeWishes(old => ({ ...old, plan: cleanPlan(lines) }));
