// What was said of the child on this phone (`readWishes()` in store.js). `age` is how old the child
// acts, in years; `real_months` how old the child was, in months, in `real_months_on` (YYYY-MM).
import { clean } from "./moment.js";

// As in everyhour/domain/practices/vocabulary.py and recommendations/context.py.
export const BODIES = ["seated", "deaf", "few_words", "blind", "senses"];
export const LONGEST_NAME = 40;
const BABY = 36, // months; younger children's age is in months
  NO_CARE_TOUCH_FROM = 10, // years
  OLDEST = 18,
  MOST_NEVERS = 500;

/** Return the limits that choosing.js reads, the same as recommendations/context.wishes. Without an
 *  age no touch is offered; at dressing, bath and bed only after a yes, to a young child. */
export function knownLimits(phone, today = new Date()) {
  const months = monthsOld(phone, today);
  const real = months === null ? null : Math.floor(months / 12);
  const age = phone.age ?? real;
  return {
    ...phone,
    age,
    real_age: real,
    months: months !== null && months < BABY ? months : null,
    touch: phone.touch !== false && age !== null,
    care_touch: phone.care_touch === true && mayWantCareTouch(months),
    bodies: BODIES.filter(body => phone.bodies?.includes(body)),
  };
}

/** Return the limits of a family's child: what the family said (the child bundle) goes before what
 *  was entered on this phone. Touch is welcome only where both agree, and what either said of the
 *  child's body counts. */
export function limitsOf(phone, bundle, today = new Date()) {
  const here = knownLimits(phone, today);
  if (!bundle) return here;
  const { age, real_age, months, avoid } = bundle;
  return {
    ...here,
    ...(age === null ? {} : { age, real_age, months }),
    touch: bundle.touch && phone.touch !== false,
    care_touch: bundle.care_touch === true,
    bodies: BODIES.filter(body => [...here.bodies, ...(bundle.bodies ?? [])].includes(body)),
    avoid,
  };
}

/** Whether touch at dressing, bath and bed is a question: to children under ten. */
export const mayWantCareTouch = months => months !== null && months < 12 * NO_CARE_TOUCH_FROM;

/** Return the child's age in months: as it was given, plus the months that have passed; or null. */
export function monthsOld({ real_months: given, real_months_on: on }, today = new Date()) {
  if (!isWhole(given)) return null;
  const [, year, month] = (matches(on, MONTH) ? MONTH.exec(on) : []).map(Number);
  const passed = year ? 12 * (today.getFullYear() - year) + today.getMonth() + 1 - month : 0;
  return given + Math.max(0, passed);
}
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** Return the month of a day as YYYY-MM. */
export const monthOf = day =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}`;

const isWhole = (value, most = Infinity) => Number.isInteger(value) && value >= 0 && value <= most;
const matches = (value, pattern) => typeof value === "string" && pattern.test(value);
const isSlug = value => matches(value, /^[a-z0-9-]{1,80}$/);
const CHECKS = {
  age: value => isWhole(value, OLDEST),
  real_months: value => isWhole(value, 12 * (OLDEST + 1)),
  real_months_on: value => matches(value, MONTH),
  touch: value => typeof value === "boolean",
  care_touch: value => typeof value === "boolean",
  country: value => matches(value, /^[a-z]{2}$/),
};

/** Return what can be read of wishes from a file: known fields with values of their kind. */
export function cleanWishes(raw) {
  if (!raw || typeof raw !== "object" || Array.isArray(raw)) return {};
  const kept = Object.entries(CHECKS).filter(([name, fits]) => fits(raw[name]));
  const words = name => (Array.isArray(raw[name]) ? raw[name] : []);
  const nickname = typeof raw.nickname === "string" ? clean(raw.nickname, LONGEST_NAME) : "";
  const bodies = BODIES.filter(body => words("bodies").includes(body)),
    never = [...new Set(words("never").filter(isSlug))].slice(0, MOST_NEVERS);
  return withoutEmpty({
    ...Object.fromEntries(kept.map(([name]) => [name, raw[name]])),
    nickname,
    bodies,
    never,
  });
}

/** Add the wishes of a copy to those of this phone: what was said here stays, every "never" counts,
 *  and touch is welcome only where both agree. */
export function addWishes(here, copied) {
  const never = [...new Set([...(here.never ?? []), ...(copied.never ?? [])])];
  const said = withoutEmpty(here);
  // An age and the month it was given in belong together.
  const { real_months, real_months_on, ...rest } = copied;
  const age = "real_months" in said ? {} : withoutEmpty({ real_months, real_months_on });
  const touch = here.touch === false || copied.touch === false ? { touch: false } : {};
  return { ...rest, ...age, ...said, ...touch, ...(never.length ? { never } : {}) };
}

const isEmpty = value =>
  value === undefined || value === null || value === "" || value.length === 0;
const withoutEmpty = wishes =>
  Object.fromEntries(Object.entries(wishes).filter(([, value]) => !isEmpty(value)));
