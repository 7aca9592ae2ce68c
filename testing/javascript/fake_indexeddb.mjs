// As much of IndexedDB as store.js uses: requests answer later and in order, and a transaction completes when none is left.
// `fail` makes transactions that write abort, as a full disk does; `transactions` records the mode and durability of each.
export function fakeIndexedDB() {
  const stores = new Map(), state = { fail: false, transactions: [], stores };
  let line = Promise.resolve(); // one transaction after another

  function request(pending, act) {
    const made = {};
    pending.push(() => { made.result = structuredClone(act()); made.onsuccess?.({ target: made }); });
    return made;
  }

  function objectStore(name, pending) {
    const { keyPath, rows } = stores.get(name);
    return {
      get: key => request(pending, () => rows.get(key)),
      getAll: () => request(pending, () => [...rows.values()]),
      getAllKeys: () => request(pending, () => [...rows.keys()]),
      put: (value, key) => request(pending, () => void rows.set(keyPath ? value[keyPath] : key, structuredClone(value))),
      delete: key => request(pending, () => void rows.delete(key)),
      clear: () => request(pending, () => rows.clear()),
    };
  }

  function transaction(names, mode = "readonly", options = {}) {
    state.transactions.push({ names: [names].flat(), mode, ...options });
    const pending = [];
    let before;
    const made = { error: null, objectStore: name => objectStore(name, pending) };
    const run = done => {
      before ??= new Map([...stores].map(([name, { rows }]) => [name, new Map(rows)]));
      if (pending.length) { pending.shift()(); setImmediate(run, done); return; }
      done();
      if (!(state.fail && mode === "readwrite")) { made.oncomplete?.(); return; }
      for (const [name, rows] of before) stores.get(name).rows = rows;
      made.error = new Error("QuotaExceededError");
      made.onabort?.();
    };
    line = line.then(() => new Promise(done => setImmediate(run, done)));
    return made;
  }

  const database = {
    objectStoreNames: { contains: name => stores.has(name) },
    createObjectStore: (name, { keyPath } = {}) => stores.set(name, { keyPath, rows: new Map() }),
    transaction,
    close() {},
  };
  state.open = (name, version) => {
    const asked = { result: database };
    setImmediate(() => {
      if (version > (state.version ?? 0)) { state.version = version; asked.onupgradeneeded?.(); }
      asked.onsuccess?.();
    });
    return asked;
  };
  return state;
}
