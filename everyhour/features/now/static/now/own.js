// What was learned of each child of this home, kept on the phone and laid over the pocket; and "never suggest", which holds at
// once, also offline and with old probabilities, and which the server learns of when it can be reached (docs/adr/0021).
import { newId } from "./moment.js";
import { learn } from "./outbox.js";
import { dropOwn, keepNever, keepOwn, me, nevers, ownOf, sendNevers, settleNevers, wishes } from "./store.js";

const MOST = 200;
const address = (child, what = "") => `/${document.documentElement.lang}/now/children/${child}/${what}`;
const about = mine => mine?.children.find(one => one.id === mine.child);
const saidBy = async (mine, child) => (await nevers()).filter(one => one.child === child && one.of === mine.person);

/** What holds for the child this phone is about. What was wished or said on the phone is added to what the family told, and
 *  takes nothing of it away; but a guardian may take back a "never" of the family, here at once. */
export async function told() {
  const [mine, wished] = [await me(), await wishes()], child = about(mine);
  if (!child) return { own: null, wishes: wished, child: null, children: [], guards: false };
  const own = await ownOf(child.id) ?? null, said = await saidBy(mine, child.id);
  const slugs = off => said.filter(one => one.off === off).map(one => one.slug), back = new Set(mine.guards ? slugs(false) : []);
  const never = [...new Set([...wished.never ?? [], ...(own?.never ?? []).filter(slug => !back.has(slug)), ...slugs(true)])];
  return {
    own: own && { ...own, tries: counts(own.tries) }, child, children: mine.children, guards: mine.guards, said: slugs(true),
    wishes: { ...wished, never, age: own?.age ?? wished.age, touch: own && !own.touch ? false : wished.touch, avoid: own?.avoid ?? [] },
  };
}
const counts = tries => Object.fromEntries(Object.entries(tries).map(([slug, [helped, tried]]) => [slug, { helped, tried }]));

/** Never suggest a practice for the child this phone is about (`off`), or suggest it again. Kept first, then told. */
export async function never(slug, off) {
  const mine = await me(), child = about(mine);
  if (!child) return false;
  await keepNever({ key: `${mine.person}:${child.id}:${slug}`, id: newId(), child: child.id, slug, off, of: mine.person });
  refresh();
  return true;
}

let last = Promise.resolve();
/** Tell the server what waits, and fetch what was learned since, one after the other and one tab at a time. Without a network
 *  everything stays as it is. Gives whether the server was reached. `known`: whose this phone is, where that was asked already. */
export function refresh(known) {
  return last = last.then(() => alone(() => look(known ?? learn()))).catch(() => false);
}
const untold = async () => { if ((await me())?.guards && (await nevers()).length) refresh(); };
addEventListener("online", () => untold().catch(() => {}));
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") untold().catch(() => {}); });
const alone = act => navigator.locks ? navigator.locks.request("own", act) : act();

async function look(known) {
  if (!await known) return false;
  const mine = await me();
  for (const child of mine.children) {
    await tell(mine, child.id);
    const kept = await ownOf(child.id);
    if (kept?.mark !== child.mark) await fetchOwn(child, kept);
  }
  return true;
}

async function fetchOwn(child, kept) {
  const answer = await fetch(address(child.id), { headers: { Accept: "application/json", ...(kept?.mark ? { "If-None-Match": `"${kept.version}"` } : {}) }, cache: "no-store" });
  if (answer.status === 200) await keepOwn(await answer.json());
  else if (answer.status === 304) await keepOwn({ ...await ownOf(child.id), mark: answer.headers.get("Everyhour-Mark") });
  else if (answer.status === 404) await dropOwn(child.id);
}

// Who may not change it for the family keeps it on this phone; if they become a guardian, it is told then.
async function tell(mine, child) {
  const waiting = mine.guards ? (await saidBy(mine, child)).slice(0, MOST) : [];
  if (!waiting.length) return;
  await sendNevers(waiting);
  const answer = await fetch(address(child, "never/"), {
    method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, cache: "no-store",
    body: JSON.stringify({ person: mine.person, never: waiting.map(({ slug, off }) => ({ slug, off })) }),
  });
  if (answer.ok) await settleNevers(child, waiting, (await answer.json()).never);
}
