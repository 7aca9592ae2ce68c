// The voice of the answer: "Read it to me", where the device can speak the page's language.
import { find, words } from "./flow_page.js";
import { readAloud } from "./read_aloud.js";
import { changeWishes } from "./store.js";

export const voice = window.speechSynthesis
  ? readAloud(find("[data-ear]"), {
      speech: speechSynthesis,
      language: document.documentElement.lang,
      elements: () => [
        find("[data-say]"),
        find("[data-title]"),
        ...find("[data-steps]").children,
      ],
      remember: on => changeWishes(old => ({ ...old, read_aloud: on })).catch(() => {}),
      labels: { idle: words.read_to_me, reading: words.reading },
    })
  : null;
