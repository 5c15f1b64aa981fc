/** @import {GroupsSlide, PollSlide, Told} from '../lib/hall-slides.js' */
/** @import {Way} from './ways.js' */
import { opinionMap } from '../lib/opinion-map.js';
import { el } from '../lib/html.js';
import { aside, isWhole } from './pieces.js';
import { PLAIN, hasRoom, label, texts, wearWay } from './ways.js';

/** Who thinks alike: rings with a letter, and beside them in words what unites the hall and what divides it. */

/** How many of each are told, type of the lists, and how words may break; best first. */
const WAYS = /** @type {const} */ ([
  [3, 1, 'whole'], [3, 0.9, 'whole'], [2, 1, 'whole'], [2, 0.9, 'soft'], [3, 0.8, 'soft'], [2, 0.8, 'soft'], [1, 0.95, 'soft'], [1, 0.8, 'soft'], [1, 0.72, 'any'],
  [1, 0.6, 'any'], [1, 0.5, 'any'], [1, 0.42, 'any'], [1, 0.34, 'any'], [0, 0.72, 'any'], [0, 0.42, 'any'], [0, 0.27, 'any'],
]);
/**
 * How high the map is at least, in body sizes, and how its labels are tried: in how many lines, and their type in the usual one. Smaller
 * ones come only where no list, however short, leaves the others room.
 */
const MAPS = /** @type {const} */ ([[5.5, [[2, 1], [1, 1], [1, 0.95]]], [2, [[1, 0.85], [1, 0.72], [1, 0.6], [1, 0.5], [1, 0.4], [1, 0.3]]]]);

/**
 * @param {HTMLElement} place
 * @param {GroupsSlide} groups
 * @param {PollSlide} poll
 * @param {number} turn Which language.
 */
export function drawGroups(place, groups, poll, turn) {
  place.dataset['form'] = 'groups';
  for (const [least, labels] of MAPS) {
    for (const [most, list, words] of WAYS) {
      const way = { ...PLAIN, step: 1.6 * Math.min(1, list * 1.1), list, words };
      place.replaceChildren(...written(groups, poll, way, most, turn));
      wearWay(place, way);
      const box = place.querySelector('.map');
      if (!(box instanceof HTMLElement)) return;
      if (isWhole(place) && hasRoom(box, least) && labels.some(([lines, share]) => drawMap(box, groups, lines, share))) return;
    }
  }
}

/**
 * @param {GroupsSlide} groups
 * @param {PollSlide} poll
 * @param {Way} way
 * @param {number} most
 * @param {number} turn
 */
function written({ title, note, groups, unites, united, divides, divided }, poll, way, most, turn) {
  const [asked] = texts(poll.title, way, turn);
  const rings = groups.map((_, at) => el('i', { class: `ring r${at}`, 'aria-hidden': 'true' }));
  const labels = groups.map(({ name, people }) => el('div', { class: 'ring-words' }, el('p', { class: 'ring-name' }, name), el('p', { class: 'ring-people' }, people)));
  return [
    el('div', { class: 'poll-main' }, el('h1', { class: 'scene-title poll-title', data: { fit: '' } }, title), el('p', { class: 'poll-other', dir: 'auto', data: { fit: '' } }, asked), el('div', { class: 'map' }, ...rings, ...labels), el('p', { class: 'scene-small' }, note)),
    el('div', { class: 'groups-side' },
      most > 0 ? told(unites, united.slice(0, most), way, turn) : null,
      most > 0 ? told(divides, divided.slice(0, most), way, turn) : null,
      aside(poll)),
  ];
}

/**
 * @param {string} over
 * @param {readonly Told[]} all
 * @param {Way} way
 * @param {number} turn
 */
function told(over, all, way, turn) {
  if (!over) return null;
  return el('div', { class: 'told' }, el('p', { class: 'told-over', data: { fit: '' } }, over), el('ul', { class: 'told-list' }, ...all.map(({ text, said }) => el('li', { class: 'told-one' }, label(text, way, turn), said ? el('p', { class: 'told-said', data: { fit: '' } }, said) : null))));
}

/**
 * @param {HTMLElement} box
 * @param {GroupsSlide} groups
 * @param {number} lines Of a label: its letter and its people, one under the other or side by side.
 * @param {number} share Type of the labels, in their usual one.
 * @returns {boolean} The labels have room.
 */
function drawMap(box, { groups }, lines, share) {
  box.dataset['lines'] = String(lines);
  box.style.setProperty('--label', String(share));
  const words = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('.ring-words')]);
  const size = { width: Math.max(...words.map((each) => each.offsetWidth)), height: Math.max(...words.map((each) => each.offsetHeight)) };
  if (size.height * groups.length > box.clientHeight || size.width > box.clientWidth) return false;
  const { ellipses, labels } = opinionMap(groups.map(({ place }) => place), { width: box.clientWidth, height: box.clientHeight }, size);
  box.querySelectorAll('.ring').forEach((ring, at) => {
    const { x, y, wide, high, turn } = ellipses[at] ?? { x: 0, y: 0, wide: 0, high: 0, turn: 0 };
    if (ring instanceof HTMLElement) Object.assign(ring.style, { width: `${2 * wide}px`, height: `${2 * high}px`, transform: `translate(${x - wide}px, ${y - high}px) rotate(${turn}rad)` });
  });
  words.forEach((each, at) => {
    each.style.width = `${size.width}px`;
    each.style.transform = `translate(${labels[at]?.x ?? 0}px, ${labels[at]?.y ?? 0}px)`;
  });
  return true;
}
