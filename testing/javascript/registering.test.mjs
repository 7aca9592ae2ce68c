import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./modules.mjs";

const { registerUntilInstalled } = await load("everyhour/foundation/ui/static/ui/js/registering.js");

// A worker that is still installing, and settles a moment later.
function installing(state) {
  const worker = new EventTarget();
  worker.state = "installing";
  setImmediate(() => { worker.state = state; worker.dispatchEvent(new Event("statechange")); });
  return { installing: worker };
}
function tries(...answers) {
  const waits = [];
  let calls = 0;
  const register = async () => {
    const answer = answers[Math.min(calls++, answers.length - 1)];
    if (answer === "no network") throw new TypeError(answer);
    return typeof answer === "string" ? installing(answer) : answer;
  };
  return { register, wait: async seconds => void waits.push(seconds), waits, get calls() { return calls; } };
}

for (const [what, answers, calls] of [
  ["a worker that is active", [{ active: {} }], 1],
  ["a first installation that succeeds", ["installed"], 1],
  ["a first installation that fails twice", ["redundant", "redundant", "installed"], 3],
  ["a script that does not arrive", ["no network", "installed"], 2],
]) test(`${what}: registered ${calls} time(s)`, async () => {
  const tried = tries(...answers);

  assert.equal(await registerUntilInstalled(tried.register, tried.wait), true);
  assert.equal(tried.calls, calls);
  assert.equal(tried.waits.length, calls - 1);
});

test("a new release that is still installing beside an active one is left to the browser", async () => {
  const tried = tries({ ...installing("redundant"), active: {} });

  assert.equal(await registerUntilInstalled(tried.register, tried.wait), true);
  assert.equal(tried.calls, 1);
});

test("waits grow, and end", async () => {
  const tried = tries("redundant");

  assert.equal(await registerUntilInstalled(tried.register, tried.wait), false);
  assert.deepEqual(tried.waits, [...tried.waits].sort((a, b) => a - b));
  assert.equal(tried.calls, tried.waits.length + 1);
});
