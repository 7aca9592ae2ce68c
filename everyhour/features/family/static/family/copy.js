// Copy the link. Without JavaScript, it can be selected in its field.
const button = document.querySelector("[data-copy]"), link = document.querySelector("[data-link]");
if (button && link && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(link.value); } catch { link.select(); return; }
    document.querySelector("[data-copied]").textContent = button.dataset.done;
  });
}
