// This device's time zone: filled in where a form asks for it, offered where it can be chosen.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
for (const field of document.querySelectorAll("input[data-zone]")) field.value = here;

const offer = document.querySelector("[data-zone-here]");
const choice = document.getElementById("zone");
if (offer && here && choice?.value !== here) {
  offer.querySelector("b").textContent = here;
  offer.querySelector("[data-zone-use]").addEventListener("click", () => {
    choice.value = here;
    choice.form.requestSubmit();
  });
  offer.hidden = false;
}
