/** @import {Announcement, Now, Switch, Symposium, ThemeItem} from '../types.js' */
/** @import {Geometry} from '../lib/fountain.js' */
/** @import {Look} from '../lib/look.js' */
/** @import {Showing} from '../lib/scene.js' */
/** @import {KindName} from './kinds.js' */
import { Live } from '../live.js';
import { el, one } from '../lib/html.js';
import { keep, kept } from '../lib/keep.js';
import { lookOf, numberOption } from '../lib/look.js';
import { page, translate } from '../lib/page.js';
import { samples } from '../lib/samples.js';
import { LEASE_MS, showing } from '../lib/scene.js';
import { keepShell } from '../lib/worker.js';
import { Board } from './board.js';
import { Furniture } from './furniture.js';
import { frameOf, readingOf, wearGeometry } from './frame.js';
import { beat, screenId } from './heartbeat.js';
import { Sheet } from './sheet.js';
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

const told = page();
const live = new Live(told.api, 'wall');
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
const sheet = new Sheet(() => layOut());
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
  const now = tried(showing(live.view, live.silentMs, screenId()));
  const dressed = wear();
  const furnished = furnish();
  const before = kind;
  kind = kindOf(now, look);
  if (dressed || furnished || kind !== before || at === null) layOut();
  show(now);
  if (now.posts.length > 0) {
    board.run({ inOrder: now.scene === 'playlist', holdMs: holdMs(now), still: calm() || look.options['calm'] === true });
    board.take(now.posts);
  } else if (!board.empty) board.clear();
  root.toggleAttribute('data-busy', board.count > 0 || now.scene === 'join' || now.scene === 'title');
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
  sampled ??= { scene: 'fountain', posts: samples(translate(), { lang: told.lang, hashtags: symposium()?.hashtags ?? [], nowMs: live.clock.now() }), title: '', text: '' };
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
  if (item && !told.tried) keep(WORN, JSON.stringify(item));
  Object.assign(root.dataset, { theme: look.theme, layout: look.layout, mode: look.mode, bg: look.transparent ? 'transparent' : '', marks: look.options['lines'] === true ? 'line' : '', join: look.options['join'] === false ? 'off' : '' });
  furniture.logo(look.logo);
  sheet.load(look.css);
  return true;
}

/** @returns {boolean} What stands at the top takes another room than before. */
function furnish() {
  const said = /** @type {Announcement | undefined} */ (live.view.entries.get('announcement'));
  const onStage = /** @type {Now | undefined} */ (live.view.entries.get('now'));
  root.toggleAttribute('data-official', Boolean(said?.text));
  return furniture.tell(symposium(), onStage ?? null, said?.text || null);
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
  backdrop.paint({ ...waterOf(scene, at), still: calm() || look.options['calm'] === true }, `${look.theme} ${look.mode} ${look.css} ${sheet.generation}`);
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
    quiet: scene === 'blank' || (upright && !inviting) ? null : inviting ? furniture.words.getBoundingClientRect() : placed.join,
  };
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

/** @param {Showing} now */
function show(now) {
  furniture.slide(now, symposium(), `${window.innerWidth} ${window.innerHeight} ${at?.content.y} ${at?.body} ${look.theme} ${sheet.generation}`);
  if (root.dataset['shows'] === now.scene) return;
  root.dataset['shows'] = now.scene;
  paint();
  tellStage();
}

/** Also at once when the scene changes: who pressed the emergency stop wants to see that this screen is clear. */
function tellStage() {
  if (told.tried) return; // No screen of the hall: the organiser looks how a theme would be.
  const { reachM, tooFar } = readingOf(look);
  const reach = reachM === null ? {} : { reachM: Math.round(reachM * 10) / 10, tooFar };
  if (!told.tried) void beat(told.api, { scene: root.dataset['shows'] ?? '', shows: board.count, delayMs: board.delayMs, ...reach });
}

function tick() {
  update();
  const now = live.clock.now();
  furniture.time(now);
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

/** The part that one types after the name stands out. */
function markAddresses() {
  for (const line of document.querySelectorAll('[data-address]')) {
    const [, host, path] = /^(.*\/)([^/]+)$/.exec(line.textContent ?? '') ?? [];
    if (host && path) line.replaceChildren(host, el('wbr'), el('em', {}, path));
  }
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

async function start() {
  markAddresses();
  wear();
  await lettersReady();
  for (const event of ['view', 'cover', 'state']) live.addEventListener(event, update);
  live.start();
  tick();
  window.setInterval(tick, TICK_MS);
  window.setInterval(tellStage, BEAT_MS);
  void keepShell(); // A reload without a network then shows the safe slides.
}

void start();
