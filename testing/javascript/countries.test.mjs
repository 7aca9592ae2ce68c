import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { countryOf, guessCountry } = await now("countries.js");
const known = { us: {}, gb: {}, ie: {}, es: {}, mx: {}, eu: {} };

const ZONES = {
  "America/New_York": "us",
  "America/Indiana/Knox": "us",
  "America/Puerto_Rico": "us",
  "Pacific/Honolulu": "us",
  "US/Pacific": "us",
  "America/Toronto": "ca",
  "America/St_Johns": "ca",
  "Canada/Eastern": "ca",
  "America/Mexico_City": "mx",
  "America/Tijuana": "mx",
  "Europe/London": "gb",
  "Europe/Dublin": "ie",
  "Australia/Perth": "au",
  "Pacific/Auckland": "nz",
  "Europe/Madrid": "es",
  "Atlantic/Canary": "es",
  "Europe/Berlin": "eu",
  "Europe/Lisbon": "eu",
};

test("the time zone says the country", () => {
  for (const [zone, country] of Object.entries(ZONES))
    assert.equal(guessCountry({ zone, languages: ["en-US"] }), country, zone);
});

test("a zone of another country is not answered with the language's number", () => {
  for (const zone of ["Asia/Kolkata", "America/Bogota", "Europe/Moscow", "Africa/Lagos"])
    assert.equal(guessCountry({ zone, languages: ["en-US"] }), null, zone);
});

test("the language's region counts where the zone is no place", () => {
  const at = (...languages) => guessCountry({ zone: "UTC", languages });

  assert.equal(at("en-GB", "en-US"), "gb");
  assert.equal(at("es", "es-MX"), "mx");
  assert.equal(at("es-ES"), "es");
  assert.equal(at("de-DE"), "eu");
  assert.equal(at("zh-Hant-TW"), null);
  assert.equal(at("en"), null);
  assert.equal(guessCountry({}), null);
});

test("a region without numbers is not replaced by a later language's", () => {
  assert.equal(guessCountry({ zone: "UTC", languages: ["en-IN", "en-US"] }), null);
});

test("the chosen country comes before the guess, and the guess before the site's", () => {
  const london = { zone: "Europe/London", languages: [], known };

  assert.equal(countryOf({ ...london, chosen: "ie", site: "us" }), "ie");
  assert.equal(countryOf({ ...london, chosen: "", site: "us" }), "gb");
  assert.equal(countryOf({ ...london, zone: "Asia/Kolkata", site: "us" }), "us");
  assert.equal(countryOf({ ...london, zone: "Asia/Kolkata" }), "");
});

test("an unknown country is passed over", () => {
  const london = { zone: "Europe/London", languages: [], site: "us", known: { us: {} } };

  assert.equal(countryOf({ ...london, chosen: "toString" }), "us");
});
