// The country whose emergency number a person sees: the one chosen on this phone, else the one this
// phone seems to be in, else the one of the site.
//
// The time zone comes first, because it says where a phone is; many phones far from America are set
// to American English. Only a zone that is no place (UTC) leaves the question to the language. For
// a zone of a country without a file of ours there is no guess: it would be a wrong number.
import { ZONE } from "./moment.js";

const AMERICAN = `New_York Detroit Louisville Indianapolis Fort_Wayne Knox_IN Chicago Menominee
  Denver Boise Phoenix Shiprock Los_Angeles Anchorage Juneau Sitka Metlakatla Yakutat Nome Adak Atka
  Puerto_Rico St_Thomas Virgin`;
const CANADIAN = `St_Johns Halifax Glace_Bay Moncton Goose_Bay Blanc-Sablon Toronto Montreal Nipigon
  Thunder_Bay Iqaluit Pangnirtung Atikokan Coral_Harbour Winnipeg Rainy_River Resolute Rankin_Inlet
  Regina Swift_Current Edmonton Cambridge_Bay Yellowknife Inuvik Creston Dawson_Creek Fort_Nelson
  Whitehorse Dawson Vancouver`;
const MEXICAN = `Mexico_City Cancun Merida Monterrey Matamoros Chihuahua Ciudad_Juarez Ojinaga
  Mazatlan Bahia_Banderas Hermosillo Tijuana Ensenada Santa_Isabel`;
// Of the European Union, whose countries all answer 112; some have a file of their own.
const EUROPEAN = `Amsterdam Athens Berlin Bratislava Brussels Bucharest Budapest Busingen
  Copenhagen Helsinki Ljubljana Luxembourg Malta Mariehamn Nicosia Lisbon Paris Prague Riga Rome
  Sofia Stockholm Tallinn Vienna Vilnius Warsaw Zagreb`;
const PLACES = {
  us: `${within("America", AMERICAN)} Pacific/Honolulu Pacific/Guam Pacific/Saipan
    Pacific/Pago_Pago`,
  ca: within("America", CANADIAN),
  mx: within("America", MEXICAN),
  gb: "Europe/London Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man GB GB-Eire",
  ie: "Europe/Dublin Eire",
  nz: "Pacific/Auckland Pacific/Chatham NZ NZ-CHAT",
  es: "Europe/Madrid Africa/Ceuta Atlantic/Canary",
  eu: `${within("Europe", EUROPEAN)} Asia/Nicosia Asia/Famagusta Atlantic/Madeira Atlantic/Azores
    Portugal Poland`,
};
const FOLDERS = [
  [/^(US|America\/(Indiana|Kentucky|North_Dakota))\//, "us"],
  [/^Canada\//, "ca"],
  [/^Mexico\//, "mx"],
  [/^Australia\//, "au"],
];
const UNION = `AT BE BG HR CY CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI SE`;
const REGIONS = new Map([
  ...["US", "CA", "MX", "GB", "IE", "AU", "NZ", "ES"].map(one => [one, one.toLowerCase()]),
  ["PR", "us"],
  ...UNION.split(" ").map(one => [one, "eu"]),
]);
const NO_PLACE = /^(|UTC|UCT|GMT|Zulu|Universal|Greenwich|Etc\/.*|[+-].*)$/;
const ZONES = new Map(
  Object.entries(PLACES).flatMap(([code, zones]) => zones.split(/\s+/).map(zone => [zone, code])),
);

function within(folder, names) {
  return names
    .split(/\s+/)
    .map(name => `${folder}/${name}`)
    .join(" ");
}

/** Return the country a phone with this time zone and these languages seems to be in, or null. */
export function guessCountry({ zone = "", languages = [] }) {
  if (!NO_PLACE.test(zone))
    return ZONES.get(zone) ?? FOLDERS.find(([folder]) => folder.test(zone))?.[1] ?? null;
  const regions = languages.map(language => /-([A-Z]{2})\b/.exec(language)?.[1]);
  return REGIONS.get(regions.find(region => region)) ?? null;
}

/** Return the first of these countries that is `known`: the one chosen on this phone, the guess,
 *  the site's. Else "". */
export function countryOf({ chosen, site, known, zone = ZONE, languages = navigator.languages }) {
  const wanted = [chosen, guessCountry({ zone, languages }), site];
  return wanted.find(code => code && Object.hasOwn(known, code)) ?? "";
}

/** Let links to the crisis page lead to this country, and fetch that page once, which puts it into
 *  the service worker's cache. */
export function rememberCountry(country) {
  try {
    localStorage.setItem("country", country);
  } catch {
    /* blocked storage: the links lead to the site's country */
  }
  const language = document.documentElement.lang;
  if (country)
    fetch(`/help/${country}/${language === "en" ? "" : `in-${language}/`}`).catch(() => {});
}
