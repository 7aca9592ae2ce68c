// Register the service worker. On a bad network its first installation fails, and the browser does
// not try again before the next visit: the page does.
const LATER = [5, 15, 60, 180, 600]; // seconds until the next try

/** Register until the worker is installed; return whether it is. */
export async function registerUntilInstalled(register, wait = networkOr) {
  for (const seconds of [...LATER, null]) {
    const registration = await register().catch(() => {});
    if (registration && (await isInstalled(registration))) return true;
    if (seconds !== null) await wait(seconds);
  }
  return false;
}

function isInstalled({ installing, waiting, active }) {
  if (!installing || active) return Boolean(waiting ?? active);
  return new Promise(resolve => {
    const look = () => {
      if (installing.state !== "installing") resolve(installing.state !== "redundant");
    };
    installing.addEventListener("statechange", look);
    look();
  });
}

// Sooner where the browser says that the network is back.
const networkOr = seconds =>
  new Promise(resolve => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", done);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
  });
