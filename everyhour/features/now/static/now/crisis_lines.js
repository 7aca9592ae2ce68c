// A country's lines as the crisis sheet lists them, by the rule of the crisis pages: those read in
// a source by purpose; the others below, beside the emergency number; a date where the last check
// is too long ago.
import { dialled } from "./plan.js";

const PURPOSES = ["crisis", "child", "parent", "abuse", "poison", "report"];
const DAY = 86_400_000;

/** Split a country's lines: {checked, unchecked, oldest}; `oldest` is the day of the earliest
 *  check, as YYYY-MM-DD, or "". */
export function sortLines(lines) {
  const rank = line => PURPOSES.indexOf(line.for);
  const checked = lines.filter(line => line.status === "read").sort((a, b) => rank(a) - rank(b));
  return {
    checked,
    unchecked: lines.filter(line => line.status !== "read"),
    oldest: lines.map(line => line.checked_on ?? "").sort()[0] ?? "",
  };
}

/** Whether a line was last checked more than `most` days before `at`. */
export const isOverdue = (line, most, at) => at - Date.parse(line.checked_on) >= (most + 1) * DAY;

/** Return the ways to reach a line: {kind, href, title, number, detail}, by call and by text. */
export function waysTo(line, { text, text_word }) {
  const about = [line.who, line.hours].filter(Boolean).map(capitalized).join(" · ");
  const ways = [];
  if (line.call)
    ways.push({
      kind: "phone",
      href: `tel:${dialled(line.call)}`,
      title: `${line.name}:`,
      number: line.call,
      detail: about,
    });
  if (line.text) {
    const { to: number, word } = line.text;
    ways.push({
      kind: "text",
      href: `sms:${dialled(number)}${word ? `?&body=${encodeURIComponent(word)}` : ""}`,
      title: (word ? text_word : text).replace("{number}", number).replace("{word}", word),
      number: "",
      detail: line.call ? line.name : `${line.name}. ${about}`,
    });
  }
  return ways;
}

const capitalized = text => text.charAt(0).toUpperCase() + text.slice(1);
