// What is shown with a practice: the same as everyhour/domain/recommendations/bundle_reader.shown.
// testing/test_javascript.py holds the two together over every state and situation.

const filled = lines => lines.filter(Boolean);

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
  const said = say => say[state] || say[""] || "";
  const lines = filled(fitting(bundle.words, state, situation).map(words => said(words.say)));
  const cautions = (practice?.cautions ?? []).filter(
    code => code !== "driver" || situation === "car",
  );
  return {
    old: quiet ? "" : bundle.states[state].old,
    new: `${line} ${bundle.states[state].new}`.trim(),
    practice: practice ?? null,
    say: practice ? said(practice.say) : (lines[0] ?? ""),
    cautions: filled(cautions.map(code => bundle.cautions[code])),
    reframes: fitting(bundle.reframes, state, situation).slice(0, vocabulary.most.reframes),
    other_words: lines.slice(0, vocabulary.most.words),
  };
}
