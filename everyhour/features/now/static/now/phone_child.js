// The form about the child on the page This phone: show what was said, and read what was changed.
import { clean } from "./moment.js";
import { LONGEST_NAME, mayWantCareTouch, monthOf, monthsOld } from "./wishes.js";

/** Show the wishes. The age moves on by itself, as the child grows. */
export function fillForm(form, wished, today = new Date()) {
  const months = monthsOld(wished, today);
  form.nickname.value = wished.nickname ?? "";
  form.how_old.value = months === null ? "" : nearest(form.how_old, months);
  form.age.value = wished.age ?? "";
  form.no_touch.checked = wished.touch === false;
  form.care_touch.checked = wished.care_touch === true;
  for (const box of bodyBoxes(form)) box.checked = (wished.bodies ?? []).includes(box.value);
  form.country.value = wished.country ?? "";
  showCareTouch(form, months);
}

const bodyBoxes = form => [...form.querySelectorAll("[name=bodies]")];
const showCareTouch = (form, months) => {
  form.querySelector("[data-care-touch]").hidden = !mayWantCareTouch(months);
};

/** Return the oldest age to choose that the child has reached. */
function nearest(select, months) {
  const ages = [...select.options].map(option => option.value).filter(value => value !== "");
  return ages.filter(age => Number(age) <= months).at(-1);
}

/** Return the wishes that a changed field stands for. */
export function readChange(field, form, today = new Date()) {
  const number = field.value === "" ? null : Number(field.value);
  return {
    nickname: () => ({ nickname: clean(field.value, LONGEST_NAME) }),
    how_old: () => {
      showCareTouch(form, number);
      return { real_months: number, real_months_on: number === null ? null : monthOf(today) };
    },
    age: () => ({ age: number }),
    no_touch: () => ({ touch: !field.checked }),
    care_touch: () => ({ care_touch: field.checked }),
    bodies: () => ({
      bodies: bodyBoxes(form)
        .filter(box => box.checked)
        .map(box => box.value),
    }),
    country: () => ({ country: field.value }),
  }[field.name]();
}
