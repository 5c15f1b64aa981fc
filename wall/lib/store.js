/**
 * A value that tells when it was replaced (event `change`). State lives in one of these and flows down.
 *
 * @template T
 */
export class Store extends EventTarget {
  #value;

  /** @param {T} value */
  constructor(value) {
    super();
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  /** @param {(value: T) => T} change Gives the new value; the same one back means that nothing changed. */
  update(change) {
    const next = change(this.#value);
    if (next === this.#value) return;
    this.#value = next;
    this.dispatchEvent(new Event('change'));
  }
}
