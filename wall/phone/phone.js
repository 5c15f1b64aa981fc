/** @import {CheckWord, HallSwitches, Own, ProgrammeItem, Shelf, Symposium} from '../types.js' */
/** @import {Hall} from './hall/hall.js' */
/** @import {Unsent} from './outbox.js' */
import { Live } from '../live.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { send } from '../lib/http.js';
import { keep, kept } from '../lib/keep.js';
import { keyed } from '../lib/keyed.js';
import { page, translate } from '../lib/page.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { roomName } from '../lib/programme.js';
import { age, dayTime } from '../lib/time.js';
import { canSendLater, keepMore, keepShell, sendLater } from '../lib/worker.js';
import { PostList } from '../text/list.js';
import { Compose } from './compose.js';
import { deliver } from './deliver.js';
import { inOrder, ownCard, stateOf, unsentCard } from './mine.js';
import { Outbox } from './outbox.js';
import { PapersTab } from './papers.js';
import { lockOf } from './passing.js';
import { Sender } from './sender.js';
import { belongs, hasNoPhotos } from './sessions.js';

/** A short gap in the line is nobody's business. */
const LOST_MS = 4_000;
const AGES_MS = 20_000;
/** With less height than this, a focused field means that the keyboard is up. */
const KEYBOARD_PX = 700;
/** How high the tabs are when they are there, and none of their words needs two lines. */
const TABS_PX = 58;
const TABS_PADDING_PX = 2;

const told = page();
const t = translate();
const SEEN = `fontein-seen-${told.slug}`;
const OWN = `fontein-own-${told.slug}`;
const ROOM = `fontein-room-${told.slug}`;
/** What this phone voted: see `Voted`. */
const VOTED = `fontein-voted-${told.slug}`;
const scanned = new URLSearchParams(location.search);
/** Ids of the programme have at most so many characters. */
const MAX_ID = 64;
/** Of a post, when a screen reader tells what became of it. In characters. */
const SAID_TEXT = 60;

const live = new Live(told.api, 'phone');
/** @type {Outbox<Unsent>} */
const outbox = new Outbox(told.slug);
const sender = new Sender(outbox, lockOf(told.slug), (unsent) => deliver(told.api, outbox, unsent));
const compose = new Compose(told, t, queue);
const programme = new ProgrammeStore(told.api, { name: told.slug });

const notices = one(document, '#notices', HTMLElement);
const list = one(document, '#own', HTMLElement);
const unseen = one(document, '#unseen', HTMLElement);

/** Own posts, from the line or asked for; until then as they were at the last visit. */
let { own, ownAtMs } = lastOwn();
/** Posts whose withdrawing failed just now. @type {Set<string>} */
const failed = new Set();
/** @type {'sent' | 'no-storage' | 'full' | null} */
let news = null;
let lost = false;
/** While something is pressed nothing moves away under it. */
let pressed = false;
let lostTimer = 0;
/** Whether this browser sends after the page is closed. */
let sendsLater = false;
/** @type {Live | null} */
let wall = null;
/** Of the screen whose code was scanned, now or at an earlier visit. */
const room = scannedRoom();
/** By hand, or by the code that was scanned. */
let session = (scanned.get('session') ?? '').slice(0, MAX_ID) || null;
const papers = new PapersTab({ slug: told.slug, api: told.api, t, lang: told.lang, programme, where: () => ({ room, nowMs: live.clock.now() }) });

/* --- sending ------------------------------------------------------------------------------------------------- */

/** Fulfilled when it is kept, so that the form may be emptied. @param {Unsent} unsent */
async function queue(unsent) {
  const durable = await outbox.put(unsent);
  news = null;
  location.hash = '#mine';
  draw();
  void dispatch(unsent, durable);
}

/**
 * @param {Unsent} unsent
 * @param {boolean} durable
 */
async function dispatch(unsent, durable) {
  if (durable) void sendLater(told.slug);
  await sender.flush();
  if (outbox.has(unsent.key) && !durable) news = unsent.photos.length > 0 ? 'full' : 'no-storage';
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
  tellChanges(own, posts);
  own = posts;
  ownAtMs = live.clock.now();
  keep(OWN, JSON.stringify({ own, ownAtMs }));
  draw();
}

/** @returns {{own: readonly Own[], ownAtMs: number}} */
function lastOwn() {
  try {
    const last = JSON.parse(kept(OWN) ?? 'null');
    return Array.isArray(last?.own) ? last : { own: [], ownAtMs: 0 };
  } catch (fault) {
    console.info('own posts of the last visit cannot be read', fault);
    return { own: [], ownAtMs: 0 };
  }
}

/**
 * Whoever does not see the card hears what became of a post.
 *
 * @param {readonly Own[]} before
 * @param {readonly Own[]} now
 */
function tellChanges(before, now) {
  const states = new Map(before.map((post) => [post.id, stateOf(post)]));
  const changed = now.filter((post) => states.has(post.id) && states.get(post.id) !== stateOf(post));
  if (changed.length === 0) return;
  const words = changed.map((post) => t('mine.says', { state: t(`state.${stateOf(post)}`), text: post.text.slice(0, SAID_TEXT) }));
  one(document, '#said', HTMLElement).textContent = words.join(' ');
}

/** @param {Own} post */
async function withdraw(post) {
  failed.delete(post.id);
  const answer = await send('DELETE', `${told.api}/posts/${post.id}`);
  if (!answer.ok) failed.add(post.id);
  else own = own.map((one) => (one.id === post.id ? { ...one, status: 'withdrawn', onScreen: false, endedAt: live.clock.now() * 1000 } : one));
  draw();
}

/** @param {Unsent} unsent */
async function change(unsent) {
  if (await sender.remove(unsent.key)) edit(unsent);
}

/** @param {Pick<Unsent, 'text' | 'name' | 'photos' | 'question' | 'to'>} post */
function edit(post) {
  location.hash = '#write';
  // The other tab is in the way until it is hidden, and then takes the focus.
  setTimeout(() => compose.edit(post));
}

/* --- drawing ------------------------------------------------------------------------------------------------- */

function draw() {
  drawMine();
  drawHall();
  drawProgramme();
  papers.draw();
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
    make: (item) => (item.unsent ? makeUnsent(item.unsent, words) : makeOwn(item.own, words)),
  });
  one(document, '#mine-empty', HTMLElement).hidden = items.length > 0;
  const at = one(document, '#mine-at', HTMLElement);
  at.hidden = !lost || ownAtMs === 0;
  at.textContent = t('mine.at', { time: dayTime(told.lang, ownAtMs) });
}

/**
 * @param {Own} post
 * @param {{t: typeof t, lang: string, nowMs: number}} words
 */
function makeOwn(post, words) {
  const { text, name, question = false, to = '' } = post;
  const actions = { withdraw: () => void withdraw(post), edit: () => edit({ text, name, question, to, photos: [] }) };
  return ownCard(post, words, actions, failed.has(post.id));
}

/**
 * @param {Unsent} unsent
 * @param {{t: typeof t, lang: string, nowMs: number}} words
 */
function makeUnsent(unsent, words) {
  return unsentCard(unsent, unsentState(unsent), problemOf(unsent), words, {
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

/** Why it is still here; without a network the banner says so, once. @param {Unsent} unsent */
function problemOf({ key }) {
  const problem = sender.problems.get(key);
  return lost && problem?.status === 0 ? undefined : problem;
}

/** @param {Unsent} unsent */
function unsentSignature(unsent) {
  const problem = problemOf(unsent);
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
  const told = [...lineNotice(), ...storageNotice()];
  if (noticed === told.join(' ')) return;
  noticed = told.join(' ');
  notices.replaceChildren();
  if (told.length === 0) return;
  const sign = told[0] === 'sent' ? 'check' : told[0] === 'offline' ? 'offline' : 'warning';
  const words = told.map((key) => (key === 'offline' ? el('strong', {}, t(key)) : el('span', {}, t(key))));
  notices.append(el('p', { class: `banner appear ${sign === 'check' ? '' : 'warn'}` }, icon(sign), el('span', {}, ...words.flatMap((word) => [word, ' ']))));
}

/** @returns {string[]} Keys of what to say about the line, in one banner. */
function lineNotice() {
  const waiting = outbox.all.length > 0;
  if (!lost) return news === 'sent' && !waiting && tab() === 'mine' ? ['sent'] : []; // "Here" is that tab.
  if (!waiting) return ['offline', 'offline.write'];
  if (!outbox.durable) return ['offline'];
  return ['offline', 'offline.safe', sendsLater ? 'offline.by-itself' : 'offline.reopen'];
}

/** @returns {string[]} */
function storageNotice() {
  const waiting = outbox.all.length > 0;
  if (news === 'full' && waiting) return ['storage.full'];
  return waiting && (news === 'no-storage' || !outbox.durable) ? ['storage.none'] : [];
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

/* --- the programme ------------------------------------------------------------------------------------------- */

/** @returns {string | null} */
function scannedRoom() {
  const wanted = (scanned.get('room') ?? '').slice(0, MAX_ID);
  if (wanted) keep(ROOM, wanted);
  return wanted || kept(ROOM) || null;
}

/** Which session a post is about, and whether photos may go along. */
function drawProgramme() {
  const { sessions, item } = programme;
  const found = belongs(sessions, item, live.clock.now(), { room, chosen: session });
  compose.room = room;
  compose.offer({ automatic: found.automatic?.title ?? null, sessions: found.offered, chosen: found.chosen?.id ?? null });
  compose.allowPhotos(!hasNoPhotos(found));
  drawSpeakers((found.chosen ?? found.automatic)?.id);
  drawRoom();
}

function drawRoom() {
  const name = room ? roomName(programme.programme ?? programme.item, room) : '';
  if (!name) return; // The server may have said it.
  const said = (told.symposium?.hashtags.length ?? 0) > 0 ? ` · ${name}` : name;
  const place = one(document, '#room', HTMLElement);
  if (place.textContent !== said) place.textContent = said;
}

/** The same word stands on the screens: whoever scanned a code that was pasted over ours sees another. */
function drawCheck() {
  const check = /** @type {CheckWord | undefined} */ (live.view.entries.get('check')) ?? told.join.check;
  const word = check?.[told.lang] ?? '';
  const place = one(document, '#check', HTMLElement);
  place.hidden = word === '';
  const words = `${t('check.word', { word })} ${t('check.why')}`;
  if (word && place.textContent !== words) place.replaceChildren(el('b', {}, t('check.word', { word })), ` ${t('check.why')}`);
}

/* --- what the hall asks and is asked ------------------------------------------------------------------------- */

/** With the speakers, which the form needs only for a question. @type {ProgrammeStore | null} */
let whole = null;

/** Whom a question can be for. @param {string | undefined} session */
function drawSpeakers(session) {
  if (!compose.asks.on || !session) return compose.asks.offerSpeakers([]);
  if (!whole) {
    whole = new ProgrammeStore(told.api, { texts: 'speakers' });
    whole.addEventListener('change', drawProgramme);
  }
  whole.follow(programme.item);
  const speakers = whole.sessions.find(({ id }) => id === session)?.speakers ?? [];
  compose.asks.offerSpeakers(speakers.map(({ name }) => name));
}

/** Loaded when there is something to show: a phone in a hall that only writes never needs it. @type {Hall | null} */
let hall = null;
let isHallComing = false;
/** Of cards that were scanned, by poll. @type {Map<string, string>} */
const codes = new Map();
const CODE = /^#vote=([^&]{1,64})&code=([^&]{1,40})$/;

/** The code of a printed card leaves the address at once: who looks along, or gets the address, has no use for it. */
function takeCode() {
  const [, poll, code] = CODE.exec(location.hash) ?? [];
  if (!poll || !code) return;
  history.replaceState(null, '', location.pathname + location.search);
  codes.set(poll, code);
  hall?.useCode(poll, code);
}

function drawHall() {
  const { entries } = live.view;
  const switches = /** @type {HallSwitches | undefined} */ (entries.get('hall'));
  const isAsked = [...entries.keys()].some((key) => key.startsWith('question:') || key.startsWith('poll:'));
  if (switches) {
    compose.asks.allow(switches.questions);
    one(document, '#tabs a[href="#questions"]', HTMLElement).hidden = !switches.questions && !isAsked;
  }
  if (hall) hall.draw();
  else if (isAsked || switches?.reactions || codes.size > 0 || kept(VOTED) || tab() === 'questions') void loadHall();
}

async function loadHall() {
  if (isHallComing) return;
  isHallComing = true;
  try {
    const { openHall } = await import(`${told.assets}packs/phone-hall.js`);
    hall = /** @type {Hall} */ (await openHall(forHall));
    for (const [poll, code] of codes) hall.useCode(poll, code);
    hall.draw();
    keepMore();
  } catch (fault) {
    console.info('the hall cannot be loaded now', fault); // The next change of the view tries again.
  }
  isHallComing = false;
}

const forHall = {
  slug: told.slug,
  api: told.api,
  lang: told.lang,
  assets: told.assets,
  live,
  say: (/** @type {string} */ words) => {
    one(document, '#said', HTMLElement).textContent = words;
  },
  own: () => own,
  unsent: () => outbox.all,
  post: async (/** @type {Unsent} */ unsent) => dispatch(unsent, await outbox.put(unsent)),
  drop: (/** @type {string} */ key) => sender.remove(key),
  where: () => ({ room, sessions: programme.sessions }),
  ask: () => {
    location.hash = '#write';
    setTimeout(() => compose.ask()); // As in `edit`.
  },
  isTyping: () => tab() === 'write' && (!compose.isEmpty || (document.activeElement?.matches('textarea, input[type=text]') ?? false)),
};

/* --- tabs ---------------------------------------------------------------------------------------------------- */

/** @returns {string} */
function tab() {
  const name = location.hash.slice(1);
  return name === 'mine' || name === 'questions' || name === 'papers' || name === 'screen' ? name : 'write';
}

function showTab() {
  takeCode();
  for (const link of document.querySelectorAll('#tabs a')) {
    if (link.getAttribute('href') === `#${tab()}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (tab() !== 'mine') news = null;
  window.scrollTo({ top: 0 });
  one(document, 'main', HTMLElement).scrollTo({ top: 0 }); // Where the list scrolls by itself.
  if (tab() === 'screen') startWall();
  else wall?.stop();
  papers.show(tab() === 'papers');
  draw();
  if (tab() === 'questions') hall?.look();
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
    void hall?.flush();
    draw();
  } else {
    lostTimer = window.setTimeout(() => {
      lost = live.state === 'lost' || live.state === 'connecting';
      draw();
    }, LOST_MS);
  }
}

/** The phone says that its network is gone: say so now. Should the line live all the same, its next tick takes it back. */
function networkGone() {
  window.clearTimeout(lostTimer);
  lost = true;
  draw();
}

/** What the view says besides posts: whether it is open, a notice of the organisers, the sessions. */
function drawView() {
  drawOpen();
  drawAnnouncement();
  drawCheck();
  drawHall();
  programme.follow(/** @type {ProgrammeItem | undefined} */ (live.view.entries.get('programme')));
  papers.follow(/** @type {Shelf | undefined} */ (live.view.entries.get('shelf'))?.seq);
}

let announced = '';

function drawAnnouncement() {
  const text = /** @type {{text: string | null} | undefined} */ (live.view.entries.get('announcement'))?.text ?? '';
  if (text === announced) return;
  announced = text;
  const box = el('section', { class: 'announcement', 'aria-label': t('announcement') }, icon('info'), el('div', {}, el('p', { class: 'announcement-by' }, t('announcement')), el('p', { dir: 'auto' }, text)));
  one(document, '#announcement', HTMLElement).replaceChildren(...(text ? [box] : []));
}

function drawOpen() {
  const symposium = /** @type {Symposium | undefined} */ (live.view.entries.get('symposium')) ?? told.symposium;
  const open = symposium?.open ?? true;
  one(document, '#form', HTMLElement).hidden = !open;
  one(document, '#closed', HTMLElement).hidden = open;
}

/** With the keyboard up the tabs make room; the consent and the button stay beside each other. */
function watchKeyboard() {
  if (pressed) return;
  const height = window.visualViewport?.height ?? window.innerHeight;
  const typing = document.activeElement?.matches('textarea, input[type=text]') ?? false;
  document.body.classList.toggle('typing', typing && height < KEYBOARD_PX && matchMedia('(pointer: coarse)').matches);
}

/** How high the bar with the button is, and the tabs: the counter stays above them. */
function measureBar() {
  const tabs = one(document, '#tabs', HTMLElement);
  // What a phone keeps free at its bottom is counted by itself.
  const free = Math.max(0, Number.parseFloat(getComputedStyle(tabs).paddingBottom) - TABS_PADDING_PX);
  document.body.style.setProperty('--tabs', `${(tabs.offsetHeight || TABS_PX + free) - free}px`);
  document.body.style.setProperty('--bar', `${one(document, '.send-bar', HTMLElement).offsetHeight - 1}px`);
}

live.addEventListener('own', () => takeOwn(live.own));
live.addEventListener('state', watchLine);
live.addEventListener('tick', () => {
  if (lost) watchLine();
});
window.addEventListener('offline', networkGone);
window.addEventListener('online', watchLine);
live.addEventListener('view', drawView);
programme.addEventListener('change', draw);
one(document, '#session', HTMLSelectElement).addEventListener('change', () => {
  session = compose.session;
  draw();
});
window.addEventListener('hashchange', showTab);
compose.asks.addEventListener('change', drawProgramme);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void sender.flush(); // A phone that slept has no timers.
  if (!document.hidden) void hall?.flush();
  draw();
});
for (const event of ['focusin', 'focusout']) document.addEventListener(event, () => setTimeout(watchKeyboard));
window.visualViewport?.addEventListener('resize', watchKeyboard);
document.addEventListener('pointerdown', () => {
  pressed = true;
});
for (const event of ['pointerup', 'pointercancel']) {
  document.addEventListener(event, () => {
    pressed = false;
    setTimeout(watchKeyboard);
  });
}
const bars = new ResizeObserver(measureBar);
for (const bar of ['.send-bar', '#tabs']) bars.observe(one(document, bar, HTMLElement));
window.addEventListener('beforeunload', (event) => {
  if (!outbox.durable && outbox.all.length > 0) event.preventDefault();
});
// It can be installed by who wants to; nobody is asked.
window.addEventListener('beforeinstallprompt', (event) => event.preventDefault());
outbox.addEventListener('change', () => {
  if (live.state !== 'live') void askOwn();
  draw();
});
window.setInterval(draw, AGES_MS);

document.head.append(el('link', { rel: 'stylesheet', href: `${told.assets}packs/phone-rest.css` })); // The first picture did not wait for it.
list.replaceChildren(); // What stood there for who has no script.
if (location.search.includes('sent=')) history.replaceState(null, '', location.pathname + location.hash); // Sent before this ran.
drawOpen();
drawCheck();
showTab();
live.start();
watchLine();
await outbox.ready;
for (const { key } of outbox.all) compose.forget(key);
draw();
void sender.flush();
await keepShell();
sendsLater = await canSendLater();
if (outbox.all.length > 0) void sendLater(told.slug); // Written before the service worker was there.
draw();
