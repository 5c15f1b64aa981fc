/**
 * Bring a list up to date: an item whose signature is the same keeps its node, so that focus and reading place stay.
 *
 * @template T
 * @param {HTMLElement} parent
 * @param {readonly T[]} items
 * @param {{key: (item: T) => string, signature: (item: T) => string, make: (item: T) => HTMLElement}} how
 */
export function keyed(parent, items, { key, signature, make }) {
  const old = new Map([...parent.children].map((node) => [/** @type {HTMLElement} */ (node).dataset['key'] ?? '', /** @type {HTMLElement} */ (node)]));
  const nodes = items.map((item) => {
    const found = old.get(key(item));
    if (found && found.dataset['signature'] === signature(item)) return found;
    const made = make(item);
    made.dataset['key'] = key(item);
    made.dataset['signature'] = signature(item);
    return made;
  });
  const wanted = new Set(nodes);
  const focused = focusIn(parent);
  for (const node of old.values()) if (!wanted.has(node)) node.remove();
  // Moving a node takes its focus away, so only what is out of place moves.
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  if (focused) restore(parent, focused);
}

/**
 * @param {HTMLElement} parent
 * @returns {{key: string, isItem: boolean, index: number} | null} Which item has it, itself or one of its buttons.
 */
function focusIn(parent) {
  const active = document.activeElement;
  const item = active && parent.contains(active) ? [...parent.children].find((child) => child.contains(active)) : undefined;
  if (!item || !(item instanceof HTMLElement)) return null;
  return { key: item.dataset['key'] ?? '', isItem: active === item, index: [...item.querySelectorAll('button, a')].indexOf(/** @type {Element} */ (active)) };
}

/**
 * @param {HTMLElement} parent
 * @param {{key: string, isItem: boolean, index: number}} focused
 */
function restore(parent, { key, isItem, index }) {
  const item = [...parent.children].find((child) => /** @type {HTMLElement} */ (child).dataset['key'] === key);
  const targets = item ? [...item.querySelectorAll('button, a')] : [];
  const target = isItem ? item : (targets[index] ?? targets[0]);
  if (target instanceof HTMLElement && document.activeElement !== target) target.focus({ preventScroll: true });
}
