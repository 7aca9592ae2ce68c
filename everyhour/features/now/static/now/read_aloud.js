// "Read it to me": words and steps in the device's own speech. Only a voice on the device itself,
// in the page's language, so nothing is sent. Off until asked; one tap turns it off again.
const CALM = 0.9; // a little slower than usual

/** Return [element, what is read] for each of these elements that has words and is not hidden. */
export const spokenParts = elements =>
  elements
    .filter(element => !element.closest("[hidden]"))
    .map(element => [element, element.textContent.replace(/[“”«»]/g, "").trim()])
    .filter(([, text]) => text);

/** Return a voice on the device in this language ("en", "es-MX"), its default first; or null. */
export function findVoice(voices, language) {
  const wanted = language.toLowerCase().split("-")[0];
  const local = voices.filter(
    ({ localService, lang }) =>
      localService && lang.toLowerCase().replace("_", "-").split("-")[0] === wanted,
  );
  return local.find(voice => voice.default) ?? local[0] ?? null;
}

/** Manage the button. `elements()` returns what is read now, in order; `remember` stores whether it
 *  is on; `labels` are its words {idle, reading}. Returns {read, stop, set}: `read` does nothing
 *  unless it is on. */
export function readAloud(button, { speech, language, elements, remember, labels }) {
  let voice = null,
    isOn = false,
    turn = 0; // what was begun in an earlier turn does not go on
  const look = () => {
    voice = findVoice(speech.getVoices(), language);
    button.hidden = !voice;
  };
  const mark = element => {
    for (const one of document.querySelectorAll(".reading")) one.classList.remove("reading");
    element?.classList.add("reading");
  };
  const set = on => {
    isOn = on;
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("span").textContent = on ? labels.reading : labels.idle;
  };
  const stop = () => {
    turn += 1;
    speech.cancel();
    mark(null);
  };
  const read = () => {
    if (!isOn || !voice) return;
    stop();
    speak(spokenParts(elements()), turn);
  };
  const speak = ([next, ...rest], mine) => {
    mark(next?.[0]);
    if (!next) return;
    const said = new SpeechSynthesisUtterance(next[1]);
    Object.assign(said, { voice, lang: voice.lang, rate: CALM });
    said.onend = () => mine === turn && speak(rest, mine);
    said.onerror = () => mine === turn && mark(null);
    speech.speak(said);
  };
  button.addEventListener("click", () => {
    set(!isOn);
    if (isOn) read();
    else stop();
    remember(isOn);
  });
  look();
  speech.addEventListener?.("voiceschanged", look);
  addEventListener("pagehide", stop);
  return { read, stop, set };
}
