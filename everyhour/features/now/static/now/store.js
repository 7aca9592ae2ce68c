// What stays on this phone. A write is called saved only after the disk has it (durability "strict"), never before.
const NAME = "everyhour", VERSION = 1;
let opened;

function open() {
  return opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("moments", { keyPath: "id" });
      request.result.createObjectStore("wishes");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      done(request.result);
    };
    request.onerror = () => { opened = undefined; fail(request.error); };
    request.onblocked = () => { opened = undefined; fail(new Error("blocked")); };
  });
}

async function write(store, act) {
  const db = await open();
  return new Promise((done, fail) => {
    const change = db.transaction(store, "readwrite", { durability: "strict" });
    act(change.objectStore(store));
    change.oncomplete = () => done();
    change.onerror = change.onabort = () => fail(change.error ?? new Error("not saved"));
  });
}

async function read(store, ask) {
  const db = await open();
  return new Promise((done, fail) => {
    const request = ask(db.transaction(store).objectStore(store));
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

export const saveMoment = moment => write("moments", store => store.put(moment));
export const saveMoments = moments => write("moments", store => { for (const moment of moments) store.put(moment); });
export const removeMoment = id => write("moments", store => store.delete(id));
export const moments = () => read("moments", store => store.getAll());
export const wishes = async () => (await read("wishes", store => store.get("wishes"))) ?? {};
export const saveWishes = wishes => write("wishes", store => store.put(wishes, "wishes"));
/** Change the wishes as they are now, in one transaction, so that two tabs never undo each other. Gives the new wishes. */
export async function changeWishes(change) {
  let changed;
  await write("wishes", store => {
    const asked = store.get("wishes");
    asked.onsuccess = () => { changed = change(asked.result ?? {}); store.put(changed, "wishes"); };
  });
  return changed;
}
export const forget = async () => { await write("moments", store => store.clear()); await write("wishes", store => store.clear()); };

/** Ask the browser not to clear us when space gets tight. */
export const askToStay = () => navigator.storage?.persist?.().catch(() => false);
