// What a moment is on the phone, and the one place that judges a moment from outside (a copy from another phone, an older app).
export const SHAPE = 1, BIGGEST_COPY = 5_000_000, LONGEST = 200;
const OUTCOMES = ["settled", "a_bit", "not_yet", "unsafe"];
const STATES = ["calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown"];
const CAREGIVER = ["steady", "stretched", "wound_up", "flooded", "numb"];
const NUDGE = "nudge", NAME = /^[\w-]{1,40}$/;
const DAY = 86_400_000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; // asked once: it costs a frame

/** Text a person typed or a file brought: control and direction characters out, white space joined, cut to `most`. */
export function clean(text, most = LONGEST) {
  return String(text ?? "").slice(0, most * 8).replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, " ").replace(/\s+/gu, " ").trim().slice(0, most).replace(/\p{Cs}/gu, "").trim();
}

/** Judge one moment from outside. Gives {moment} or {reason}: unknown-state, no-id, no-time, too-long, not-a-moment. */
export function judge(raw) {
  if (!raw || typeof raw !== "object" || Array.isArray(raw)) return { reason: "not-a-moment" };
  if (JSON.stringify(raw).length > 20_000) return { reason: "too-long" };
  if (!/^[0-9a-f-]{36}$/.test(raw.id ?? "")) return { reason: "no-id" };
  if (!STATES.includes(raw.state)) return { reason: "unknown-state" };
  const at = Date.parse(raw.at);
  if (!Number.isFinite(at)) return { reason: "no-time" };
  const offers = (Array.isArray(raw.offers) ? raw.offers : []).slice(0, 50).map(o => ({
    practice: clean(o?.practice, 80), edition: Math.trunc(Number(o?.edition)) || 0, pocket: clean(o?.pocket, 32), rule: clean(o?.rule, 32),
    probability: Math.min(1, Math.max(0, Number(o?.probability) || 0)), among: Math.trunc(Number(o?.among)) || 0, draw: Number(o?.draw) || 0,
    ...(o?.own ? { belief: Math.trunc(Number(o.belief)) || 0, own: clean(o.own, 32) } : {}), ...(NAME.test(o?.nudge ?? "") ? { nudge: o.nudge } : {}),
  })).filter(o => /^[a-z0-9-]+$/.test(o.practice));
  return { moment: {
    shape: SHAPE, id: raw.id, at: new Date(at).toISOString(), zone: clean(raw.zone, 64), wall: clean(raw.wall, 32),
    state: raw.state, situation: clean(raw.situation, 40) || "any", caregiver: CAREGIVER.includes(raw.caregiver) ? raw.caregiver : null,
    offers, outcome: OUTCOMES.includes(raw.outcome) ? raw.outcome : null, language: clean(raw.language, 8), ...(raw.origin === NUDGE ? { origin: NUDGE } : {}),
  } };
}

/** What a nudge brought to mind: nothing was drawn on the phone, and the server knows how the nudge came about. */
export const broughtBy = (nudge, slug) => ({ slug, rule: NUDGE, probability: 1, among: 1, draw: 0, ...(NAME.test(nudge ?? "") ? { nudge } : {}) });

/** A new moment, begun now: where, when (wall time and zone), how the child is; `nudged` when a nudge led here. */
export function begin({ state, situation, caregiver, language, nudged = false, at = new Date() }) {
  const pad = n => String(n).padStart(2, "0");
  return {
    shape: SHAPE, id: newId(), at: at.toISOString(), zone: ZONE,
    wall: `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`,
    state, situation, caregiver: caregiver || null, offers: [], outcome: null, language, ...(nudged ? { origin: NUDGE } : {}),
  };
}

/** How often each practice was tried in this state, and how often it brought some ease. Only the last offer of a moment was tried. */
export function tries(moments, state) {
  const counts = {};
  for (const { state: was, outcome, offers } of moments) {
    const last = offers.at(-1);
    if (was !== state || !outcome || !last) continue;
    const count = counts[last.practice] ??= { tried: 0, helped: 0 };
    count.tried += 1;
    if (outcome === "settled" || outcome === "a_bit") count.helped += 1;
  }
  return counts;
}

/** How far the phone's clock is from the server's, in milliseconds; more than half a day is worth saying. */
export const clockIsOff = skew => Math.abs(skew ?? 0) > DAY / 2;

/** A name of its own, made here. */
export function newId() {
  return crypto.randomUUID?.() ?? uuid();
}

function uuid() { // http on a home network has no randomUUID
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
  const h = [...b].map(x => x.toString(16).padStart(2, "0")).join("");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}
