/** @import {Post, Switch, Symposium} from '../types.js' */
import { Live } from '../live.js';
import { valuesOf } from '../lib/changes.js';
import { el, one } from '../lib/html.js';
import { page, translate } from '../lib/page.js';
import { LEASE_MS, sceneOf, titleSize } from '../lib/scene.js';
import { dayTime } from '../lib/time.js';
import { Fountain } from './fountain.js';
import { beat } from './heartbeat.js';

/** Fine enough for the pace and the lease; nothing on a wall depends on it for taking away. */
const TICK_MS = 250;
const BEAT_MS = 10_000;
const RESIZE_MS = 300;

const told = page();
const live = new Live(told.api, 'wall');
const root = document.documentElement;
const clock = one(document, '#clock', HTMLElement);
const drift = one(document, '#drift', HTMLElement);
const title = one(document, '.slide-title', HTMLElement);
/** @type {NodeListOf<HTMLElement>} */
const tagLines = document.querySelectorAll('[data-tag]');
const fountain = new Fountain(one(document, '#cards', HTMLElement), one(document, '#measure', HTMLElement), {
  t: translate(),
  lang: told.lang,
  hashtags: () => symposium()?.hashtags ?? [],
  now: () => live.clock.now(),
});

/** @returns {Symposium | null} */
function symposium() {
  return /** @type {Symposium | undefined} */ (live.view.entries.get('symposium')) ?? told.symposium;
}

/** Called for every frame and every tick: after it, nothing is in the picture that may not be seen. */
function update() {
  if (live.silentMs > LEASE_MS && live.view.entries.size > 0) live.forget();
  const posts = /** @type {Post[]} */ (valuesOf(live.view, 'post:'));
  const scene = sceneOf(live.view, live.silentMs, posts.length);
  if (scene === 'fountain') fountain.take(posts);
  else if (root.dataset['shows'] === 'fountain') fountain.clear();
  offerTag();
  show(scene);
}

/** A post with the hashtag arrives only while a network listens: else it is not promised. */
function offerTag() {
  const now = /** @type {Symposium | undefined} */ (live.view.entries.get('symposium'));
  if (!now) return; // What was known last stays.
  const hidden = !now.listens;
  for (const line of tagLines) if (line.hidden !== hidden) line.hidden = hidden;
}

/** @param {string} scene */
function show(scene) {
  if (root.dataset['shows'] === scene) return;
  root.dataset['shows'] = scene;
  title.textContent = (scene === 'safe' ? title.dataset['safe'] : title.dataset['join']) ?? '';
  title.dataset['size'] = titleSize(title.textContent);
  tellStage();
}

/** Also at once when the scene changes: who pressed the emergency stop wants to see that this screen is clear. */
function tellStage() {
  void beat(told.api, { scene: root.dataset['shows'] ?? '', shows: fountain.count, delayMs: fountain.delayMs });
}

function tick() {
  update();
  const now = live.clock.now();
  clock.textContent = dayTime(told.lang, now);
  drift.style.transform = driftAt(now);
  const pause = /** @type {Switch | undefined} */ (live.view.entries.get('pause'));
  if (root.dataset['shows'] === 'fountain') fountain.tick(pause?.on ?? false);
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
  for (const address of document.querySelectorAll('[data-address]')) {
    const [, host, path] = /^(.*\/)([^/]+)$/.exec(address.textContent ?? '') ?? [];
    if (host && path) address.replaceChildren(host, el('wbr'), el('em', {}, path));
  }
}

let resizing = 0;
window.addEventListener('resize', () => {
  window.clearTimeout(resizing);
  resizing = window.setTimeout(() => {
    fountain.resize();
    update();
  }, RESIZE_MS);
});

root.classList.toggle('transparent', new URLSearchParams(location.search).get('bg') === 'transparent');
markAddresses();
for (const event of ['view', 'cover', 'state']) live.addEventListener(event, update);
live.start();
tick();
window.setInterval(tick, TICK_MS);
window.setInterval(tellStage, BEAT_MS);
