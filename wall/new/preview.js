/** @import {Translate} from '../types.js' */
/** @import {Fields} from './fields.js' */
import { el } from '../lib/html.js';
import { dayTime } from '../lib/time.js';

const SVG = 'http://www.w3.org/2000/svg';

/** How the wall will look, while somebody types. A picture: the wall itself is drawn by its own page. */
export class Preview {
  #title = el('span', { class: 'preview-title', dir: 'auto' });
  #tag = el('span', { class: 'preview-tag', dir: 'auto' });
  #address = el('span', { class: 'preview-address' });

  /**
   * @param {HTMLElement} root
   * @param {Translate} t
   * @param {string} lang
   * @param {string} host
   */
  constructor(root, t, lang, host) {
    this.t = t;
    this.host = host;
    const post = el('span', { class: 'preview-post' }, el('span', { class: 'preview-author' }, t('new.preview.first')), el('span', { class: 'preview-text' }, t('new.preview.welcome')), this.#tag);
    root.append(
      el('span', { class: 'preview-top' }, this.#title, el('span', {}, dayTime(lang, Date.now()))),
      water(), post,
      el('span', { class: 'preview-join' }, codeLike(), el('span', { class: 'preview-words' }, el('strong', {}, t('new.preview.join')), this.#address)));
  }

  /** @param {Fields} fields */
  render({ title, hashtags, short }) {
    this.#title.textContent = title || this.t('new.preview.untitled');
    this.#tag.textContent = hashtags.map((tag) => `#${tag}`).join(' ');
    this.#address.textContent = `${this.host}/${short || '…'}`;
  }
}

function water() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 560 300');
  svg.setAttribute('preserveAspectRatio', 'xMidYMax slice');
  svg.setAttribute('class', 'preview-water');
  svg.setAttribute('aria-hidden', 'true');
  const jets = [40, 95, 150, 205, 250];
  const paths = jets.flatMap((far, at) => [1, -1].map((side) => `M280 285 Q ${280 + (side * far) / 2} ${30 + at * 30} ${280 + side * far} 285`));
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', paths.join(' '));
  svg.append(path);
  return svg;
}

/** Stands for the code; the real one is drawn when there is an address for it. */
function codeLike() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 21 21');
  svg.setAttribute('class', 'preview-code');
  svg.setAttribute('aria-hidden', 'true');
  const eye = (/** @type {number} */ x, /** @type {number} */ y) => `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`;
  const cells = Array.from({ length: 21 * 21 }, (_, n) => ({ x: n % 21, y: Math.floor(n / 21) }));
  const dots = cells.filter(({ x, y }) => !(x < 8 && y < 8) && !(x > 12 && y < 8) && !(x < 8 && y > 12) && (x * x * 3 + y * 7 + x * y) % 9 < 4);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('fill-rule', 'evenodd');
  path.setAttribute('d', eye(0, 0) + eye(14, 0) + eye(0, 14) + dots.map(({ x, y }) => `M${x} ${y}h1v1h-1z`).join(''));
  svg.append(path);
  return svg;
}
