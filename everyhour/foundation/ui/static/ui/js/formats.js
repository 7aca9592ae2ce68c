// Dates and times in the page's language, as everyhour/foundation/ui/formats does. Nothing is
// left to it: each browser has its own "a. m.", its own short months and its own clock.
const root = document.documentElement,
  language = root.lang || "en";

function parts(at, options) {
  const found = new Intl.DateTimeFormat(language, options).formatToParts(at);
  return Object.fromEntries(found.map(part => [part.type, part.value]));
}

/** 6:30 am, 6 pm, noon; 18:30 where the page says that the clock has 24 hours. */
export function clock(at, timeZone) {
  const time = new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(at);
  const [hour, minute] = time.split(":").map(Number),
    padded = String(minute).padStart(2, "0");
  if (root.dataset?.hours === "24") return `${hour}:${padded}`;
  if (language === "en" && !minute && hour % 12 === 0) return hour ? "noon" : "midnight";
  return `${hour % 12 || 12}${minute ? `:${padded}` : ""} ${hour < 12 ? "am" : "pm"}`;
}

// "Sept." of some browsers is "Sep" here, as on the server.
const short = month => (language === "ar" ? month : month.slice(0, 3));

/** Tuesday, Nov 24; martes 24 nov. */
export function weekdayAndDay(at) {
  const { weekday, day, month } = parts(at, { weekday: "long", month: "short", day: "numeric" });
  return language === "en"
    ? `${weekday}, ${short(month)} ${day}`
    : `${weekday} ${day} ${short(month)}`;
}

/** Nov 23, 2026; 23 nov 2026. `date` is YYYY-MM-DD. */
export function day(date) {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  const { day, month, year } = parts(Date.parse(date), options);
  return language === "en" ? `${short(month)} ${day}, ${year}` : `${day} ${short(month)} ${year}`;
}
