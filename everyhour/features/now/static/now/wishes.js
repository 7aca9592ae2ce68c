// What a guest said of the child on this phone, as the limits that choosing.js reads.
const BABY = 36, // months; younger children's age is in months
  NO_CARE_TOUCH_FROM = 10; // years

/** `age` is how old the child feels; `real_months` how old the child was in months in
 *  `real_months_on` (YYYY-MM). Without an age no touch is offered; at dressing, bath and bed only after a yes, to a
 *  young child. The same as recommendations/context.wishes. */
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
    care_touch: phone.care_touch === true && real !== null && real < NO_CARE_TOUCH_FROM,
    bodies: phone.bodies ?? [],
  };
}

/** Return the child's age in months: as it was given, plus the months that have passed. */
export function monthsOld({ real_months: given, real_months_on: on }, today = new Date()) {
  if (given === undefined || given === null) return null;
  const [year, month] = (on ?? "").split("-").map(Number);
  const passed = year ? 12 * (today.getFullYear() - year) + today.getMonth() + 1 - month : 0;
  return given + Math.max(0, passed);
}
