// Sends the queued changes while there is a network and a caregiver is signed in. A change leaves
// the queue only after the server acknowledged it. Sending one twice, late or in parts is harmless
// (docs/adr/0014).
import { applyResults, clearOnSignOut, readOwner, readQueue, setOwner } from "./store.js";

const ADDRESS = `/${document.documentElement.lang}/now/moments/`;
const MAX_CHANGES = 100,
  MAX_BYTES = 200_000,
  FIRST_DELAY = 2_000, // milliseconds
  LONGEST_DELAY = 300_000;
let failures = 0,
  timer,
  running = null,
  flushAgain = false;

/** Fetch who is signed in and make them the phone's owner. Only pages of a signed-in caregiver ask.
 *  Returns whether the server answered with an owner. */
export async function fetchOwner() {
  try {
    const response = await fetch(ADDRESS, {
      headers: { Accept: "application/json" },
      cache: "no-store",
    });
    if (response.status === 401) await clearOnSignOut();
    if (!response.ok) return false;
    await setOwner(await response.json());
    return true;
  } catch {
    return false;
  }
}

/** Send the queue, one tab at a time. Returns "sent", "sent-but" (some refused, with the reason),
 *  "signed-out", "someone-else", "later" or "refused". */
export function flush() {
  if (running) {
    flushAgain = true; // for what was queued since this run began
    return running;
  }
  return (running = withLock(send)
    .catch(() => "later")
    .then(result => {
      running = null;
      if (flushAgain) {
        flushAgain = false;
        return flush();
      }
      if (result === "later") retryLater();
      else failures = 0;
      dispatchEvent(new CustomEvent("outbox", { detail: result }));
      return result;
    }));
}
const withLock = act => (navigator.locks ? navigator.locks.request("outbox", act) : act());

async function send() {
  let most = MAX_CHANGES,
    refused = false;
  for (;;) {
    const owner = await readOwner(),
      queue = owner ? await readQueue() : [];
    if (!queue.length) return refused ? "sent-but" : "sent";
    const batch = takeBatch(queue, most);
    let response;
    try {
      response = await post(owner, batch);
    } catch {
      return "later";
    }
    if (response.status === 401) {
      await clearOnSignOut();
      return "signed-out";
    }
    if (response.status === 409) {
      // Another caregiver is signed in: send their changes; these wait for their author.
      await fetchOwner();
      if ((await readOwner())?.person === owner.person) return "someone-else";
      continue;
    }
    if (response.status === 413 || response.status === 400) {
      // The server cannot read one of them: find it by halving the batch.
      if (batch.length > 1) {
        most = Math.ceil(batch.length / 2);
        continue;
      }
      await applyResults([{ key: batch[0].key, result: "rejected", reason: "too-long" }]);
      refused = true;
      continue;
    }
    if (response.status >= 500 || response.status === 429) return "later";
    if (!response.ok) return "refused";
    const { results } = await response.json();
    const sent = new Set(batch.map(change => change.key));
    const known = results.filter(row => sent.has(row.key));
    refused ||= results.some(row => row.result === "rejected");
    await applyResults(known);
    // Results for none of these changes: stop, or this loop would never end.
    if (!known.length) return "later";
  }
}

function takeBatch(queue, most) {
  const batch = [];
  let bytes = 0;
  for (const change of queue.slice(0, most)) {
    bytes += JSON.stringify(change).length * 3; // a character takes at most three bytes in UTF-8
    if (batch.length && bytes > MAX_BYTES) break;
    batch.push(change);
  }
  return batch;
}

const post = (owner, batch) =>
  fetch(ADDRESS, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    cache: "no-store",
    body: JSON.stringify({
      person: owner.person,
      changes: batch.map(({ of, ...change }) => ({
        ...change,
        ...(change.shape === 1 ? { child: change.child ?? owner.child } : {}),
      })),
    }),
  });

// Each delay is twice as long as the last, with jitter so that phones do not retry in step.
function retryLater() {
  clearTimeout(timer);
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures++);
  timer = setTimeout(flush, delay * (0.5 + Math.random() / 2));
}
addEventListener("online", () => {
  failures = 0;
  flush();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") flush();
});
flush();
