// The page of Right now, and what its scripts share: places, sentences, small helpers.
export const flow = document.querySelector("[data-flow]");
export const find = (selector, within = flow) => within.querySelector(selector);
export const parsed = id => JSON.parse(document.getElementById(id)?.textContent ?? "null");
export const words = parsed("words");
export const fill = (text, values) =>
  Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
export const element = (tag, properties) =>
  Object.assign(document.createElement(tag), properties);
