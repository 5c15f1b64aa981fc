/** @import {Announcement, CheckWord, HallSwitches, Now, PairedScreen, ProgrammeItem, Shelf, Switch, Symposium, ThemeItem} from '../types.js' */
/** @import {Geometry} from '../lib/fountain.js' */
/** @import {Look} from '../lib/look.js' */
/** @import {Here, Showing} from '../lib/scene.js' */
/** @import {Facts, Slide} from '../lib/slides.js' */
/** @import {KindName} from './kinds.js' */
import { Live } from '../live.js';
import { one } from '../lib/html.js';
import { keep, kept } from '../lib/keep.js';
import { lookOf, numberOption } from '../lib/look.js';
import { page, translate } from '../lib/page.js';
import { onStage, roomName } from '../lib/programme.js';
import { barPosts } from '../lib/bar-posts.js';
import { drops } from '../lib/reactions.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { samples } from '../lib/samples.js';
import { pollSlide, questionSlide, questionsSlide } from '../lib/hall-slides.js';
import { LEASE_MS, showing } from '../lib/scene.js';
import { ALL_PAPERS, daySlide, joinOf, pairSlide, paperSlide, papersSlide, programmeSlide, safeSlide, sessionSlide, wayTo } from '../lib/slides.js';
import { keepShell } from '../lib/worker.js';
import { ReplayFeed } from '../replay/feed.js';
import { Board } from './board.js';
import { Furniture } from './furniture.js';
import { frameOf, readingOf, wearGeometry } from './frame.js';
import { beat } from './heartbeat.js';
import { Pairing, identify, screenId } from './identity.js';
import { PairingCode } from './pairing.js';
import { OpinionGroups } from './opinions.js';
import { Scenes } from './scenes.js';
import { Sheet } from './sheet.js';
import { sayWho } from './who.js';
import { calm } from './motion.js';
import { Backdrop } from './water.js';

/** Fine enough for the pace and the lease; nothing on a wall depends on it for taking away. */
const TICK_MS = 250;
const BEAT_MS = 10_000;
const RESIZE_MS = 300;
/** Longest wait for the letters before a wall starts without them, in ms. */
const FONTS_MS = 2_500;
/** In a playlist each post stays at least so long; in a spotlight, until it is ended. */
const PLAYLIST_MS = 8_000;
const PODIUM_S = 20;
/** Where the hall's reactions may fly: nobody reads words that stand on the water itself. */
const OPEN_WATER = ['fountain', 'join', 'spotlight', 'playlist', 'question'];
/** For so long after it was opened a screen that nobody knows says how it is paired. */
const HINT_MS = 60_000;

const told = page();
/** What it listens to: the server, or the page around it that plays a day again. */
const live = told.replay ? new ReplayFeed() : new Live(told.api, 'wall');
/** Hangs in the hall; else it is looked at in a page of staff, and leaves no trace. */
const inHall = !told.tried && !told.replay;
const root = document.documentElement;
const address = new URLSearchParams(location.search);
const drift = one(document, '#drift', HTMLElement);
const join = one(document, '#join', HTMLElement);
const board = new Board(one(document, '#cards', HTMLElement), one(document, '#measure', HTMLElement), {
  t: translate(),
  lang: told.lang,
  hashtags: () => symposium()?.hashtags ?? [],
  now: () => live.clock.now(),
});
/** Where the theme is kept, so that a wall that was loaded anew without a network wears its own. */
const WORN = `fontein-theme ${told.slug}`;
const backdrop = new Backdrop(one(document, '#backdrop', HTMLCanvasElement), one(document, '#drops', HTMLElement));
const furniture = new Furniture(translate(), told.lang);
const scenes = new Scenes();
const opinions = new OpinionGroups(told.api, () => update());
const sheet = new Sheet(() => layOut());
const programme = new ProgrammeStore(told.api, { texts: 'speakers', ...(told.replay ? {} : { name: told.slug }) });
const paired = new Pairing(told.slug);
const pairing = new PairingCode(told.api, () => live.clock.now(), () => update());
const t = translate();
board.onrise = ({ rect }) => backdrop.surge(rect);
furniture.onlogo = () => layOut();

/** @type {Look} */
let look = lookOf(told.tried ?? lastWorn(), address);
/** @type {Geometry | null} */
let at = null;
/** @type {KindName} */
let kind = 'fountain';

/** @returns {ThemeItem | undefined} */
function lastWorn() {
  try {
    return JSON.parse(kept(WORN) ?? 'null') ?? undefined;
  } catch {
    return undefined; // Somebody wrote in the storage of this computer: the theme comes with the view.
  }
}

let known = told.symposium;

/** @returns {Symposium | null} What was known last: after a long silence nothing is, and the title stays. */
function symposium() {
  known = /** @type {Symposium | undefined} */ (live.view.entries.get('symposium')) ?? known;
  return known;
}

/** Called for every frame and every tick: after it, nothing is in the picture that may not be seen. */
function update() {
  if (live.silentMs > LEASE_MS && live.view.entries.size > 0) live.forget();
  follow();
  const now = inBar(tried(pairedOr(showing(live.view, live.silentMs, here()))));
  const dressed = wear();
  const slide = look.layout === 'lower-third' ? null : slideOf(now);
  const furnished = furnish(slide);
  const before = kind;
  kind = kindOf(now, look);
  if (dressed || furnished || kind !== before || at === null) layOut();
  root.toggleAttribute('data-pair', mayPair(now));
  show(now, slide);
  if (now.posts.length > 0) {
    board.run({ inOrder: now.scene === 'playlist', holdMs: holdMs(now), still: calm() || look.options['calm'] === true });
    board.take(now.posts);
  } else if (!board.empty) board.clear();
  root.toggleAttribute('data-busy', board.count > 0 || now.scene === 'join' || now.scene === 'title');
}

/** Another moment of a day that is played: its picture stands at once. */
function jump() {
  board.clear();
  tick();
}

/** What came with the view goes to those who keep it. */
function follow() {
  const { entries } = live.view;
  programme.follow(/** @type {ProgrammeItem | undefined} */ (entries.get('programme')));
  paired.follow(/** @type {Readonly<Record<string, PairedScreen>> | undefined} */ (entries.get('screens')));
  if (paired.known && pairing.on && (pairing.confirmed || paired.changes !== changesBefore)) pairing.done(paired.known.name);
}

/** How often this screen had been paired when it began to ask for it. */
let changesBefore = 0;

function askToBePaired() {
  changesBefore = paired.changes;
  pairing.start();
}

/** @returns {Here} */
function here() {
  const { sessions, item } = programme;
  return { screen: { id: screenId(), ...paired.known }, sessions, item, nowMs: live.clock.now() };
}

/**
 * A screen that is being paired shows its code, unless it must show nobody's words.
 *
 * @param {Showing} now
 * @returns {Showing}
 */
function pairedOr(now) {
  return pairing.on && now.scene !== 'safe' ? { ...now, scene: 'pair', posts: [] } : now;
}

/** A screen that nobody knows and that has nothing to show yet says, for a moment, how it can be paired. @param {Showing} now */
function mayPair(now) {
  return now.scene === 'join' && live.view.entries.has('screens') && !paired.known && inHall && performance.now() < HINT_MS;
}

/** @type {{key: string, slide: Slide | null}} */
let written = { key: '', slide: null };

/**
 * What is written on a scene of the programme. Looked at once a second: a programme of thousands is not nothing.
 *
 * @param {Showing} now
 * @returns {Slide | null}
 */
function slideOf(now) {
  if (now.scene === 'pair') return pairSlide(t, { code: pairing.code, address: stageAddress(), name: pairing.name });
  const second = Math.floor(live.clock.now() / 1_000);
  const key = JSON.stringify([now.scene, now.session?.id, now.papers, now.questions, now.polls, opinions.of(now.polls[0]), second, programme.item, programme.programme?.seq, paired.known, known?.title]);
  if (key !== written.key) written = { key, slide: write(now, facts()) };
  return written.slide;
}

/**
 * @param {Showing} now
 * @param {Facts} about
 * @returns {Slide | null}
 */
function write({ scene, session, papers, questions, polls }, about) {
  const [first] = papers;
  const [question] = questions;
  const [poll, before] = polls;
  if (scene === 'programme') return programmeSlide(about);
  if (scene === 'day') return daySlide(about);
  if (scene === 'safe') return safeSlide(about);
  if (scene === 'session' && session) return sessionSlide(about, session);
  if (scene === 'paper' && first) return paperSlide(about, first, session);
  if (scene === 'papers' && first) return papersSlide(about, papers, session);
  if (scene === 'question' && question) return questionSlide(about, question);
  if (scene === 'questions') return questionsSlide(about, questions);
  if (scene === 'poll' && poll) return pollSlide(about, poll, before, opinions.of(poll));
  return null;
}

/** @returns {Facts} */
function facts() {
  const shelf = /** @type {Shelf | undefined} */ (live.view.entries.get('shelf'));
  papersKnown = shelf?.count ?? papersKnown;
  const check = /** @type {CheckWord | undefined} */ (live.view.entries.get('check')) ?? told.join.check;
  return {
    t, lang: told.lang, programme: programme.programme, item: programme.item, sessions: programme.sessions, nowMs: live.clock.now(),
    room: paired.known?.room ?? null, join: { qr: told.join.qr, short: told.join.short, check }, title: symposium()?.title ?? '', shelf: papersKnown,
    languages: symposium()?.languages ?? [],
  };
}

/** Stays when the view is forgotten. */
let papersKnown = 0;

/** Where one pairs a screen, to type. */
function stageAddress() {
  const [host = ''] = told.join.short.split('/');
  return `${host}/${told.slug}/stage`;
}

/**
 * The bar of a stream has no slides: what the hall asks is in it as a post is.
 *
 * @param {Showing} now
 * @returns {Showing}
 */
function inBar(now) {
  return look.layout === 'lower-third' && now.posts.length === 0 ? { ...now, posts: barPosts(facts(), now) } : now;
}

/** Once a second, where there were any. */
let reacted = 0;

/** @param {CustomEvent<{topic: string, value: unknown}>} pulse */
function react({ detail: { topic, value } }) {
  const hall = /** @type {HallSwitches | undefined} */ (live.view.entries.get('hall'));
  if (topic !== 'reactions' || !hall?.reactions || !OPEN_WATER.includes(root.dataset['shows'] ?? '')) return;
  backdrop.react(drops(value, (reacted += 1)));
}

/** @type {Showing | null} */
let sampled = null;

/**
 * Who tries a theme before the first post is there wants to see cards.
 *
 * @param {Showing} now
 * @returns {Showing}
 */
function tried(now) {
  if (!told.tried || now.scene !== 'join' || live.view.entries.size === 0) return now;
  sampled ??= { scene: 'fountain', posts: samples(translate(), { lang: told.lang, hashtags: symposium()?.hashtags ?? [], nowMs: live.clock.now() }), title: '', text: '', session: null, papers: [], questions: [], polls: [] };
  return sampled;
}

/**
 * @param {Showing} now
 * @param {Look} worn
 * @returns {KindName}
 */
function kindOf({ scene }, { layout }) {
  if (layout === 'lower-third' || layout === 'single') return layout;
  return scene === 'spotlight' || scene === 'playlist' ? 'spotlight' : layout;
}

/** @param {Showing} now */
function holdMs({ scene }) {
  if (scene === 'playlist') return PLAYLIST_MS;
  if (scene === 'spotlight' || look.layout !== 'single') return 0;
  return numberOption(look, 'seconds', PODIUM_S) * 1_000 || Infinity;
}

/**
 * The theme, as the organiser chose it.
 *
 * @returns {boolean} It changed.
 */
function wear() {
  const item = told.tried ?? /** @type {ThemeItem | undefined} */ (live.view.entries.get('theme'));
  // After a long silence nothing is known; what was worn stays on.
  const now = item ? lookOf(item, address) : look;
  if (JSON.stringify(now) === JSON.stringify(look) && root.dataset['theme']) return false;
  look = now;
  if (item && inHall) keep(WORN, JSON.stringify(item));
  Object.assign(root.dataset, { theme: look.theme, layout: look.layout, mode: look.mode, bg: look.transparent ? 'transparent' : '', marks: look.options['lines'] === true ? 'line' : '', join: look.options['join'] === false ? 'off' : '' });
  furniture.logo(look.logo);
  sheet.load(look.css);
  return true;
}

/**
 * @param {Slide | null} slide
 * @returns {boolean} What stands at the top takes another room than before.
 */
function furnish(slide) {
  const said = /** @type {Announcement | undefined} */ (live.view.entries.get('announcement'));
  root.toggleAttribute('data-official', Boolean(said?.text));
  const about = facts();
  const joined = furniture.join(joinOf(about), about.join.check?.[told.lang] ?? '');
  if (programme.sessions.length > 0 && papersKnown > 0) fetchOnce(wayTo(about.join, ALL_PAPERS).qr);
  root.dataset['scene'] = slide?.kind ?? '';
  root.toggleAttribute('data-slide', slide !== null);
  const labelled = furniture.label(slide && 'label' in slide ? slide.label : '');
  return furniture.tell(symposium(), nowOn(), said?.text || null) || labelled || joined;
}

/** @type {Set<string>} */
const fetched = new Set();

/** A code of the safe slide: it must be there when the server is not. @param {string} src */
function fetchOnce(src) {
  if (fetched.has(src)) return;
  fetched.add(src);
  new Image().src = src;
}

/** What is on in this screen's room, or where nobody said which, in the whole house. @returns {Now | null} */
function nowOn() {
  const { sessions, item } = programme;
  const { session } = onStage(sessions, item, live.clock.now(), paired.known?.room ?? null);
  if (!session) return /** @type {Now | undefined} */ (live.view.entries.get('now')) ?? null;
  return { title: session.title, room: roomName(programme.programme, session.room), free: session.kind !== 'talk' };
}

/** Everything is measured and placed anew: another size, theme, scene or announcement. */
function layOut() {
  at = board.layOut(kind, frameOf(look, furniture.band, furniture.official));
  wearGeometry(at, join);
  paint();
}

function paint() {
  if (!at) return;
  const scene = root.dataset['shows'] ?? 'fountain';
  // Behind a speaker nothing moves.
  backdrop.paint({ ...waterOf(scene, at), still: calm() || look.options['calm'] === true || scene === 'session' }, `${look.theme} ${look.mode} ${look.css} ${sheet.generation}`);
}

/**
 * Bright where nobody reads: behind cards and behind a large code. It stays low, and steps back, where words stand on it.
 *
 * @param {string} scene
 * @param {Geometry} placed
 */
function waterOf(scene, placed) {
  const { innerWidth: width, innerHeight: height } = window;
  const upright = height > width;
  if (root.dataset['scene']) return waterOfScene(scenes.kind || root.dataset['scene'], { width, height });
  const posts = ['fountain', 'spotlight', 'playlist'].includes(scene);
  const code = furniture.code.getBoundingClientRect();
  const inviting = scene === 'join' || scene === 'safe';
  const low = scene === 'title' || scene === 'text';
  return {
    kind: sceneryOf(!posts),
    strength: low ? 0.5 : posts && kind !== 'fountain' ? 0.55 : 0.9,
    top: low ? height * (upright || width < height * 1.5 ? 0.66 : 0.56) : inviting && upright ? code.top - height * 0.04 : Math.max(height * 0.06, posts || look.layout === 'columns' ? placed.content.y * 0.9 : 0),
    floor: upright && (posts || low) ? placed.join.y - height * 0.02 : height * 0.935,
    middle: inviting && !upright ? code.left + code.width / 2 : width / 2,
    quiet: scene === 'blank' || (upright && !inviting) ? [] : [inviting ? furniture.words.getBoundingClientRect() : placed.join, ...(scene === 'join' ? [furniture.check.getBoundingClientRect()] : [])],
  };
}

/**
 * Low behind lists and a speaker; bright only behind a large code.
 *
 * @param {string} scene
 * @param {{width: number, height: number}} screen
 */
function waterOfScene(scene, { width, height }) {
  const upright = height > width;
  const { code, quiet } = scenes;
  const water = { kind: sceneryOf(true), floor: height * 0.935, middle: width / 2, quiet: /** @type {DOMRect[]} */ ([]) };
  if (scene === 'session') return { ...water, strength: 0.34, top: height * (upright ? 0.66 : 0.52) };
  if (scene === 'paper' && code) return { ...water, strength: 0.9, top: Math.max(height * 0.04, code.top - height * 0.04), middle: code.left + code.width / 2, quiet };
  if (scene === 'safe') return { ...water, strength: 0.42, top: height * 0.06 };
  if (scene === 'question') return { ...water, strength: 0.5, top: height * (upright ? 0.5 : 0.1) };
  if (scene === 'poll' || scene === 'questions') return { ...water, strength: 0.2, top: height * (upright ? 0.62 : 0.5) };
  return { ...water, strength: 0.24, top: height * (upright ? 0.6 : 0.43) };
}

/**
 * @param {boolean} slide
 * @returns {'plain' | 'glow' | 'water'}
 */
function sceneryOf(slide) {
  if (look.options['jets'] === false) return 'plain';
  if (look.layout === 'columns' && !slide) return 'plain';
  return look.layout === 'single' && !slide ? 'glow' : 'water';
}

/**
 * @param {Showing} now
 * @param {Slide | null} slide
 */
function show(now, slide) {
  const frame = `${window.innerWidth} ${window.innerHeight} ${at?.content.y} ${at?.body} ${look.theme} ${sheet.generation}`;
  const shown = root.dataset['shows'];
  root.dataset['shows'] = now.scene; // Before anything is measured: the sheets leave room as the scene needs it.
  const written = furniture.slide(now, symposium(), `${frame} ${root.hasAttribute('data-check')}`);
  const drawn = scenes.show(slide, live.clock.now(), `${frame} ${root.hasAttribute('data-official')}`, calm() || look.options['calm'] === true);
  if (shown === now.scene && !drawn && !written) return;
  paint();
  if (shown === now.scene) return;
  if (!OPEN_WATER.includes(now.scene)) backdrop.calm();
  tellStage();
}

/** Also at once when the scene changes: who pressed the emergency stop wants to see that this screen is clear. */
function tellStage() {
  if (!inHall) return;
  const { reachM, tooFar } = readingOf(look);
  const reach = reachM === null ? {} : { reachM: Math.round(reachM * 10) / 10, tooFar };
  void beat(told.api, { scene: root.dataset['shows'] ?? '', shows: board.count, delayMs: board.delayMs, ...reach });
}

function tick() {
  update();
  const now = live.clock.now();
  pairing.tick();
  furniture.time(now, programme.programme?.zone);
  drift.style.transform = driftAt(now);
  const pause = /** @type {Switch | undefined} */ (live.view.entries.get('pause'));
  board.tick(pause?.on ?? false);
}

/**
 * Against burn-in: the whole picture goes round a square of 4 px in 10 minutes, a pixel at a time.
 *
 * @param {number} nowMs
 */
function driftAt(nowMs) {
  const step = Math.floor(nowMs / 37_500) % 16;
  const side = Math.floor(step / 4);
  const along = step % 4;
  const [x, y] = [[along, 0], [4, along], [4 - along, 4], [0, 4 - along]][side] ?? [0, 0];
  return `translate(${(x ?? 0) - 2}px, ${(y ?? 0) - 2}px)`;
}

/** Cards are measured once: with the letters that they will be read in. */
async function lettersReady() {
  const wanted = ['500 40px Inter', '680 40px Inter', '700 40px Besley'].flatMap((font) => [document.fonts.load(font, 'Aé'), document.fonts.load(font, 'ŐŁ')]);
  await Promise.race([Promise.allSettled(wanted), new Promise((done) => setTimeout(done, FONTS_MS))]);
}

let resizing = 0;
window.addEventListener('resize', () => {
  window.clearTimeout(resizing);
  resizing = window.setTimeout(() => {
    layOut();
    update();
  }, RESIZE_MS);
});

window.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
  if (key.toLowerCase() !== 'p' || ctrlKey || metaKey || altKey || !inHall) return;
  if (pairing.on) pairing.stop();
  else askToBePaired();
});
one(document, '#pair', HTMLElement).addEventListener('click', askToBePaired);

async function start() {
  wear();
  await Promise.all([lettersReady(), identify()]);
  paired.recall();
  programme.addEventListener('change', update);
  if (address.has('pair')) askToBePaired();
  for (const event of ['view', 'cover', 'state']) live.addEventListener(event, update);
  live.addEventListener('jump', jump);
  live.addEventListener('pulse', (event) => react(/** @type {CustomEvent} */ (event)));
  if (inHall) sayWho(live, { id: screenId, name: () => paired.known?.name ?? '' });
  live.start();
  tick();
  window.setInterval(tick, TICK_MS);
  window.setInterval(tellStage, BEAT_MS);
  if (!told.replay) void keepShell(); // A reload without a network then shows the safe slides.
}

void start();
