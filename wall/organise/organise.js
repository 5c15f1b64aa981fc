/** The organiser's page: addresses, who may come in, where posts come from, and whether phones can reach it. */

/** @import {Page, Problem, Programme, Translate} from '../types.js' */
import { spoken } from '../elements/addresses.js';
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { linkButtons } from '../elements/links.js';
import { qrCode } from '../elements/qr.js';
import { ScanTest } from '../elements/scan/scan.js';
import { themeMenu } from '../elements/theme-menu.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { BadgesPart } from './badges-part.js';
import { ScreenPart } from './screen-part.js';
import { SourcesPart } from './sources-part.js';
import { ThemePart } from './theme-part.js';

/**
 * @param {Page} page
 * @param {Translate} t
 */
async function start(page, t) {
  const place = (/** @type {string} */ id) => one(document, `#${id}`, HTMLElement);
  const failed = (/** @type {Problem} */ problem) => tell(place('notices'), fault(t, problem));
  const parts = { api: page.api, t, lang: page.lang, failed };
  const badges = new BadgesPart(place('badges'), parts);
  const sources = new SourcesPart(place('sources'), { ...parts, desk: `/${page.slug}/desk`, stage: `/${page.slug}/stage`, hashtags: page.symposium?.hashtags ?? [] });
  // The computer at the projector is seldom this one: the address that phones have too.
  const screen = new ScreenPart(place('screen'), { api: page.api, wall: `${page.join.url}/wall`, stage: `/${page.slug}/stage`, t });
  screen.render([]);
  place('prepare').append(
    ownCard(t, 'clock', t('organise.prepare.programme'), t('organise.prepare.programme-what'), `/${page.slug}/programme/edit`),
    ownCard(t, 'paper', t('organise.prepare.shelf'), t('organise.prepare.shelf-what'), `/${page.slug}/shelf`),
    ownCard(t, 'print', t('organise.prepare.codes'), t('organise.prepare.codes-what'), `/${page.slug}/codes`));
  place('after').append(
    ownCard(t, 'pencil', t('role.author'), t('role.author-what'), `/${page.slug}/report`),
    ownCard(t, 'lock', t('organise.after.keep'), t('organise.after.keep-what'), `/${page.slug}/keep`));
  const scan = new ScanTest();
  scan.words = { t, lang: page.lang };
  place('last').append(scan, facts(page, t));
  sources.start();
  const theme = new ThemePart(place('theme'), { ...parts, slug: page.slug });
  const programme = async () => {
    const answer = await send('GET', `${page.api}/programme?brief=1`);
    if (!answer.ok) return failed(answer.problem);
    const { rooms, sessions, zone } = /** @type {Programme} */ (answer.data);
    if (rooms.length > 0) screen.render(rooms);
    badges.offer(sessions, zone);
  };
  await Promise.all([programme(), theme.load(), badges.load(), links(place('links'), page, t, failed)]);
  // The page was behind its door when the browser looked for it.
  if (location.hash === '#sources-title') place('sources-title').scrollIntoView();
}

/**
 * @param {HTMLElement} root
 * @param {string} words
 */
function tell(root, words) {
  root.replaceChildren(el('p', { class: 'banner card warn', role: 'alert' }, icon('warning'), el('span', {}, words)));
}

/**
 * @param {HTMLElement} root
 * @param {Page} page
 * @param {Translate} t
 * @param {(problem: Problem) => void} failed
 */
async function links(root, page, t, failed) {
  const answer = await send('GET', `${page.api}/links`);
  if (!answer.ok) return failed(answer.problem);
  const { join, links: others } = answer.data;
  const base = String(others.wall ?? `${location.origin}/${page.slug}/wall`).replace(/\/wall$/, '');
  const title = t('organise.links.join');
  root.append(
    el('section', { class: 'card link-card join' }, qrCode(page.api, t, join.url, title), el('div', { class: 'stack' }, el('h3', {}, title), el('p', { class: 'address' }, spoken(join.short || join.url)), linkButtons(t, join.url, title))),
    linkCard(t, 'screen', t('organise.links.wall'), t('organise.links.wall-what'), `${base}/wall`),
    linkCard(t, 'filter', t('organise.links.text'), t('organise.links.text-what'), others.text ?? `${base}/text`),
    ownCard(t, 'message', t('role.moderator'), t('role.moderator-what'), `/${page.slug}/desk`),
    ownCard(t, 'settings', t('role.stage'), t('role.stage-what'), `/${page.slug}/stage`));
}

/**
 * A page that only opens with a badge: for the organiser it opens here, others get a link of their own.
 *
 * @param {Translate} t
 * @param {string} sign
 * @param {string} title
 * @param {string} what
 * @param {string} path
 */
function ownCard(t, sign, title, what, path) {
  return el('section', { class: 'card link-card' }, el('div', { class: 'stack' }, el('h3', {}, icon(sign, 'small'), title), el('p', { class: 'meta' }, what),
    el('a', { class: 'button', href: path, 'aria-label': t('link.open-label', { what: title }) }, t('link.open'))));
}

/**
 * @param {Translate} t
 * @param {string} sign
 * @param {string} title
 * @param {string} what
 * @param {string} url
 */
function linkCard(t, sign, title, what, url) {
  return el('section', { class: 'card link-card' }, el('div', { class: 'stack' }, el('h3', {}, icon(sign, 'small'), title), el('p', { class: 'meta' }, what), el('p', { class: 'address small' }, spoken(url)), linkButtons(t, url, title)));
}

/**
 * @param {Page} page
 * @param {Translate} t
 */
function facts(page, t) {
  const { symposium } = page;
  if (!symposium) return el('div');
  const language = new Intl.DisplayNames([page.lang], { type: 'language' });
  const rows = [
    ['organise.facts.title', symposium.title],
    ['organise.facts.date', new Intl.DateTimeFormat(page.lang, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${symposium.date}T00:00:00Z`))],
    ['organise.facts.hashtags', symposium.hashtags.map((tag) => `#${tag}`).join(' ') || '–'],
    ['organise.facts.short', symposium.short],
    ['organise.facts.languages', symposium.languages.map((tag) => language.of(tag) ?? tag).join(', ')],
  ];
  return el('section', { class: 'card stack' }, el('h2', {}, t('organise.facts')),
    el('dl', { class: 'facts' }, rows.map(([key = '', value = '']) => el('div', {}, el('dt', {}, t(key)), el('dd', { dir: 'auto' }, value)))), themeMenu(t));
}

applyTheme();
customElements.define('fontein-scan-test', ScanTest);
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['organiser'] })) await start(page, t);
