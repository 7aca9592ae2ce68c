// Forms sent off without a network (docs/adr/0028): kept in a database of their own, in the order
// in which they were sent, for the person who sent them, and handed over once the server answers.
// The server carries out each key once (everyhour/foundation/submissions). A part of the service
// worker.
const FORMS = "forms";
const SEND_WITHIN = 20_000; // milliseconds without an answer, after which a form is kept
const MOST_TRIES = 6; // server errors, after which a form waits for its person

function formsDatabase() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("everyhour-forms", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(FORMS, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// A connection for each use: phones close connections that are left open.
async function withForms(mode, act) {
  const database = await formsDatabase();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(FORMS, mode, { durability: "strict" });
      const request = act(transaction.objectStore(FORMS));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () =>
        reject(transaction.error ?? new Error("not saved"));
    });
  } finally {
    database.close();
  }
}
const keptForms = async () =>
  (await withForms("readonly", store => store.getAll())).sort((a, b) => a.at - b.at);

// Send a form. Where no answer comes, keep it and go back to the page it was on.
async function submitted(event, url) {
  const { request } = event;
  const body = await request
    .clone()
    .text()
    .catch(() => "");
  const key = new URLSearchParams(body).get("submission");
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(SEND_WITHIN) });
    if (!key || response.status < 502) return response;
  } catch (error) {
    if (!key) return offlinePage(url);
  }
  const [name] = await mineCaches();
  const from = new URL(request.referrer || url.href);
  await withForms("readwrite", store =>
    store.put({
      key,
      body,
      path: url.pathname + url.search,
      from: from.origin === url.origin ? from.pathname + from.search : url.pathname,
      at: Date.now(),
      person: personOf(name),
      tries: 0,
    }),
  );
  await self.registration.sync?.register("forms").catch(() => {});
  return Response.redirect(from.origin === url.origin ? from.href : url.href, 303);
}

// The first half of the name of a cache is the person, the second their session.
const personOf = (name = "") => name.slice(MINE.length).split(".")[0];

let sendingForms;
const sendForms = () =>
  (sendingForms ??= navigator.locks
    .request("forms", sendAll)
    .finally(() => (sendingForms = undefined)));

async function sendAll() {
  const person = personOf((await mineCaches())[0]);
  let sent = 0;
  for (const form of person ? await keptForms() : []) {
    if (form.person !== person || form.refused) continue;
    const answer = await deliver(form).catch(() => "wait");
    if (answer === "wait") break;
    // Deleted meanwhile by its person: nothing to write.
    if (answer === "done") await withForms("readwrite", store => store.delete(form.key));
    else await change(form.key, { ...answer });
    sent += answer === "done";
    if (answer.tries) break;
  }
  for (const client of await self.clients.matchAll({ type: "window" }))
    client.postMessage({ forms: sent });
  return sent;
}

const change = (key, values) =>
  withForms("readwrite", store => {
    const request = store.get(key);
    request.onsuccess = () => request.result && store.put({ ...request.result, ...values });
    return request;
  });

async function deliver(form) {
  let response = await post(form);
  if (response.status === 403) {
    const token = await freshToken(form.from);
    if (token) response = await post({ ...form, body: withToken(form.body, token) });
  }
  if (response.status === 200 && (await response.json()).state === "done") return "done";
  if (response.status === 401 || response.status === 429) return "wait";
  if (response.status >= 500 && form.tries + 1 < MOST_TRIES) return { tries: form.tries + 1 };
  return { refused: response.status };
}

const post = form =>
  fetch(form.path, {
    method: "POST",
    body: form.body,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
      "Everyhour-Kept": String(Math.max(0, Date.now() - form.at)),
      // Somebody else may have signed in meanwhile: the server refuses to take it for theirs.
      "Everyhour-Person": form.person,
    },
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
  });

// The token of a page that was kept before the person signed in again is no longer valid.
async function freshToken(path) {
  const page = await fetch(path, { credentials: "same-origin", cache: "no-store" });
  return /name="csrfmiddlewaretoken" value="(\w+)"/.exec(await page.text())?.[1];
}
function withToken(body, token) {
  const fields = new URLSearchParams(body);
  fields.set("csrfmiddlewaretoken", token);
  return fields.toString();
}
