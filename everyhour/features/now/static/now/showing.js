// What is shown with a practice: the same as everyhour/domain/recommendations/bundle_reader.shown.
// everyhour/features/now/tests/test_showing.py compares them in every state and situation.

const present = lines => lines.filter(Boolean);

/** The items for this state: first those for this situation, then those for any. */
function fitting(items, state, situation) {
  const forState = items.filter(item => item.states.includes(state));
  return [
    ...forState.filter(item => item.situations.includes(situation)),
    ...forState.filter(item => !item.situations.length),
  ];
}

/** `vocabulary` comes with the page: {quiet_states, most: {reframes, words}}. */
export function shown(bundle, practice, { state, situation, vocabulary }) {
  const quiet = vocabulary.quiet_states.includes(state);
  const line = quiet ? "" : (bundle.situations[situation]?.line ?? "");
  const lineFor = say => say[state] || say[""] || "";
  const lines = present(fitting(bundle.words, state, situation).map(words => lineFor(words.say)));
  const cautions = (practice?.cautions ?? []).filter(
    code => code !== "driver" || situation === "car",
  );
  return {
    old: quiet ? "" : bundle.states[state].old,
    new: `${line} ${bundle.states[state].new}`.trim(),
    practice: practice ?? null,
    say: practice ? lineFor(practice.say) : (lines[0] ?? ""),
    cautions: present(cautions.map(code => bundle.cautions[code])),
    reframes: fitting(bundle.reframes, state, situation).slice(0, vocabulary.most.reframes),
    other_words: lines.slice(0, vocabulary.most.words),
  };
}
