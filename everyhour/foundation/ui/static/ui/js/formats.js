// Dates and times in the page's language, as everyhour/foundation/ui/formats writes them.
const language = document.documentElement.lang || "en";

function parts(at, options) {
  const found = new Intl.DateTimeFormat(language, options).formatToParts(at);
  return Object.fromEntries(found.map(part => [part.type, part.value]));
}

/** 6:30 am, 6 pm, noon; 18:30 in languages with 24 hours. */
export function clock(at, timeZone) {
  const { hour, minute, dayPeriod } = parts(at, { hour: "numeric", minute: "2-digit", timeZone });
  if (!dayPeriod) return `${Number(hour)}:${minute}`;
  const half = dayPeriod.toLowerCase().replace(/[^\p{Letter}]/gu, "");
  if (language === "en" && hour === "12" && minute === "00")
    return half === "am" ? "midnight" : "noon";
  return `${hour}${minute === "00" ? "" : `:${minute}`} ${half}`;
}

/** Tuesday, Nov 24; martes 24 nov. */
export function weekdayAndDay(at) {
  const { weekday, day, month } = parts(at, { weekday: "long", month: "short", day: "numeric" });
  return language === "en" ? `${weekday}, ${month} ${day}` : `${weekday} ${day} ${month}`;
}

/** November 23, 2026; 23 de noviembre de 2026. `date` is YYYY-MM-DD. */
export function day(date) {
  const options = { dateStyle: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, options).format(Date.parse(date));
}
