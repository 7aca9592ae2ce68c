// What was learned of each child of the household, stored on the phone beside the offline bundle;
// and "never suggest", which takes effect at once, also offline, and reaches the server later
// (docs/adr/0021).
import { newId } from "./moment.js";
import { knownLimits, limitsOf } from "./wishes.js";
import { fetchOwner } from "./outbox.js";
import {
  deleteChildBundle,
  markNeversSending,
  readChildBundle,
  readNevers,
  readOwner,
  readWishes,
  saveChildBundle,
  saveNever,
  settleNevers,
} from "./store.js";

const MAX_NEVERS = 200; // in one request
const address = (child, path = "") =>
  `/${document.documentElement.lang}/now/children/${child}/${path}`;
const chosenChild = owner => owner?.children.find(child => child.id === owner.child);
const readNeversFor = async (owner, child) =>
  (await readNevers()).filter(change => change.child === child && change.of === owner.person);

/** Return the child this phone is about, with its bundle and wishes. Wishes of the phone are added
 *  to those of the family and remove none; only a guardian may undo a "never" of the family. */
export async function readChosenChild() {
  const owner = await readOwner(),
    phone = await readWishes(),
    child = chosenChild(owner);
  if (!child)
    return { bundle: null, wishes: knownLimits(phone), child: null, children: [], guards: false };
  const bundle = (await readChildBundle(child.id)) ?? null,
    changes = await readNeversFor(owner, child.id);
  const slugs = off => changes.filter(change => change.off === off).map(change => change.slug),
    undone = new Set(owner.guards ? slugs(false) : []);
  const never = new Set([
    ...(phone.never ?? []),
    ...(bundle?.never ?? []).filter(slug => !undone.has(slug)),
    ...slugs(true),
  ]);
  return {
    bundle: bundle && { ...bundle, tries: countsBySlug(bundle.tries) },
    child,
    children: owner.children,
    guards: owner.guards,
    turnedOff: slugs(true),
    wishes: { ...limitsOf(phone, bundle), never: [...never] },
  };
}

const countsBySlug = tries =>
  Object.fromEntries(
    Object.entries(tries).map(([slug, [helped, tried]]) => [slug, { helped, tried }]),
  );

/** Never suggest a practice for the chosen child (`off`), or suggest it again: save the change,
 *  then start sending it. Returns false, and saves nothing, without a chosen child. */
export async function setNever(slug, off) {
  const owner = await readOwner(),
    child = chosenChild(owner);
  if (!child) return false;
  const key = `${owner.person}:${child.id}:${slug}`;
  await saveNever({ key, id: newId(), child: child.id, slug, off, of: owner.person });
  refresh();
  return true;
}

let last = Promise.resolve();
/** Send the waiting changes, then fetch bundles that have changed, one tab at a time. Returns
 *  whether the server was reached. `fetching` is a running `fetchOwner()`, where there is one. */
export function refresh(fetching) {
  last = last
    .then(() => withLock(() => synchronize(fetching ?? fetchOwner())))
    .catch(() => false);
  return last;
}
const withLock = act => (navigator.locks ? navigator.locks.request("own", act) : act());
const sendUnsent = async () => {
  if ((await readOwner())?.guards && (await readNevers()).length) refresh();
};
addEventListener("online", () => sendUnsent().catch(() => {}));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") sendUnsent().catch(() => {});
});

async function synchronize(fetching) {
  if (!(await fetching)) return false;
  const owner = await readOwner();
  for (const child of owner.children) {
    await sendNevers(owner, child.id);
    const bundle = await readChildBundle(child.id);
    if (bundle?.mark !== child.mark) await fetchBundle(child, bundle);
  }
  return true;
}

async function fetchBundle(child, saved) {
  const response = await fetch(address(child.id), {
    headers: {
      Accept: "application/json",
      ...(saved?.mark ? { "If-None-Match": `"${saved.version}"` } : {}),
    },
    cache: "no-store",
  });
  if (response.status === 200) await saveChildBundle(await response.json());
  else if (response.status === 304) {
    const mark = response.headers.get("Everyhour-Mark");
    await saveChildBundle({ ...(await readChildBundle(child.id)), mark });
  } else if (response.status === 404) await deleteChildBundle(child.id);
}

// A caregiver who may not change the family's list keeps the change on this phone; it is sent if
// they become a guardian.
async function sendNevers(owner, child) {
  const changes = owner.guards ? (await readNeversFor(owner, child)).slice(0, MAX_NEVERS) : [];
  if (!changes.length) return;
  await markNeversSending(changes);
  const response = await fetch(address(child, "never/"), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    cache: "no-store",
    body: JSON.stringify({
      person: owner.person,
      never: changes.map(({ slug, off }) => ({ slug, off })),
    }),
  });
  if (response.ok) await settleNevers(child, changes, (await response.json()).never);
}
