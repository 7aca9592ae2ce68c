// What was learned of each child of the household, kept on the phone beside the offline bundle; and
// "never suggest", which holds at once, also offline, and reaches the server later (docs/adr/0021).
import { newId } from "./moment.js";
import { learn } from "./outbox.js";
import {
  dropOwn,
  keepNever,
  keepOwn,
  me,
  nevers,
  ownOf,
  sendNevers,
  settleNevers,
  wishes,
} from "./store.js";

const MOST = 200;
const address = (child, what = "") =>
  `/${document.documentElement.lang}/now/children/${child}/${what}`;
const about = mine => mine?.children.find(one => one.id === mine.child);
const neversOf = async (mine, child) =>
  (await nevers()).filter(one => one.child === child && one.of === mine.person);

/** The bundle and wishes of the child this phone is about. Wishes of the phone are added to those
 *  of the family and take nothing away; only a guardian may take back a "never" of the family. */
export async function forChild() {
  const [mine, wished] = [await me(), await wishes()],
    child = about(mine);
  if (!child) return { bundle: null, wishes: wished, child: null, children: [], guards: false };
  const own = (await ownOf(child.id)) ?? null,
    said = await neversOf(mine, child.id);
  const slugs = off => said.filter(one => one.off === off).map(one => one.slug),
    back = new Set(mine.guards ? slugs(false) : []);
  const never = [
    ...new Set([
      ...(wished.never ?? []),
      ...(own?.never ?? []).filter(slug => !back.has(slug)),
      ...slugs(true),
    ]),
  ];
  return {
    bundle: own && { ...own, tries: counts(own.tries) },
    child,
    children: mine.children,
    guards: mine.guards,
    said: slugs(true),
    wishes: {
      ...wished,
      never,
      age: own?.age ?? wished.age,
      touch: own && !own.touch ? false : wished.touch,
      avoid: own?.avoid ?? [],
    },
  };
}
const counts = tries =>
  Object.fromEntries(
    Object.entries(tries).map(([slug, [helped, tried]]) => [slug, { helped, tried }]),
  );

/** Never suggest a practice for the child this phone is about (`off`), or suggest it again. Kept
 *  first, then sent. */
export async function setNever(slug, off) {
  const mine = await me(),
    child = about(mine);
  if (!child) return false;
  await keepNever({
    key: `${mine.person}:${child.id}:${slug}`,
    id: newId(),
    child: child.id,
    slug,
    off,
    of: mine.person,
  });
  refresh();
  return true;
}

let last = Promise.resolve();
/** Send what waits, then fetch what was learned since, one tab at a time. Returns whether the
 *  server was reached. `known` is a running `learn()`, where there is one. */
export function refresh(known) {
  return (last = last.then(() => alone(() => synchronize(known ?? learn()))).catch(() => false));
}
const sendUnsent = async () => {
  if ((await me())?.guards && (await nevers()).length) refresh();
};
addEventListener("online", () => sendUnsent().catch(() => {}));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") sendUnsent().catch(() => {});
});
const alone = act => (navigator.locks ? navigator.locks.request("own", act) : act());

async function synchronize(known) {
  if (!(await known)) return false;
  const mine = await me();
  for (const child of mine.children) {
    await sendNever(mine, child.id);
    const kept = await ownOf(child.id);
    if (kept?.mark !== child.mark) await fetchBundle(child, kept);
  }
  return true;
}

async function fetchBundle(child, kept) {
  const answer = await fetch(address(child.id), {
    headers: {
      Accept: "application/json",
      ...(kept?.mark ? { "If-None-Match": `"${kept.version}"` } : {}),
    },
    cache: "no-store",
  });
  if (answer.status === 200) await keepOwn(await answer.json());
  else if (answer.status === 304)
    await keepOwn({ ...(await ownOf(child.id)), mark: answer.headers.get("Everyhour-Mark") });
  else if (answer.status === 404) await dropOwn(child.id);
}

// A caregiver who may not change it for the family keeps it on this phone; a later guardian sends
// it.
async function sendNever(mine, child) {
  const waiting = mine.guards ? (await neversOf(mine, child)).slice(0, MOST) : [];
  if (!waiting.length) return;
  await sendNevers(waiting);
  const answer = await fetch(address(child, "never/"), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    cache: "no-store",
    body: JSON.stringify({
      person: mine.person,
      never: waiting.map(({ slug, off }) => ({ slug, off })),
    }),
  });
  if (answer.ok) await settleNevers(child, waiting, (await answer.json()).never);
}
