/** @import {FetchEvent, KeepMessage, Scope} from './worker.d.ts' */
import { deliverAll } from './phone/sweep.js';

/**
 * The service worker: keeps the pages of phone and wall for when there is no network, and sends what phones wrote, also after their
 * page was closed.
 *
 * It keeps no posts of anybody: only pages that the server marked as empty of them, the files of one version, and the join code.
 * A page comes from the network whenever that answers, so that nobody gets an old one.
 */

/** Where the files of this version are; the server writes it here, so that an upgrade is another service worker. */
const VERSION = './';
const CACHE = `fontein ${VERSION}`;
const OUTBOX = 'fontein-outbox ';
/** A page that takes longer comes from what was kept: a phone in a full hall may wait for minutes. */
const PATIENCE_MS = 4_000;
/** `/dag`, `/dag/wall`, `/dag/text`. */
const PAGE = /^\/[a-z0-9][a-z0-9-]*(\/wall|\/text)?$/;
/** What a page shows besides its files, that is not a post: the codes, and the theme. */
const EXTRA = /^\/[a-z0-9][a-z0-9-]*\/(qr\.svg|theme\.css)$/;
/** Each code is another picture: kept with what stands behind its `?`. */
const CODE = '/qr.svg';
/** `/dag/papers`, `/dag/papers/{paper}`: what somebody read here once can be read again where there is no network. */
const READING = /^\/[a-z0-9][a-z0-9-]*\/papers(\/[a-z2-7]{16})?$/;
const READING_STYLE = `${VERSION}packs/papers.css`;
/** Said by the server of a page that holds nobody's posts: the version that it belongs to. */
const SHELL = 'Fontein-Shell';

const worker = /** @type {Scope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));
worker.addEventListener('message', (event) => event.waitUntil(keep(event.data)));
worker.addEventListener('sync', (event) => {
  if (event.tag.startsWith(OUTBOX)) event.waitUntil(sendAll(event.tag.slice(OUTBOX.length)));
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && PAGE.test(pathname)) event.respondWith(page(event, pathname));
  else if (request.mode === 'navigate' && READING.test(pathname)) event.respondWith(reading(request, pathname));
  else if (pathname.startsWith(VERSION)) event.respondWith(file(request));
  else if (EXTRA.test(pathname)) event.respondWith(extra(request, pathname.endsWith(CODE) ? pathname + search : pathname));
});

/** @param {string} slug */
async function sendAll(slug) {
  // The browser comes back later with a promise that failed.
  if (!(await deliverAll(slug))) throw new Error('not everything could be sent yet');
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * A page asks to be kept: first all that it needs, then the page itself, so that it is never there without its files.
 *
 * @param {KeepMessage} message
 */
async function keep({ path, urls }) {
  const cache = await caches.open(CACHE);
  await Promise.all(urls.filter((url) => url.startsWith(VERSION) || EXTRA.test(url.replace(/\?.*/, ''))).map((url) => add(cache, url)));
  if (!PAGE.test(path) || (await cache.match(path))) return;
  const answer = await fetch(path);
  if (answer.headers.get(SHELL) === VERSION) await cache.put(path, answer);
}

/**
 * @param {Cache} cache
 * @param {string} url
 */
async function add(cache, url) {
  // The page has just loaded it, so this comes from the browser's own cache.
  if (!(await cache.match(url))) await cache.add(url);
}

/**
 * From the network; what was kept where there is none, where the server is in trouble, and where it takes too long.
 *
 * @param {FetchEvent} event
 * @param {string} path
 */
async function page(event, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  const fresh = fetch(event.request).then((answer) => renew(cache, path, answer));
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => null)); // Too late for this time, it still counts for the next.
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const answer = /** @type {Response | null} */ (await Promise.race([fresh, late]).catch(() => null));
  return answer && answer.status < 500 ? answer : kept;
}

/**
 * Keep the newest, where this version was kept. Of another version, or gone: then what was kept is not offered again, and the
 * browser fetches that version's service worker.
 *
 * @param {Cache} cache
 * @param {string} path
 * @param {Response} answer
 */
async function renew(cache, path, answer) {
  const version = answer.headers.get(SHELL);
  if (version === VERSION && (await cache.match(path))) await cache.put(path, answer.clone());
  if ((version !== null && version !== VERSION) || answer.status === 404) await cache.delete(path);
  return answer;
}

/**
 * A page about papers: from the network, and what was read last where there is none. A paper that was taken away is not offered again.
 *
 * @param {Request} request
 * @param {string} path
 */
async function reading(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await Promise.all([cache.put(path, answer.clone()), add(cache, READING_STYLE)]);
    else if (answer.status === 404) await cache.delete(path);
    return answer;
  } catch (fault) {
    const kept = await cache.match(path, { ignoreVary: true });
    if (kept) return kept;
    throw fault;
  }
}

/** Files never change under their address. @param {Request} request */
async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function extra(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    // A screen shows few codes, and needs them most when it has lost its server.
    if (answer.ok && (path.includes(CODE) || (await cache.match(path)))) await cache.put(path, answer.clone());
    return answer;
  } catch (fault) {
    const kept = await cache.match(path, { ignoreVary: true });
    if (kept) return kept;
    throw fault;
  }
}
