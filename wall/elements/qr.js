/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';

/**
 * A QR code of one of our own links, drawn by the server. A link with a badge in it never becomes part of an address
 * that is logged or kept: it goes in a body, and comes back as bytes.
 *
 * @param {string} api
 * @param {Translate} t
 * @param {string} link
 * @param {string} what Names it for screen readers.
 * @returns {HTMLElement}
 */
export function qrCode(api, t, link, what) {
  const place = el('div', { class: 'qr' });
  void draw(place, api, t, link, t('qr.of', { what }));
  return place;
}

/**
 * @param {HTMLElement} place
 * @param {string} api
 * @param {Translate} t
 * @param {string} link
 * @param {string} alt
 */
async function draw(place, api, t, link, alt) {
  const answer = await send('POST', `${api}/qr`, { text: link }, { headers: { Accept: 'image/svg+xml' } });
  if (!answer.ok) {
    place.replaceChildren(el('p', { class: 'hint' }, t('qr.failed')));
    return;
  }
  const url = URL.createObjectURL(answer.data);
  const picture = el('img', { src: url, alt, width: 160, height: 160 });
  picture.addEventListener('load', () => URL.revokeObjectURL(url), { once: true });
  place.replaceChildren(picture);
}
