/** @import {Page, Translate} from '../types.js' */
/** @import {Order} from './order.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { fault } from '../elements/fault.js';
import { bodyOf } from './order.js';

/** So long nothing changes before a picture is made. */
const CALM_MS = 350;
const PICTURE_MS = 30_000;

/** The first page, as it will be printed. Only the last picture that was asked for is shown. */
export class Preview {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = 0;
  #last = '';

  /**
   * @param {HTMLElement} root
   * @param {{page: Page, t: Translate}} parts
   */
  constructor(root, { page, t }) {
    this.root = root;
    this.page = page;
    this.t = t;
  }

  /** @param {Order} order */
  show(order) {
    const body = order.kind.what === 'badges' ? bodyOf(order, this.#samples()) : bodyOf(order);
    const wanted = JSON.stringify(body);
    if (wanted === this.#last) return;
    clearTimeout(this.#timer);
    this.#last = wanted;
    const asked = ++this.#asked;
    if (order.kind.what !== 'badges' && !order.codes.length) {
      this.root.classList.remove('waiting');
      this.root.replaceChildren(el('p', { class: 'hint' }, this.t('codes.none')));
      return;
    }
    this.root.classList.add('waiting');
    this.#timer = setTimeout(() => void this.#draw(asked, order, body), CALM_MS);
  }

  /** A card needs a link, and there is none before it is made. This one opens nothing. */
  #samples() {
    const link = `${this.page.join.url}/desk#k=${'voorbeeld-'.repeat(4)}`;
    return [{ link, name: this.t('codes.sample'), role: 'moderator' }];
  }

  /**
   * @param {number} asked
   * @param {Order} order
   * @param {object} body
   */
  async #draw(asked, order, body) {
    const answer = await send('POST', `${this.page.api}/codes/previews`, body, { headers: { Accept: 'image/png' }, timeoutMs: PICTURE_MS });
    if (asked !== this.#asked) return;
    this.root.classList.remove('waiting');
    if (!answer.ok) {
      this.root.replaceChildren(el('p', { class: 'hint' }, fault(this.t, answer.problem)));
      this.#last = '';
      return;
    }
    const url = URL.createObjectURL(answer.data);
    const picture = el('img', { src: url, alt: this.t('codes.preview.of', { what: this.t(`codes.kind.${order.kind.key}`) }) });
    picture.addEventListener('load', () => URL.revokeObjectURL(url), { once: true });
    this.root.replaceChildren(picture);
  }
}
