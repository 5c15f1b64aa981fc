/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {{
 *   class?: string,
 *   data?: Readonly<Record<string, string | number>>,
 *   on?: Readonly<Record<string, (event: any) => void>>,
 *   [attribute: string]: unknown,
 * }} Props
 */

/**
 * Make an element. Texts become text nodes, so a stranger's words can never become markup.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props] `class`, `data` (dataset), `on` (listeners); all else are attributes: `true` is an empty one,
 *   `false`, `null` and `undefined` are left out.
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  const { class: names, data, on, ...attributes } = props;
  if (names) element.className = names;
  for (const [name, value] of Object.entries(data ?? {})) element.dataset[name] = String(value);
  for (const [name, listener] of Object.entries(on ?? {})) element.addEventListener(name, listener);
  setAttributes(element, attributes);
  element.append(...nodes(children));
  return element;
}

/**
 * The first match, of the kind that the page promises.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind For example `HTMLButtonElement`.
 * @returns {T}
 * @throws {Error} When the template does not have it: a mistake of ours, better seen at once.
 */
export function one(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} at ${selector}`);
  return found;
}

/**
 * @param {Element} element
 * @param {Readonly<Record<string, unknown>>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
