// The answer: another way to see it, the words to say, one thing to do, and when to get help. The
// same as the page of views.idea.
import { countryOf } from "./countries.js";
import { element, fill, find, flow, words } from "./flow_page.js";
import { shown } from "./showing.js";

const MONTHS = 24; // a younger child's age is said in months
const WAYS = ["why", "consent", "mind", "no_touch", "teen", ...words.bodies, "disability", "steps"];

/** Paint an idea; `practice` is null once all were shown. `child` is {nickname, withName}, `count`
 *  how often the practice helped {helped, tried}. */
export function paintAnswer({ bundle, practice, state, situation, wishes, turn, child, count }) {
  const { withName } = child;
  const idea = shown(bundle, practice, { state, situation, wishes, turn, vocabulary: words });
  const quoted = line => fill(words.quote, { words: withName(line) });
  find("[data-where]").textContent = where({ bundle, state, situation, wishes, child });
  find("[data-new]").textContent = practice ? withName(idea.new) : nothingLeft(state, situation);
  find("[data-say-how]").textContent = sayHow(state, wishes.bodies ?? []);
  find("[data-say]").textContent = idea.say ? quoted(idea.say) : "";
  find(".say").hidden = !idea.say;
  find("[data-do]").hidden = !practice;
  paintPicture(practice, idea.way);
  find("[data-title]").textContent = withName(practice?.title);
  find("[data-history]").textContent = count ? fill(words.helped_before, count) : "";
  paintList(find("[data-steps]"), idea.steps.map(withName));
  paintList(find("[data-cautions]"), idea.cautions);
  paintHelp(idea, state, withName);
  // Where the place has no number of its own, or nothing else is left to show: all numbers.
  const numbers = find("[data-numbers]");
  find("[data-numbers-link]", numbers).hidden =
    Boolean(practice) && find("[data-calls]", numbers).childElementCount > 0;
  find("[data-which]").hidden = !words.presence_only.includes(state);
  find(".fold", find("[data-step=idea]")).open = false;
  for (const key of WAYS)
    paintWay(key, (key === idea.way ? [] : [practice?.[key] ?? []].flat()).map(withName));
  paintWay("words", idea.other_words.map(quoted));
  paintWay("old", present([withName(idea.old)]));
  paintWay(
    "eyes",
    idea.reframes.map(reframe => withName(`${reframe.title}: ${reframe.new_eyes}`)),
  );
}

/** How to say the words: first for a child who cannot hear or speak them. */
function sayHow(state, bodies) {
  const otherwise = words.said_otherwise.find(body => bodies.includes(body));
  return words.say_how[otherwise ?? state] ?? words.say_how[""];
}

const present = lines => lines.filter(Boolean);

/** Who, what and how: "Wren, 9. Homework. Wound up." */
function where({ bundle, state, situation, wishes, child }) {
  const known = situation === "any" ? "" : bundle.situations[situation]?.name;
  return present([who(child.nickname, wishes), known, bundle.states[state].name])
    .map(part => `${part.replace(/\.$/, "")}.`)
    .join(" ");
}

function who(nickname, { months = null, real_age: years = null }) {
  if (!nickname) return "";
  const values = { child: nickname, months, years };
  if (months !== null && months < MONTHS) {
    if (!months) return nickname;
    return fill(months === 1 ? words.who_month : words.who_months, values);
  }
  return years === null ? nickname : fill(words.who_years, values);
}

function nothingLeft(state, situation) {
  const inDanger = words.danger_situations.includes(situation);
  return inDanger ? words.nothing_left_in_danger : words.nothing_left[state];
}

// A picture shows the practice's own steps; beside another way it would say something else.
function paintPicture(practice, way) {
  const picture = find("[data-picture]");
  const isDrawn = way === "steps" && words.pictograms.includes(practice?.slug);
  picture.toggleAttribute("hidden", !isDrawn);
  if (isDrawn)
    find("use", picture).setAttribute("href", `${flow.dataset.pictograms}#${practice.slug}`);
}

/** Show when to get help, with the number to call where a life may be in danger. */
function paintHelp({ help, danger }, state, withName) {
  const usual = danger ? [words.help_if[state] ?? words.help_if[""]] : [];
  const lines = help.length ? help : usual;
  find("[data-help-box]").hidden = !lines.length;
  find("[data-numbers]").hidden = !danger;
  paintList(find("[data-help]"), lines.map(withName));
}

export function paintList(holder, lines) {
  holder.replaceChildren(...lines.map(textContent => element("li", { textContent })));
}

function paintWay(key, lines) {
  const box = find(`[data-way=${key}]`);
  box.hidden = !lines.length;
  box.querySelectorAll("dd").forEach(line => line.remove());
  box.append(...lines.map(textContent => element("dd", { textContent })));
}

/** Paint a card for the caregiver. */
export function paintCard(card, bundle, withName) {
  find("[data-you-title]").textContent = withName(card.title);
  paintList(find("[data-you-steps]"), card.steps.map(withName));
  find("[data-you-why]").textContent = withName(card.why);
  const isDangerous = card.cautions.some(caution => words.danger_cautions.includes(caution));
  find("[data-you-numbers]").hidden = !isDangerous;
  const cautions = card.cautions.map(code => bundle.cautions[code]);
  find("[data-you-mind]").textContent = present([withName(card.mind), ...cautions]).join(" ");
}

/** Show the emergency numbers of the person's country wherever a step has a place for them. */
export function paintCalls(bundle, wishes) {
  const known = bundle.crisis;
  const country = countryOf({ chosen: wishes.country, site: flow.dataset.country, known });
  const numbers = known[country]?.emergency ?? [];
  for (const place of flow.querySelectorAll("[data-calls]")) {
    const some = place.dataset.calls === "one" ? numbers.slice(0, 1) : numbers;
    const made = some.map(number =>
      element("a", {
        className: "btn btn--ink btn--big",
        href: `tel:${number}`,
        textContent: fill(words.call, { number }),
      }),
    );
    place.replaceChildren(...made);
  }
  // Without a number of its own the place leads to all numbers.
  for (const link of flow.querySelectorAll("[data-numbers-link]")) link.hidden = numbers.length > 0;
}
