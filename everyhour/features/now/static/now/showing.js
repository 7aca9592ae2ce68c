// What is shown with a practice: the same as everyhour/domain/recommendations/bundle_reader.shown.
// everyhour/features/now/tests/test_showing.py compares them in every state and situation.

import { mayTouch, realAge } from "./choosing.js";

const present = lines => lines.filter(Boolean);

/** The items for this state: first those for this situation, then those for any. */
function fitting(items, state, situation) {
  const inState = items.filter(item => item.states.includes(state)),
    specific = inState.filter(item => item.situations.includes(situation));
  const general = inState.filter(
    item => !item.situations.length || item.situations.includes("any"),
  );
  return [...specific, ...general.filter(item => !specific.includes(item))];
}

/** `vocabulary` comes with the page: {quiet_states, danger_states, danger_situations, bodies, teen,
 *  most: {reframes, words}}. At the next `turn` the next best reframe is the headline. */
export function shown(bundle, practice, { state, situation, wishes = {}, turn = 0, vocabulary }) {
  const quiet = vocabulary.quiet_states.includes(state);
  const reframes = fitting(bundle.reframes, state, situation).filter(one => fits(one, wishes));
  const madeFor =
    situation === "any" ? [] : reframes.filter(one => one.situations.includes(situation));
  const reframe = madeFor.length ? madeFor[turn % madeFor.length] : null;
  const spoken = vocabulary.bodies.filter(body => wishes.bodies?.includes(body));
  const line = quiet ? "" : (bundle.situations[situation]?.line ?? "");
  const lines = present(
    fitting(bundle.words, state, situation).map(words => lineFor(words.say, state, spoken)),
  );
  const cautions = (practice?.cautions ?? []).filter(
    code => code !== "driver" || situation === "car",
  );
  const [way, steps] = wayToDo(practice, { situation, wishes, vocabulary });
  return {
    old: quiet ? "" : (reframe?.old_eyes ?? bundle.states[state].old),
    new: reframe?.new_eyes ?? `${line} ${bundle.states[state].new}`.trim(),
    practice: practice ?? null,
    way,
    steps: practice ? checkFirst(steps, bundle, state) : [],
    say: sayWith(practice, reframe, state, spoken) || (some(lines, 1, turn)[0] ?? ""),
    help: reframe?.get_help_if ?? [],
    danger:
      vocabulary.danger_states.includes(state) ||
      vocabulary.danger_situations.includes(situation) ||
      Boolean(reframe?.crisis) ||
      Boolean(practice?.months && practice.cautions.includes("medical")),
    cautions: present(cautions.map(code => bundle.cautions[code])),
    reframes: some(
      reframes.filter(one => one !== reframe),
      vocabulary.most.reframes,
      turn,
    ),
    other_words: some(lines, vocabulary.most.words, turn),
  };
}

/** The best items; at the next `turn` the next ones, so that none is never seen. */
function some(items, most, turn) {
  const start = items.length ? (turn * most) % items.length : 0;
  return [...items.slice(start), ...items.slice(0, start)].slice(0, most);
}

/** The steps with the check for a response first when shut down, and without it else. */
function checkFirst(steps, bundle, state) {
  const check = bundle.states.shutdown.first,
    others = steps
      .map(step => (step.startsWith(check) ? step.slice(check.length) : step).trim())
      .filter(Boolean);
  return state === "shutdown" ? [check, ...others] : others;
}

/** The line of this state, else one that suits the child's body, else the general one. */
const lineFor = (say, state, bodies) =>
  say[state] || say[bodies.find(body => say[body])] || say[""] || "";

/** The way that fits this child, with its steps: unwelcome touch first, then their body, then
 *  being a teenager. */
export function wayToDo(practice, { situation, wishes, vocabulary }) {
  if (!practice) return ["steps", []];
  if (practice.touch === "optional" && !mayTouch(wishes, situation))
    return ["no_touch", [practice.no_touch]];
  const body = vocabulary.bodies.find(one => (wishes.bodies ?? []).includes(one) && practice[one]);
  if (body) return [body, [practice[body]]];
  const age = realAge(wishes);
  if (age !== null && age >= vocabulary.teen && practice.teen)
    return ["teen", [practice.teen]];
  return ["steps", practice.steps];
}

/** Whether a reframe is about children of this age; an unknown age fits all. */
function fits(reframe, wishes) {
  const age = realAge(wishes),
    [from, to] = reframe.age ?? [0, 99];
  return age === null || (from <= age && age <= to);
}

/** The reframe's words, unless they name other activities; else the practice's. */
function sayWith(practice, reframe, state, bodies) {
  const goesWith = !reframe?.say_with || reframe.say_with.includes(practice?.slug);
  const said = reframe && goesWith ? lineFor(reframe.say, state, bodies) : "";
  return said || (practice ? lineFor(practice.say, state, bodies) : "");
}
