/** @import {Translate} from '../types.js' */
/** @import {Fields} from './fields.js' */
/** @import {Made} from './roles.js' */
import { spoken } from '../elements/addresses.js';
import { linkButtons } from '../elements/links.js';
import { qrCode } from '../elements/qr.js';
import { ScanTest } from '../elements/scan/scan.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { openLinks, roleLinks } from './roles.js';

/** This page is often open on a projector. */
const COVER_MS = 60_000;

/**
 * "Klaar. Hier begint je dag.": the links of a new symposium, which are shown once.
 *
 * @param {object} parts
 * @param {Made} parts.made
 * @param {Fields} parts.fields
 * @param {Translate} parts.t
 * @param {string} parts.lang
 * @returns {Node[]}
 */
export function done({ made, fields, t, lang }) {
  const api = `/v1/symposia/${made.slug}`;
  const open = openLinks(made, location.origin, fields.short);
  const roles = roleLinks(made, location.origin);
  const link = (/** @type {string} */ role) => roles.find((one) => one.role === role)?.link;
  const cards = roles.map(({ role, sign, link: url }) => roleCard(api, t, { title: t(`role.${role}`), what: t(`role.${role}-what`), sign, url }));
  const scan = new ScanTest();
  scan.words = { t, lang };
  window.setTimeout(() => cards.forEach(cover), COVER_MS);
  return [
    el('div', { class: 'done-intro' }, el('h1', { tabindex: '-1' }, t('new.done')), el('p', {}, t('new.done.intro')), el('p', { class: 'meta' }, t('new.done.cover'))),
    el('div', { class: 'done-grid' },
      hall(api, t, open),
      el('div', { class: 'done-roles' }, cards.map((card) => card.root)),
      el('section', { class: 'card done-screen' }, icon('screen', 'large'), el('div', { class: 'stack' }, el('h2', {}, t('new.done.screen')),
        el('p', {}, t('new.done.screen-text'), ' ', el('strong', { class: 'address' }, spoken(open.wall))), linkButtons(t, open.wall, t('new.done.screen')))),
      scan),
    next(t, link('moderator'), link('organiser')),
  ];
}

/**
 * @param {string} api
 * @param {Translate} t
 * @param {{join: string, typed: string}} address
 */
function hall(api, t, { join: url, typed }) {
  const title = t('new.done.hall');
  return el('section', { class: 'done-hall' }, el('h2', {}, title), qrCode(api, t, url, title), el('p', { class: 'address hall-address' }, typed), linkButtons(t, url, title));
}

/**
 * @param {string} api
 * @param {Translate} t
 * @param {{title: string, what: string, sign: string, url: string}} about
 */
function roleCard(api, t, { title, what, sign, url }) {
  const code = el('div', { class: 'code-place' }, qrCode(api, t, url, title));
  const root = el('section', { class: 'card role-card' }, code,
    el('div', { class: 'role-words' }, el('h2', {}, icon(sign, 'small'), title), el('p', { class: 'meta' }, what), linkButtons(t, url, title)));
  return { root, code, t };
}

/**
 * Cover a code until somebody asks for it, and for as long again.
 * @param {ReturnType<typeof roleCard>} card
 */
function cover(card) {
  const inside = [...card.code.childNodes];
  const button = el('button', { class: 'button covered', type: 'button' }, card.t('qr.covered'));
  button.addEventListener('click', () => {
    card.code.replaceChildren(...inside);
    window.setTimeout(() => cover(card), COVER_MS);
  });
  card.code.replaceChildren(button);
}

/**
 * @param {Translate} t
 * @param {string | undefined} desk
 * @param {string | undefined} organise
 */
function next(t, desk, organise) {
  const to = (/** @type {string | undefined} */ url, /** @type {string} */ words, /** @type {string} */ kind) =>
    url ? el('a', { class: `button big ${kind}`, href: url, target: '_blank', rel: 'noopener' }, words) : null;
  return el('section', { class: 'done-next', 'aria-label': t('new.done.next') }, to(desk, t('new.done.desk'), 'primary'), to(organise, t('new.done.organise'), ''),
    el('p', { class: 'meta' }, t('new.done.return')));
}
