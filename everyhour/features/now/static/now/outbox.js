// Sends the queued changes when there is a network and a caregiver is signed in. A change leaves
// the queue only after the server acknowledged it. Sending one twice, late or in parts is harmless
// (docs/adr/0014).
import { become, me, settle, signedOut, waiting } from "./store.js";

const ADDRESS = `/${document.documentElement.lang}/now/moments/`;
const MOST = 100,
  BYTES = 200_000,
  SOON = 2_000,
  LATE = 300_000;
let tries = 0,
  timer,
  running = null,
  wanted = false;

/** Ask who is signed in. Pages of a signed-in caregiver ask, a guest's page never does. */
export async function learn() {
  try {
    const answer = await fetch(ADDRESS, {
      headers: { Accept: "application/json" },
      cache: "no-store",
    });
    if (answer.status === 401) await signedOut();
    if (!answer.ok) return false;
    await become(await answer.json());
    return true;
  } catch {
    return false;
  }
}

/** Send the queue, one tab at a time. Returns "sent", "sent-but" (some refused, with the reason),
 *  "signed-out", "someone-else", "later" or "refused". */
export function flush() {
  if (running) {
    wanted = true;
    return running;
  } // what was queued, or learned, since it began is not missed
  return (running = alone(send)
    .catch(() => "later")
    .then(result => {
      running = null;
      if (wanted) {
        wanted = false;
        return flush();
      }
      if (result === "later") retryLater();
      else tries = 0;
      dispatchEvent(new CustomEvent("outbox", { detail: result }));
      return result;
    }));
}
const alone = act => (navigator.locks ? navigator.locks.request("outbox", act) : act());

async function send() {
  let most = MOST,
    refused = false;
  for (;;) {
    const mine = await me(),
      queue = mine ? await waiting() : [];
    if (!queue.length) return refused ? "sent-but" : "sent";
    const batch = fitting(queue, most);
    let answer;
    try {
      answer = await post(mine, batch);
    } catch {
      return "later";
    }
    if (answer.status === 401) {
      await signedOut();
      return "signed-out";
    }
    if (answer.status === 409) {
      // another caregiver is signed in: theirs is sent, ours waits
      await learn();
      if ((await me())?.person === mine.person) return "someone-else";
      continue;
    }
    if (answer.status === 413 || answer.status === 400) {
      // one is too much for the server: find it by halving
      if (batch.length > 1) {
        most = Math.ceil(batch.length / 2);
        continue;
      }
      await settle([{ key: batch[0].key, result: "rejected", reason: "too-long" }]);
      refused = true;
      continue;
    }
    if (answer.status >= 500 || answer.status === 429) return "later";
    if (!answer.ok) return "refused";
    const { results } = await answer.json();
    refused ||= results.some(row => row.result === "rejected");
    const named = new Set(results.map(row => row.key));
    await settle(results.filter(row => batch.some(change => change.key === row.key)));
    // An answer about nothing we sent: never spin
    if (!batch.some(change => named.has(change.key))) return "later";
  }
}

function fitting(queue, most) {
  const batch = [];
  let bytes = 0;
  for (const change of queue.slice(0, most)) {
    bytes += JSON.stringify(change).length * 3;
    if (batch.length && bytes > BYTES) break;
    batch.push(change);
  }
  return batch;
}

const post = (mine, batch) =>
  fetch(ADDRESS, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    cache: "no-store",
    body: JSON.stringify({
      person: mine.person,
      changes: batch.map(({ of, ...change }) => ({
        ...change,
        ...(change.shape === 1 ? { child: change.child ?? mine.child } : {}),
      })),
    }),
  });

function retryLater() {
  // each wait twice as long, and never in step with other phones
  clearTimeout(timer);
  timer = setTimeout(flush, Math.min(LATE, SOON * 2 ** tries++) * (0.5 + Math.random() / 2));
}
addEventListener("online", () => {
  tries = 0;
  flush();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") flush();
});
flush();
