// “+” in the bar: a sheet over the page, so that one more tap logs what is happening now. Without
// this module, or without the sheet, the link leads to the page.
const sheet = document.querySelector("[data-add-sheet]");

document.addEventListener("click", event => {
  const inPlace = !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.button;
  if (!event.target.closest?.("a[data-add]") || !sheet?.showModal || !inPlace) return;
  event.preventDefault();
  sheet.showModal();
});
// A tap beside the sheet, or on its cross: what was typed stays for the next time.
sheet?.addEventListener("click", event => {
  if (event.target === sheet || event.target.closest("[data-add-close]")) sheet.close();
});

// What was just saved is said once: a reload, or the way back, does not say it again.
if (document.querySelector("[data-just]")) {
  const url = new URL(location.href);
  for (const name of ["saved", "gone"]) url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
}
