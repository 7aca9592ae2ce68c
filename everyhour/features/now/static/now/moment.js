// Moments on the phone, and the validation of moments from a file or an older version.
export const SHAPE = 1,
  BIGGEST_COPY = 5_000_000,
  LONGEST = 200;
const OUTCOMES = ["settled", "a_bit", "not_yet", "unsafe"];
const STATES = ["calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown"];
const CAREGIVER = ["steady", "stretched", "wound_up", "flooded", "numb"];
const NUDGE = "nudge",
  NAME = /^[\w-]{1,40}$/;
const DAY = 86_400_000;
// Read once: it takes as long as a frame.
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

/** Clean text from a person or a file: replace control and direction characters, join white space,
 *  and cut it to `most` characters. */
export function clean(text, most = LONGEST) {
  return String(text ?? "")
    .slice(0, most * 8)
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, " ")
    .replace(/\s+/gu, " ")
    .trim()
    .slice(0, most)
    .replace(/\p{Cs}/gu, "")
    .trim();
}

/** Validate one moment from elsewhere. Returns {moment} or {reason}: unknown-state, no-id, no-time,
 *  too-long, not-a-moment. */
export function validate(raw) {
  if (!raw || typeof raw !== "object" || Array.isArray(raw)) return { reason: "not-a-moment" };
  if (JSON.stringify(raw).length > 20_000) return { reason: "too-long" };
  if (!/^[0-9a-f-]{36}$/.test(raw.id ?? "")) return { reason: "no-id" };
  if (!STATES.includes(raw.state)) return { reason: "unknown-state" };
  const at = Date.parse(raw.at);
  if (!Number.isFinite(at)) return { reason: "no-time" };
  const offers = (Array.isArray(raw.offers) ? raw.offers : [])
    .slice(0, 50)
    .map(offer => ({
      practice: clean(offer?.practice, 80),
      edition: Math.trunc(Number(offer?.edition)) || 0,
      pocket: clean(offer?.pocket, 32),
      rule: clean(offer?.rule, 32),
      probability: Math.min(1, Math.max(0, Number(offer?.probability) || 0)),
      among: Math.trunc(Number(offer?.among)) || 0,
      draw: Number(offer?.draw) || 0,
      ...(offer?.own
        ? { belief: Math.trunc(Number(offer.belief)) || 0, own: clean(offer.own, 32) }
        : {}),
      ...(NAME.test(offer?.nudge ?? "") ? { nudge: offer.nudge } : {}),
    }))
    .filter(offer => /^[a-z0-9-]+$/.test(offer.practice));
  return {
    moment: {
      shape: SHAPE,
      id: raw.id,
      at: new Date(at).toISOString(),
      zone: clean(raw.zone, 64),
      wall: clean(raw.wall, 32),
      state: raw.state,
      situation: clean(raw.situation, 40) || "any",
      caregiver: CAREGIVER.includes(raw.caregiver) ? raw.caregiver : null,
      offers,
      outcome: OUTCOMES.includes(raw.outcome) ? raw.outcome : null,
      language: clean(raw.language, 8),
      ...(raw.origin === NUDGE ? { origin: NUDGE } : {}),
    },
  };
}

/** Return the offer of a reminder. Nothing is drawn on the phone: the server has recorded how the
 *  practice was chosen. */
export const nudgeOffer = (nudge, slug) => ({
  slug,
  rule: NUDGE,
  probability: 1,
  among: 1,
  draw: 0,
  ...(NAME.test(nudge ?? "") ? { nudge } : {}),
});

/** Return a new moment with its time, wall time and zone; `nudged` when a reminder led here. */
export function newMoment({
  state,
  situation,
  caregiver,
  language,
  nudged = false,
  at = new Date(),
}) {
  const pad = number => String(number).padStart(2, "0");
  const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return {
    shape: SHAPE,
    id: newId(),
    at: at.toISOString(),
    zone: ZONE,
    wall: `${date}T${pad(at.getHours())}:${pad(at.getMinutes())}`,
    state,
    situation,
    caregiver: caregiver || null,
    offers: [],
    outcome: null,
    language,
    ...(nudged ? { origin: NUDGE } : {}),
  };
}

/** Count by practice how often it was tried in this state, and how often it helped. Only the last
 *  offer of a moment counts as tried. */
export function countTries(moments, state) {
  const counts = {};
  for (const moment of moments) {
    const { outcome, offers } = moment,
      last = offers.at(-1);
    if (moment.state !== state || !outcome || !last) continue;
    const count = (counts[last.practice] ??= { tried: 0, helped: 0 });
    count.tried += 1;
    if (outcome === "settled" || outcome === "a_bit") count.helped += 1;
  }
  return counts;
}

/** Whether the phone's clock differs from the server's by more than half a day. `skew` is in
 *  milliseconds. */
export const clockIsOff = skew => Math.abs(skew ?? 0) > DAY / 2;

/** Return a random UUID, version 4. */
export function newId() {
  return crypto.randomUUID?.() ?? randomUUID();
}

// Browsers offer crypto.randomUUID only over HTTPS; a home network may use plain HTTP.
function randomUUID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
