// What stays on this phone, in IndexedDB. A write counts as saved only once the disk has it
// (durability "strict"). Since version 2 the phone may belong to a caregiver (`me`): finished
// moments are queued in `outbox` in the same write, and what the server refuses stays readable in
// `rejected`. A guest's phone has no `me` and sends nothing. Since version 3 it keeps the bundle of
// each child of the household (`own`), and what is never to be suggested until the server has it
// (`nevers`).
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
let opened;

function open() {
  return (opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      // only ever adds: what an older version kept stays as it was
      for (const [name, options] of Object.entries(STORES))
        if (!request.result.objectStoreNames.contains(name))
          request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      done(request.result);
    };
    request.onerror = () => {
      opened = undefined;
      fail(request.error);
    };
    request.onblocked = () => {
      opened = undefined;
      fail(new Error("blocked"));
    };
  }));
}

async function write(store, act) {
  const db = await open();
  return new Promise((done, fail) => {
    const change = db.transaction(store, "readwrite", { durability: "strict" });
    act(...[store].flat().map(name => change.objectStore(name)));
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
const ask = (request, then) => {
  request.onsuccess = () => then(request.result);
};

/** Keep a moment; when this phone belongs to somebody and the moment has an end, queue it for them
 *  in the same write. */
export const saveMoment = moment =>
  write(["moments", "outbox", "me"], (store, outbox, me) =>
    ask(me.get("me"), mine => {
      store.put(mine ? { ...moment, of: mine.person, child: mine.child } : moment);
      if (mine && moment.outcome) queue([moment], mine, outbox, me);
    }),
  );
export const saveMoments = moments =>
  write("moments", store => {
    for (const moment of moments) store.put(moment);
  });
export const removeMoment = id =>
  write(["moments", "outbox"], (store, outbox) => {
    store.delete(id);
    ask(outbox.getAll(), waiting => {
      for (const change of waiting) if (change.moment === id) outbox.delete(change.key);
    });
  });
/** The moments of this phone's owner, and those from before it had one.
 *  */
export const moments = async () => {
  const mine = await me(),
    all = await read("moments", store => store.getAll());
  return all.filter(moment => !moment.of || moment.of === mine?.person);
};

// Each change gets a higher counter than any this phone has seen. A newer change replaces an unsent
// one of the same moment.
function queue(moments, mine, outbox, me, child = mine.child) {
  ask(outbox.getAll(), waiting => {
    let { counter } = mine;
    for (const moment of moments) {
      for (const old of waiting)
        if (old.moment === moment.id && old.shape === 1 && old.of === mine.person)
          outbox.delete(old.key);
      const { of, sent, child: about, ...set } = moment;
      outbox.put({
        key: newId(),
        moment: moment.id,
        device: mine.device,
        counter: ++counter,
        shape: 1,
        child: child ?? null,
        set,
        of: mine.person,
      });
    }
    me.put({ ...mine, counter }, "me");
  });
}

/** Who this phone belongs to: {person, guards, children, child, device, counter}, or undefined for
 *  a guest. Signed out, no children. */
export const me = () => read("me", store => store.get("me"));
/** From now on the phone is about this child. */
export const chooseChild = id =>
  write("me", store =>
    ask(store.get("me"), mine => {
      if (mine) store.put({ ...mine, child: id }, "me");
    }),
  );
/** From now on the phone belongs to this person. What another one kept and the server has goes;
 *  what it has not got waits for them. */
export const become = owner =>
  write(["me", "moments", "own", "nevers"], (store, moments, own, nevers) =>
    ask(store.get("me"), old => {
      const here = owner.children.map(one => one.id),
        child = here.includes(old?.child) ? old.child : (here[0] ?? null);
      store.put(
        {
          device: old?.device ?? newId(),
          counter: old?.counter ?? 0,
          person: owner.person,
          guards: owner.guards,
          children: owner.children,
          child,
        },
        "me",
      );
      ask(own.getAllKeys(), keys => {
        for (const key of keys)
          if (old?.person !== owner.person || !here.includes(key)) own.delete(key);
      });
      ask(nevers.getAll(), all => {
        for (const one of all)
          if (one.of === owner.person && !here.includes(one.child)) nevers.delete(one.key);
      });
      if (old && old.person !== owner.person)
        ask(moments.getAll(), all => {
          for (const one of all)
            if (one.of && one.of !== owner.person && one.sent) moments.delete(one.id);
        });
    }),
  );
/** Somebody signed out here: what was learned of the children goes, and their names. What waits to
 *  be sent waits for its person. */
export const signedOut = () =>
  write(["me", "own"], (me, own) => {
    own.clear();
    ask(me.get("me"), mine => {
      if (mine?.children.length) me.put({ ...mine, children: [] }, "me");
    });
  });
/** A guest's finished moments, which have no owner yet. */
export const guests = async () =>
  (await read("moments", store => store.getAll())).filter(moment => !moment.of && moment.outcome);
/** Queue a guest's moments for the person this phone belongs to; they stay here, as theirs. */
export const bring = child =>
  write(["moments", "outbox", "me"], (store, outbox, me) =>
    ask(me.get("me"), mine =>
      ask(store.getAll(), all => {
        const brought = all.filter(moment => !moment.of && moment.outcome);
        for (const moment of brought)
          store.put({ ...moment, of: mine.person, child: child ?? mine.child });
        queue(brought, mine, outbox, me, child);
      }),
    ),
  );

export const waiting = async () => {
  const mine = await me(),
    all = mine ? await read("outbox", store => store.getAll()) : [];
  return all.filter(change => change.of === mine.person).sort((a, b) => a.counter - b.counter);
};
export const rejected = async () => {
  const mine = await me(),
    all = mine ? await read("rejected", store => store.getAll()) : [];
  return all.filter(change => change.of === mine.person);
};
/** Take the server's answers: what it has leaves the outbox, what it could not keep stays readable
 *  with its reason. */
export const settle = results =>
  write(["outbox", "rejected", "me", "moments"], (outbox, rejected, me, moments) => {
    for (const { key, result, reason } of results)
      ask(outbox.get(key), change => {
        if (!change) return;
        if (result === "rejected") rejected.put({ ...change, reason });
        outbox.delete(key);
        if (result !== "rejected")
          ask(moments.get(change.moment), kept => {
            if (kept) moments.put({ ...kept, sent: true });
          });
      });
    ask(me.get("me"), mine => {
      if (mine)
        me.put(
          { ...mine, counter: Math.max(mine.counter, ...results.map(row => row.counter ?? 0)) },
          "me",
        );
    });
  });
export const retry = key =>
  write(["rejected", "outbox"], (rejected, outbox) =>
    ask(rejected.get(key), change => {
      const { reason, ...again } = change;
      outbox.put(again);
      rejected.delete(key);
    }),
  );
export const deleteRejected = key => write("rejected", store => store.delete(key));
export const keepRejected = changes =>
  write("rejected", store => {
    for (const change of changes) store.put(change);
  });
export const keepWaiting = changes =>
  write("outbox", store => {
    for (const change of changes) store.put(change);
  });

export const wishes = async () => (await read("wishes", store => store.get("wishes"))) ?? {};
export const saveWishes = wishes => write("wishes", store => store.put(wishes, "wishes"));
/** Change the wishes as they are now, in one transaction, so that two tabs never undo each other.
 *  Gives the new wishes. */
export async function changeWishes(change) {
  let changed;
  await write("wishes", store => {
    const asked = store.get("wishes");
    asked.onsuccess = () => {
      changed = change(asked.result ?? {});
      store.put(changed, "wishes");
    };
  });
  return changed;
}
/** The bundle of a child of the household, or undefined. */
export const ownOf = child => read("own", store => store.get(child));
export const keepOwn = bundle => write("own", store => store.put(bundle));
export const dropOwn = child => write("own", store => store.delete(child));
/** What was said never to suggest, or to suggest again, and the family's list does not say. */
export const nevers = () => read("nevers", store => store.getAll());
/** Keep what was said last of a practice. What the family's list says already, and no telling on
 *  its way may change, needs no telling. */
export const keepNever = said =>
  write(["nevers", "own"], (store, own) =>
    ask(own.get(said.child), kept =>
      ask(store.get(said.key), old => {
        if ((kept?.never ?? []).includes(said.slug) === said.off && !old?.going)
          store.delete(said.key);
        else store.put({ ...said, going: old?.going });
      }),
    ),
  );
/** These are on their way: the server may have heard them even when no answer comes back. */
export const sendNevers = said =>
  write("nevers", store => {
    for (const one of said)
      ask(store.get(one.key), kept => {
        if (kept?.id === one.id) store.put({ ...kept, going: true });
      });
  });
/** The server answered with the family's list: it holds from here, and what it says needs no
 *  telling. What was said since waits. */
export const settleNevers = (child, said, never) =>
  write(["nevers", "own"], (store, own) => {
    for (const one of said)
      ask(store.get(one.key), kept => {
        if (kept?.id === one.id && never.includes(one.slug) === one.off) store.delete(one.key);
      });
    ask(own.get(child), kept =>
      own.put({
        ...(kept ?? {
          version: "",
          pocket: "",
          chances: {},
          tries: {},
          touch: true,
          age: null,
          avoid: [],
        }),
        child,
        never,
        mark: "",
      }),
    ); // without a mark it is asked for whole the next time
  });
export const keepNevers = said =>
  write("nevers", store => {
    for (const one of said) store.put(one);
  });

export const forget = () =>
  write(["moments", "wishes", "outbox", "rejected", "own", "nevers"], (...stores) => {
    for (const store of stores) store.clear();
  });

/** Ask the browser not to delete our storage when space gets tight. */
export const askToStay = () => navigator.storage?.persist?.().catch(() => false);
