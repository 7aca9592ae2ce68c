// Copy the link. Without this, it stands in a field and can be marked by hand.
const button = document.querySelector("[data-copy]"), link = document.querySelector("[data-link]");
if (button && link && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(link.value); } catch { link.select(); return; }
    document.querySelector("[data-copied]").textContent = button.dataset.done;
  });
}
