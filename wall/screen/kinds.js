/** @import {Card, Form, Frame, Geometry, Place, Size} from '../lib/fountain.js' */
import * as columns from '../lib/columns.js';
import * as fountain from '../lib/fountain.js';
import { STEPS, barGeometry, firstStep, geometry as singleGeometry, placeIn, stepOf } from '../lib/single.js';

/**
 * The layouts of a wall, all with one face: measure a card, say where it stands, say what a new one does to the others.
 *
 * @typedef {'fountain' | 'columns' | 'spotlight' | 'single' | 'lower-third'} KindName spotlight: one post as a scene; single: one post as a theme.
 *
 * @typedef {Card & {step?: number}} Measured `step`: of `STEPS`, where a post is set as large as it can be.
 *
 * @typedef {object} Kind
 * @property {boolean} one One post at a time.
 * @property {boolean} flies Cards move from place to place; else one is replaced by another.
 * @property {(frame: Frame) => Geometry} geometry
 * @property {(at: Geometry, id: string, element: HTMLElement) => Measured | null} measure The element is in the document. null: too long for this layout; it is left out.
 * @property {(at: Geometry, cards: readonly Measured[]) => Place[]} arrange
 * @property {(at: Geometry, places: readonly Place[], cards: readonly Measured[], entering: Measured, leaving: readonly string[]) => {sink: string[], aside: Place | null, rise: Place}} plan
 */

/** @type {readonly Form[]} */
const FORMS = ['normal', 'long', 'spotlight', 'side'];
/** Smaller type than this is worse than a broken word. */
const WHOLE_WORDS = 1.4;
/** From here on it is a headline. */
const HEADLINE = 1.5;

/** @type {Readonly<Record<KindName, Kind>>} */
export const KINDS = {
  fountain: { one: false, flies: true, geometry: fountain.geometry, measure: measureForms, arrange: fountain.arrange, plan: fountain.plan },
  columns: { one: false, flies: false, geometry: columns.geometry, measure: measureForms, arrange: fountain.arrange, plan: fountain.plan },
  spotlight: single((frame) => singleGeometry(frame, false), measureSteps),
  single: single((frame) => singleGeometry(frame, true), measureSteps),
  'lower-third': single(barGeometry, measureBar),
};

/**
 * @param {Kind['geometry']} geometry
 * @param {Kind['measure']} measure
 * @returns {Kind}
 */
function single(geometry, measure) {
  return {
    one: true, flies: false, geometry, measure,
    arrange: (at, cards) => cards.slice(0, 1).map(({ id, size }) => placeIn(at.spotlight, id, size)),
    plan: (at, places, _cards, entering) => ({ sink: places.map(({ id }) => id).filter((id) => id !== entering.id), aside: null, rise: placeIn(at.spotlight, entering.id, entering.size) }),
  };
}

/**
 * @param {Geometry} at
 * @param {string} id
 * @param {HTMLElement} element
 * @returns {Measured}
 */
function measureForms(at, id, element) {
  const sizes = sizesOf(element);
  const form = fountain.formOf(at, sizes);
  const side = at.sideForm === 'side' ? { side: sizes.side } : {};
  return { id, form, size: sizes[form], ...side };
}

/**
 * How large it is in each form, measured once somebody asks: each costs a layout, and the first form mostly fits.
 *
 * @param {HTMLElement} element
 * @returns {Readonly<Record<Form, Size>>}
 */
function sizesOf(element) {
  /** @type {Partial<Record<Form, Size>>} */
  const known = {};
  const measured = FORMS.map((form) => [form, { get: () => (known[form] ??= sizeIn(element, form)) }]);
  return Object.defineProperties(/** @type {Record<Form, Size>} */ ({}), Object.fromEntries(measured));
}

/**
 * @param {Geometry} at
 * @param {string} id
 * @param {HTMLElement} element
 * @returns {Measured}
 */
function measureSteps(at, id, element) {
  wear(element, 'spotlight');
  element.style.width = `${at.spotlight.width}px`;
  element.classList.add('unbroken');
  const first = firstStep(at.spotlight.width, at.body);
  const whole = STEPS.findIndex((type, step) => step >= first && type >= WHOLE_WORDS && fits(at, sizeAt(element, step)));
  element.classList.remove('unbroken');
  const step = whole === -1 ? first + stepOf(at.spotlight, STEPS.slice(first).map((_, index) => sizeAt(element, first + index))) : whole;
  return { id, form: 'spotlight', step, size: { width: at.spotlight.width, height: sizeAt(element, step).height } };
}

/**
 * @param {HTMLElement} element
 * @param {number} step
 * @returns {Size} Wider than the card when a word does not fit on a line.
 */
function sizeAt(element, step) {
  wearStep(element, step);
  return { width: Math.max(element.offsetWidth, element.scrollWidth), height: element.offsetHeight };
}

/**
 * @param {Geometry} at
 * @param {Size} size
 */
function fits({ spotlight }, { width, height }) {
  return height <= spotlight.height + 0.5 && width <= spotlight.width + 0.5;
}

/**
 * @param {Geometry} at
 * @param {string} id
 * @param {HTMLElement} element
 * @returns {Measured | null}
 */
function measureBar(at, id, element) {
  wear(element, 'spotlight');
  element.style.width = `${at.spotlight.width}px`;
  const { width, height } = at.spotlight;
  return element.offsetHeight <= height + 0.5 ? { id, form: 'spotlight', size: { width, height } } : null;
}

/**
 * @param {HTMLElement} element
 * @param {Form} form
 * @returns {Size}
 */
function sizeIn(element, form) {
  wear(element, form);
  return { width: element.offsetWidth, height: element.offsetHeight };
}

/**
 * @param {HTMLElement} element
 * @param {Form} form
 */
export function wear(element, form) {
  element.classList.remove(...FORMS);
  element.classList.add(form);
}

/**
 * @param {HTMLElement} element
 * @param {number} step
 */
export function wearStep(element, step) {
  const type = STEPS[step] ?? 1;
  element.classList.toggle('headline', type >= HEADLINE);
  element.style.setProperty('--step', String(type));
}
