// As much of IndexedDB as store.js uses: requests answer later and in order, and a transaction completes when none is left.
// `fail` makes transactions that write abort, as a full disk does; `transactions` records the mode and durability of each.
// `lose()` closes all connections as a phone does, without an event; `interrupt()` aborts the next transaction as a lost server does.
export function fakeIndexedDB() {
  const stores = new Map(), state = { fail: false, transactions: [], stores };
  let line = Promise.resolve(); // one transaction after another

  function request(pending, act) {
    const made = {};
    pending.push(() => { made.result = structuredClone(act()); made.onsuccess?.({ target: made }); });
    return made;
  }

  function objectStore(name, pending) {
    // Looked up late: an aborted transaction before this one puts other rows in their place.
    const kept = () => stores.get(name).rows, { keyPath } = stores.get(name);
    return {
      get: key => request(pending, () => kept().get(key)),
      getAll: () => request(pending, () => [...kept().values()]),
      getAllKeys: () => request(pending, () => [...kept().keys()]),
      put: (value, key) => request(pending, () => void kept().set(keyPath ? value[keyPath] : key, structuredClone(value))),
      delete: key => request(pending, () => void kept().delete(key)),
      clear: () => request(pending, () => kept().clear()),
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
      const lost = state.interrupted;
      state.interrupted = false;
      if (!lost && !(state.fail && mode === "readwrite")) { made.oncomplete?.(); return; }
      for (const [name, rows] of before) stores.get(name).rows = rows;
      made.error = lost ? new DOMException("Connection lost", "UnknownError") : new Error("QuotaExceededError");
      made.onabort?.();
    };
    line = line.then(() => new Promise(done => setImmediate(run, done)));
    return made;
  }

  let life = 0; // of connections: those opened before `lose` are closed
  state.opened = 0;
  state.lose = () => { life += 1; };
  state.interrupt = () => { state.interrupted = true; };
  const connect = (born = life) => ({
    objectStoreNames: { contains: name => stores.has(name) },
    createObjectStore: (name, { keyPath } = {}) => stores.set(name, { keyPath, rows: new Map() }),
    transaction(...asked) {
      if (born !== life) throw new DOMException("The database connection is closing.", "InvalidStateError");
      return transaction(...asked);
    },
    close() {},
  });
  state.open = (name, version) => {
    state.opened += 1;
    const asked = { result: connect() };
    setImmediate(() => {
      if (version > (state.version ?? 0)) { state.version = version; asked.onupgradeneeded?.(); }
      asked.onsuccess?.();
    });
    return asked;
  };
  return state;
}
