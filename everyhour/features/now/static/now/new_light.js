// The close of Right now: this moment as a new light in the last seven days, drawn on the phone.
import { fill, words } from "./flow_page.js";
import { clock, weekdayAndDay } from "../ui/js/formats.js";

const SVG = "http://www.w3.org/2000/svg";
const DAYS = 7,
  HOURS = 24,
  STEP = 14, // of the drawing, for an hour and for a day
  HOUR = 3600e3; // milliseconds
const MOST = 3; // sizes: one, two, or more moments in an hour

/** Return how many lights each hour of the last seven days has: counts[day][hour], oldest day
 *  first. Times are in milliseconds. */
export function countLights(times, now) {
  const counts = Array.from({ length: DAYS }, () => new Array(HOURS).fill(0));
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  for (const time of times) {
    const day = Math.round((new Date(time).setHours(0, 0, 0, 0) - midnight) / (HOURS * HOUR));
    const row = counts[DAYS - 1 + day];
    if (row && time <= now) row[new Date(time).getHours()] += 1;
  }
  return counts;
}

/** Show the new light, for a child of a signed-in caregiver who has done something. */
export function lightUp(figure, { moment, saved, child }) {
  figure.hidden = !child || moment.outcome === "unsafe";
  if (figure.hidden) return;
  const now = Date.now();
  const mine = saved
    .filter(one => one.child === child.id && one.outcome && one.id !== moment.id)
    .map(one => Date.parse(one.at));
  // What the server knows has whole seconds; a moment that is on this phone too is one light.
  const known = new Set(mine.map(time => Math.floor(time / 1000)));
  const others = (child.lights ?? []).filter(second => !known.has(second)).map(s => s * 1000);
  const counts = countLights([...mine, ...others, now], now);
  paint(figure.querySelector("svg"), counts, new Date(now).getHours());
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const when = `${weekdayAndDay(new Date(now))}, ${clock(new Date(now))}`;
  figure.querySelector("svg").setAttribute("aria-label", fill(words.new_light, { time: when }));
  figure.querySelector("figcaption").textContent =
    total === 1 ? words.first_light : fill(words.lights, { count: total });
}

function paint(svg, counts, hour) {
  const dots = counts.flatMap((row, day) =>
    row.map((count, at) => {
      const isNew = day === DAYS - 1 && at === hour;
      return circle(at, day, count ? 3 + Math.min(count, MOST) * 0.9 : 1, {
        class: count ? (isNew ? "g g--new" : "g") : "o",
      });
    }),
  );
  svg.replaceChildren(...dots);
}

function circle(hour, day, r, attributes) {
  const made = document.createElementNS(SVG, "circle");
  const place = { cx: (hour + 0.5) * STEP, cy: (day + 0.5) * STEP, r };
  for (const [name, value] of Object.entries({ ...place, ...attributes }))
    made.setAttribute(name, value);
  return made;
}
