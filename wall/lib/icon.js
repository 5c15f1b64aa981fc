import { page } from './page.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * A picture from `icons/sprite.svg`, hidden from screen readers: the word beside it says the same.
 *
 * @param {string} name Id in the sprite.
 * @param {string} [more] More class names, for example `small`.
 * @returns {SVGSVGElement}
 */
export function icon(name, more = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${more}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${page().assets}icons/sprite.svg#${name}`);
  svg.append(use);
  return svg;
}
