/**
 * The theme's own sheet of custom properties. Another one replaces it only when it has come: a wall is never without colours, and one
 * that does not come changes nothing.
 */
export class Sheet {
  /** @type {HTMLLinkElement | null} */
  #worn = null;
  /** @type {string | null} */
  #asked = null;
  /** Raised whenever other colours came. */
  generation = 0;

  /** @param {() => void} onchange Everything has to be measured anew. */
  constructor(onchange) {
    this.onchange = onchange;
  }

  /** @param {string | null} url Of this server; null: the colours that came with the page. */
  load(url) {
    if (url === this.#asked) return;
    this.#asked = url;
    if (url === null) return this.#wear(null);
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.addEventListener('load', () => (this.#asked === url ? this.#wear(link) : link.remove()));
    link.addEventListener('error', () => {
      link.remove();
      if (this.#asked === url) this.#asked = ''; // So that it is asked for again when the theme is told anew.
    });
    link.href = url;
    document.head.append(link);
  }

  /** @param {HTMLLinkElement | null} link */
  #wear(link) {
    this.#worn?.remove();
    this.#worn = link;
    this.generation += 1;
    this.onchange();
  }
}
