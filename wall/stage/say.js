/**
 * Set a text only where it is another: what did not change is not touched, so that a screen reader stays quiet and a selection stays.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
