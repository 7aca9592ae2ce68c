// What was learned of each child of this home, kept on the phone and laid over the pocket; and "never suggest", which holds at
// once, also offline and with old probabilities, and which the server learns of when it can be reached.
import { dropOwn, keepNever, keepOwn, me, nevers, ownOf, settleNevers, wishes } from "./store.js";

const address = (child, what = "") => `/${document.documentElement.lang}/now/children/${child}/${what}`;

/** What holds for the child this phone is about: {own, wishes}. What was wished on the phone is added, never taken away. */
export async function told() {
  const [mine, wished] = [await me(), await wishes()];
  const own = mine?.child ? await ownOf(mine.child) ?? null : null;
  if (!own) return { own, wishes: wished };
  const waiting = (await nevers()).filter(one => one.child === own.child), taken = new Set(waiting.filter(one => !one.off).map(one => one.slug));
  const never = new Set([...wished.never ?? [], ...own.never.filter(slug => !taken.has(slug)), ...waiting.filter(one => one.off).map(one => one.slug)]);
  return { own: { ...own, tries: counts(own.tries) }, wishes: { ...wished, never: [...never], age: own.age ?? wished.age, touch: own.touch ? wished.touch : false } };
}
const counts = told => Object.fromEntries(Object.entries(told).map(([slug, [helped, tried]]) => [slug, { helped, tried }]));

/** Never suggest a practice for this child (`off`), or suggest it again. Kept first, then told. */
export async function never(slug, off) {
  const mine = await me();
  if (!mine?.child) return;
  await keepNever({ key: `${mine.child}:${slug}`, child: mine.child, slug, off, of: mine.person });
  refresh().catch(() => {});
}

/** Tell the server what waits, and fetch what was learned since. Without a network everything stays as it is. */
export async function refresh() {
  const mine = await me();
  if (!mine) return;
  for (const child of mine.children) {
    await tell(mine, child.id);
    const kept = await ownOf(child.id);
    const answer = await fetch(address(child.id), { headers: { Accept: "application/json", ...(kept ? { "If-None-Match": `"${kept.version}"` } : {}) }, cache: "no-store" });
    if (answer.status === 200) await keepOwn(await answer.json());
    else if (answer.status === 404) await dropOwn(child.id);
  }
}

async function tell(mine, child) {
  const waiting = (await nevers()).filter(one => one.child === child && one.of === mine.person);
  if (!waiting.length) return;
  const answer = await fetch(address(child, "never/"), {
    method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, cache: "no-store",
    body: JSON.stringify({ person: mine.person, never: waiting.map(({ slug, off }) => ({ slug, off })) }),
  });
  if (answer.ok) await settleNevers(waiting); // who may not change it for the family keeps it on this phone
}
