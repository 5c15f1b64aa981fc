/** @import {Own, Symposium} from '../types.js' */
/** @import {Unsent} from './outbox.js' */
import { Live } from '../live.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { send } from '../lib/http.js';
import { keep, kept } from '../lib/keep.js';
import { keyed } from '../lib/keyed.js';
import { page, translate } from '../lib/page.js';
import { age, dayTime } from '../lib/time.js';
import { PostList } from '../text/list.js';
import { Compose } from './compose.js';
import { inOrder, ownCard, stateOf, unsentCard } from './mine.js';
import { Outbox } from './outbox.js';
import { Sender } from './sender.js';

/** A short gap in the line is nobody's business. */
const LOST_MS = 4_000;
const AGES_MS = 20_000;
/** With less height than this, a focused field means that the keyboard is up. */
const KEYBOARD_PX = 700;

const told = page();
const t = translate();
const SEEN = `fontein-seen-${told.slug}`;

const live = new Live(told.api, 'phone');
const outbox = await Outbox.open(told.slug);
const sender = new Sender(told.api, outbox);
const compose = new Compose(told, t, (unsent) => void queue(unsent));

const notices = one(document, '#notices', HTMLElement);
const list = one(document, '#own', HTMLElement);
const unseen = one(document, '#unseen', HTMLElement);

/** Own posts, from the line or asked for. @type {readonly Own[]} */
let own = [];
let ownAtMs = 0;
/** Posts whose withdrawing failed just now. @type {Set<string>} */
const failed = new Set();
/** @type {'sent' | 'no-storage' | 'full' | null} */
let news = null;
let lost = false;
let lostTimer = 0;
/** @type {Live | null} */
let wall = null;

/* --- sending ------------------------------------------------------------------------------------------------- */

/** @param {Unsent} unsent */
async function queue(unsent) {
  const durable = await outbox.put(unsent);
  news = null;
  location.hash = '#mine';
  draw();
  await sender.flush();
  const waits = outbox.all.some(({ key }) => key === unsent.key);
  if (waits && !durable) news = unsent.photos.length > 0 ? 'full' : 'no-storage';
  draw();
}

sender.addEventListener('change', draw);
sender.addEventListener('sent', () => {
  news = 'sent';
  if (live.state !== 'live') void askOwn();
  draw();
});

/** Without the line, ask. */
async function askOwn() {
  const answer = await send('GET', `${told.api}/own`);
  if (answer.ok) takeOwn(answer.data.posts);
}

/** @param {readonly Own[]} posts */
function takeOwn(posts) {
  own = posts;
  ownAtMs = live.clock.now();
  draw();
}

/** @param {Own} post */
async function withdraw(post) {
  failed.delete(post.id);
  const answer = await send('DELETE', `${told.api}/posts/${post.id}`);
  if (!answer.ok) failed.add(post.id);
  else own = own.map((one) => (one.id === post.id ? { ...one, status: 'withdrawn', onScreen: false, decidedAt: live.clock.now() * 1000 } : one));
  draw();
}

/** @param {Unsent} unsent */
async function change(unsent) {
  await sender.remove(unsent.key);
  location.hash = '#write';
  compose.edit(unsent);
}

/* --- drawing ------------------------------------------------------------------------------------------------- */

function draw() {
  drawMine();
  drawNotices();
  drawUnseen();
}

/** @typedef {{unsent: Unsent, own?: undefined} | {own: Own, unsent?: undefined}} Item */

function drawMine() {
  const nowMs = live.clock.now();
  const words = { t, lang: told.lang, nowMs };
  /** @type {Item[]} */
  const items = [...outbox.all.reverse().map((unsent) => ({ unsent })), ...inOrder(own).map((post) => ({ own: post }))];
  keyed(list, items, {
    key: (item) => item.unsent?.key ?? item.own?.id ?? '',
    signature: (item) => (item.unsent ? unsentSignature(item.unsent) : ownSignature(item.own, nowMs)),
    make: (item) => (item.unsent ? makeUnsent(item.unsent, words) : ownCard(item.own, words, () => void withdraw(item.own), failed.has(item.own.id))),
  });
  one(document, '#mine-empty', HTMLElement).hidden = items.length > 0;
  const at = one(document, '#mine-at', HTMLElement);
  at.hidden = !lost || ownAtMs === 0;
  at.textContent = t('mine.at', { time: dayTime(told.lang, ownAtMs) });
}

/**
 * @param {Unsent} unsent
 * @param {{t: typeof t, lang: string, nowMs: number}} words
 */
function makeUnsent(unsent, words) {
  return unsentCard(unsent, unsentState(unsent), sender.problems.get(unsent.key), words, {
    tryNow: () => void sender.flush(),
    edit: () => void change(unsent),
    remove: () => void sender.remove(unsent.key),
  });
}

/** @param {Unsent} unsent */
function unsentState({ key }) {
  if (sender.sending === key) return 'sending';
  return sender.isRefused(key) ? 'refused' : 'unsent';
}

/** @param {Unsent} unsent */
function unsentSignature(unsent) {
  const problem = sender.problems.get(unsent.key);
  return `${unsentState(unsent)} ${problem?.status ?? ''} ${problem?.code ?? ''} ${problem?.retryAfter ?? ''}`;
}

/**
 * @param {Own} post
 * @param {number} nowMs
 */
function ownSignature(post, nowMs) {
  return `${post.status} ${post.onScreen} ${post.reason} ${post.revision} ${failed.has(post.id)} ${age(t, told.lang, post.received / 1000, nowMs)}`;
}

let noticed = '';

function drawNotices() {
  const waiting = outbox.all.length > 0;
  const which = lost ? (waiting ? 'offline.safe' : 'offline.write') : news === 'sent' && !waiting ? 'sent' : '';
  const storage = news === 'full' ? 'storage.full' : (news === 'no-storage' || !outbox.durable) && waiting ? 'storage.none' : '';
  if (noticed === which + storage) return;
  noticed = which + storage;
  notices.replaceChildren();
  if (which === 'sent') notices.append(el('p', { class: 'banner appear' }, icon('check'), el('span', {}, t('sent'))));
  else if (which) notices.append(el('p', { class: 'banner warn appear' }, icon('offline'), el('span', {}, el('strong', {}, t('offline')), ` ${t(which)}`)));
  if (storage) notices.append(el('p', { class: 'banner warn appear' }, icon('warning'), el('span', {}, t(storage))));
}

/** @type {Map<string, string>} */
const seen = new Map((kept(SEEN) ?? '').split(' ').filter(Boolean).map((pair) => /** @type {[string, string]} */ (pair.split('='))));

/** The dot on the tab: what changed since the posts were last looked at. */
function drawUnseen() {
  const states = own.map((post) => /** @type {const} */ ([post.id, stateOf(post)]));
  if (tab() === 'mine' && !document.hidden) {
    for (const [id, state] of states) seen.set(id, state);
    for (const id of seen.keys()) if (!own.some((post) => post.id === id) && own.length > 0) seen.delete(id);
    keep(SEEN, [...seen].map((pair) => pair.join('=')).join(' '));
  }
  const count = states.filter(([id, state]) => state !== 'waiting' && seen.get(id) !== state).length;
  unseen.hidden = count === 0;
  unseen.replaceChildren(el('span', { 'aria-hidden': 'true' }, count), el('span', { class: 'visually-hidden' }, t('tab.unseen', { n: count }), ' '));
}

/* --- tabs ---------------------------------------------------------------------------------------------------- */

/** @returns {string} */
function tab() {
  const name = location.hash.slice(1);
  return name === 'mine' || name === 'screen' ? name : 'write';
}

function showTab() {
  for (const link of document.querySelectorAll('#tabs a')) {
    if (link.getAttribute('href') === `#${tab()}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (tab() !== 'mine') news = null;
  window.scrollTo({ top: 0 });
  if (tab() === 'screen') startWall();
  else wall?.stop();
  draw();
}

/** The phone's own line does not carry the posts of others; that one is open only while somebody looks. */
function startWall() {
  if (!wall) {
    wall = new Live(told.api, 'wall');
    new PostList(one(document, '#list', HTMLElement), wall, { t, lang: told.lang, symposium: told.symposium });
  }
  wall.start();
}

/* --- the line ------------------------------------------------------------------------------------------------ */

function watchLine() {
  window.clearTimeout(lostTimer);
  if (live.state === 'live') {
    lost = false;
    void sender.flush();
    draw();
  } else {
    lostTimer = window.setTimeout(() => {
      lost = live.state === 'lost' || live.state === 'connecting';
      draw();
    }, LOST_MS);
  }
}

function drawOpen() {
  const symposium = /** @type {Symposium | undefined} */ (live.view.entries.get('symposium')) ?? told.symposium;
  const open = symposium?.open ?? true;
  one(document, '#form', HTMLElement).hidden = !open;
  one(document, '#closed', HTMLElement).hidden = open;
}

/** With the keyboard up the tabs make room; the consent and the button stay beside each other. */
function watchKeyboard() {
  const height = window.visualViewport?.height ?? window.innerHeight;
  const typing = document.activeElement?.matches('textarea, input[type=text]') ?? false;
  document.body.classList.toggle('typing', typing && height < KEYBOARD_PX && matchMedia('(pointer: coarse)').matches);
}

live.addEventListener('own', () => takeOwn(live.own));
live.addEventListener('state', watchLine);
live.addEventListener('view', drawOpen);
window.addEventListener('hashchange', showTab);
document.addEventListener('visibilitychange', draw);
for (const event of ['focusin', 'focusout']) document.addEventListener(event, () => setTimeout(watchKeyboard));
window.visualViewport?.addEventListener('resize', watchKeyboard);
window.addEventListener('beforeunload', (event) => {
  if (!outbox.durable && outbox.all.length > 0) event.preventDefault();
});
window.setInterval(draw, AGES_MS);

drawOpen();
showTab();
live.start();
watchLine();
void sender.flush();
