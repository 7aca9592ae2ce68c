// What this phone stores, in IndexedDB. A write counts as saved only once it is on disk (durability
// "strict"). Version 2 added the owner (`me`: the caregiver this phone belongs to), the queue of
// finished moments to send (`outbox`) and the changes the server refused (`rejected`). A guest's
// phone has no owner and sends nothing. Version 3 added the child bundles of the household (`own`)
// and the changes to "never suggest" that the server does not have yet (`nevers`).
import { newId } from "./moment.js";
const NAME = "everyhour",
  VERSION = 3;
const STORES = {
  moments: { keyPath: "id" },
  wishes: {},
  outbox: { keyPath: "key" },
  rejected: { keyPath: "key" },
  me: {},
  own: { keyPath: "child" },
  nevers: { keyPath: "key" },
};
let database;

function openDatabase() {
  return (database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      // Only ever adds stores: rows of an older version stay unchanged.
      for (const [name, options] of Object.entries(STORES))
        if (!request.result.objectStoreNames.contains(name))
          request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => {
      request.result.onclose = () => {
        database = undefined;
      };
      request.result.onversionchange = () => {
        request.result.close();
        database = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      database = undefined;
      reject(request.error);
    };
    request.onblocked = () => {
      database = undefined;
      reject(new Error("blocked"));
    };
  }));
}

// A phone closes the connection of a page that waits in the background. The next transaction then
// fails before it wrote anything, so it is repeated once on a new connection.
async function onOpenDatabase(act) {
  const db = await openDatabase();
  try {
    return await act(db);
  } catch (error) {
    if (!CONNECTION_LOST.has(error?.name)) throw error;
    if (database && (await database.catch(() => {})) === db) database = undefined;
    return act(await openDatabase());
  }
}
const CONNECTION_LOST = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

const write = (store, act) =>
  onOpenDatabase(
    db =>
      new Promise((resolve, reject) => {
        const transaction = db.transaction(store, "readwrite", { durability: "strict" });
        act(...[store].flat().map(name => transaction.objectStore(name)));
        transaction.oncomplete = () => resolve();
        transaction.onerror = transaction.onabort = () =>
          reject(transaction.error ?? new Error("not saved"));
      }),
  );

const read = (store, query) =>
  onOpenDatabase(
    db =>
      new Promise((resolve, reject) => {
        const transaction = db.transaction(store);
        const request = query(transaction.objectStore(store));
        request.onsuccess = () => resolve(request.result);
        request.onerror = transaction.onabort = () => reject(request.error ?? transaction.error);
      }),
  );
const readAll = store => read(store, rows => rows.getAll());
const withResult = (request, act) => {
  request.onsuccess = () => act(request.result);
};
const putAll = (store, rows) =>
  write(store, opened => {
    for (const row of rows) opened.put(row);
  });

/** Save a moment. When this phone has an owner and the moment has an outcome, queue it in the same
 *  transaction. While the owner's family has no child, the moment waits as a guest's would: sent
 *  without a child it would count as the caregiver's own. */
export const saveMoment = moment =>
  write(["moments", "outbox", "me"], (moments, outbox, me) =>
    withResult(me.get("me"), known => {
      const owner = known?.child ? known : undefined;
      moments.put(owner ? { ...moment, of: owner.person, child: owner.child } : moment);
      if (owner && moment.outcome) queue([moment], owner, outbox, me);
    }),
  );
export const saveMoments = moments => putAll("moments", moments);
/** Delete a moment and its queued changes. */
export const removeMoment = id =>
  write(["moments", "outbox"], (moments, outbox) => {
    moments.delete(id);
    withResult(outbox.getAll(), changes => {
      for (const change of changes) if (change.moment === id) outbox.delete(change.key);
    });
  });
/** Return the owner's moments, and those from before the phone had an owner. */
export const readMoments = async () => {
  const owner = await readOwner();
  return (await readAll("moments")).filter(moment => !moment.of || moment.of === owner?.person);
};

// Each change gets a higher counter than any this phone has seen. It replaces an unsent change of
// the same moment.
function queue(moments, owner, outbox, me, child = owner.child) {
  withResult(outbox.getAll(), queued => {
    let { counter } = owner;
    for (const moment of moments) {
      for (const old of queued)
        if (old.moment === moment.id && old.shape === 1 && old.of === owner.person)
          outbox.delete(old.key);
      const { of, sent, child: _child, ...set } = moment;
      outbox.put({
        key: newId(),
        moment: moment.id,
        device: owner.device,
        counter: ++counter,
        shape: 1,
        child: child ?? null,
        set,
        of: owner.person,
      });
    }
    me.put({ ...owner, counter }, "me");
  });
}

/** Return the phone's owner: {person, guards, children, child, device, counter}; undefined for a
 *  guest. After signing out `children` is empty. */
export const readOwner = () => read("me", store => store.get("me"));
/** Choose the child that moments on this phone are about. */
export const chooseChild = id =>
  write("me", me =>
    withResult(me.get("me"), owner => {
      if (owner) me.put({ ...owner, child: id }, "me");
    }),
  );
/** Make a caregiver the owner of this phone. Deletes an earlier owner's sent moments and bundles,
 *  and the bundles and changes of children no longer in the household. Unsent moments wait until
 *  their author signs in again. */
export const setOwner = next =>
  write(["me", "moments", "own", "nevers"], (me, moments, own, nevers) =>
    withResult(me.get("me"), old => {
      const ids = next.children.map(child => child.id),
        child = ids.includes(old?.child) ? old.child : (ids[0] ?? null);
      me.put(
        {
          device: old?.device ?? newId(),
          counter: old?.counter ?? 0,
          person: next.person,
          guards: next.guards,
          children: next.children,
          child,
        },
        "me",
      );
      withResult(own.getAllKeys(), keys => {
        for (const key of keys)
          if (old?.person !== next.person || !ids.includes(key)) own.delete(key);
      });
      withResult(nevers.getAll(), changes => {
        for (const change of changes)
          if (change.of === next.person && !ids.includes(change.child)) nevers.delete(change.key);
      });
      if (old && old.person !== next.person)
        withResult(moments.getAll(), all => {
          for (const moment of all)
            if (moment.of && moment.of !== next.person && moment.sent) moments.delete(moment.id);
        });
    }),
  );
/** After signing out: delete the child bundles and the children's names. Unsent changes wait until
 *  their author signs in again. */
export const clearOnSignOut = () =>
  write(["me", "own"], (me, own) => {
    own.clear();
    withResult(me.get("me"), owner => {
      if (owner?.children.length) me.put({ ...owner, children: [] }, "me");
    });
  });
/** Return a guest's finished moments, which have no owner yet. */
export const readGuestMoments = async () => (await readAll("moments")).filter(isFinishedOfGuest);
const isFinishedOfGuest = moment => !moment.of && moment.outcome;
/** Make the phone's owner the owner of the guest's moments, and queue them. */
export const addGuestMoments = child =>
  write(["moments", "outbox", "me"], (moments, outbox, me) =>
    withResult(me.get("me"), owner =>
      withResult(moments.getAll(), all => {
        const added = all.filter(isFinishedOfGuest);
        for (const moment of added)
          moments.put({ ...moment, of: owner.person, child: child ?? owner.child });
        queue(added, owner, outbox, me, child);
      }),
    ),
  );

const readOwn = async store => {
  const owner = await readOwner();
  return owner ? (await readAll(store)).filter(change => change.of === owner.person) : [];
};
/** Return the owner's queued changes, oldest first. */
export const readQueue = async () =>
  (await readOwn("outbox")).sort((a, b) => a.counter - b.counter);
export const saveQueue = changes => putAll("outbox", changes);
export const readRejected = () => readOwn("rejected");
export const saveRejected = changes => putAll("rejected", changes);
export const deleteRejected = key => write("rejected", store => store.delete(key));
/** Put a refused change back into the queue. */
export const requeue = key =>
  write(["rejected", "outbox"], (rejected, outbox) =>
    withResult(rejected.get(key), change => {
      if (!change) return; // put back already
      const { reason, ...queued } = change;
      outbox.put(queued);
      rejected.delete(key);
    }),
  );
/** Apply the server's results: each change leaves the queue, a refused one moves to `rejected` with
 *  its reason, and the moment of an accepted one is marked as sent. */
export const applyResults = results =>
  write(["outbox", "rejected", "me", "moments"], (outbox, rejected, me, moments) => {
    for (const { key, result, reason } of results)
      withResult(outbox.get(key), change => {
        if (!change) return;
        if (result === "rejected") rejected.put({ ...change, reason });
        outbox.delete(key);
        if (result !== "rejected")
          withResult(moments.get(change.moment), moment => {
            if (moment) moments.put({ ...moment, sent: true });
          });
      });
    withResult(me.get("me"), owner => {
      const counters = results.map(row => row.counter ?? 0);
      if (owner) me.put({ ...owner, counter: Math.max(owner.counter, ...counters) }, "me");
    });
  });

export const readWishes = async () => (await read("wishes", store => store.get("wishes"))) ?? {};
export const saveWishes = wishes => write("wishes", store => store.put(wishes, "wishes"));
/** Change the wishes in one transaction, so that two tabs never undo each other. Returns the new
 *  wishes. */
export async function changeWishes(change) {
  let changed;
  await write("wishes", store =>
    withResult(store.get("wishes"), wishes => {
      changed = change(wishes ?? {});
      store.put(changed, "wishes");
    }),
  );
  return changed;
}

/** Return the bundle of a child of the household, or undefined. */
export const readChildBundle = child => read("own", store => store.get(child));
export const saveChildBundle = bundle => write("own", store => store.put(bundle));
export const deleteChildBundle = child => write("own", store => store.delete(child));

/** Return the changes to "never suggest" that the family's list does not contain yet. */
export const readNevers = () => readAll("nevers");
export const saveNevers = changes => putAll("nevers", changes);
/** Save a change to "never suggest" in place of the last one of its practice. Delete both when the
 *  family's list says the same already and nothing is being sent that could change it. */
export const saveNever = change =>
  write(["nevers", "own"], (nevers, own) =>
    withResult(own.get(change.child), bundle =>
      withResult(nevers.get(change.key), old => {
        if ((bundle?.never ?? []).includes(change.slug) === change.off && !old?.going)
          nevers.delete(change.key);
        else nevers.put({ ...change, going: old?.going });
      }),
    ),
  );
/** Mark changes as being sent: the server may apply them even when its answer is lost. */
export const markNeversSending = changes =>
  write("nevers", nevers => {
    for (const change of changes)
      withResult(nevers.get(change.key), current => {
        if (current?.id === change.id) nevers.put({ ...current, going: true });
      });
  });
/** Save the family's list from the server's answer, and delete the sent changes it contains. A
 *  change made since then waits. */
export const settleNevers = (child, sent, never) =>
  write(["nevers", "own"], (nevers, own) => {
    for (const change of sent)
      withResult(nevers.get(change.key), current => {
        if (current?.id === change.id && never.includes(change.slug) === change.off)
          nevers.delete(change.key);
      });
    const empty = { version: "", pocket: "", chances: {}, tries: {}, touch: false, age: null };
    withResult(own.get(child), bundle =>
      // Without a mark the whole bundle is fetched the next time.
      own.put({ ...(bundle ?? { ...empty, avoid: [] }), child, never, mark: "" }),
    );
  });

/** Delete everything except who owns this phone. */
export const deleteAll = () =>
  write(["moments", "wishes", "outbox", "rejected", "own", "nevers"], (...stores) => {
    for (const store of stores) store.clear();
  });

/** Ask the browser not to delete our storage when space gets tight. */
export const requestPersistence = () => navigator.storage?.persist?.().catch(() => false);
