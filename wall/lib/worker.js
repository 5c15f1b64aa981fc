/** @import {KeepMessage, SyncRegistration, TrustedTypes} from '../worker.d.ts' */

const WORKER = '/sw.js';
/** What `sw.js` calls the posts of one symposium that wait; see there. */
const OUTBOX = 'fontein-outbox ';
/** After the page is there: nothing of this may stand in its way. */
const LATER_MS = 1_500;

/**
 * Let the service worker keep this page and all that it loads, so that it opens without a network. Only over https and on localhost;
 * elsewhere, and where the browser refuses, nothing happens.
 *
 * @returns {Promise<void>} Fulfilled when the service worker is there, or never comes to this browser.
 */
export async function keepShell() {
  if (!('serviceWorker' in navigator)) return;
  // An upgrade: what the old one kept is gone.
  navigator.serviceWorker.addEventListener('controllerchange', tell);
  await new Promise((done) => window.setTimeout(done, LATER_MS));
  while (!(await isRegistered())) await new Promise((done) => window.addEventListener('online', done, { once: true }));
  tell();
}

/** Let it keep what this page loaded since. */
export function keepMore() {
  if ('serviceWorker' in navigator) tell();
}

/**
 * Ask the browser to send what is in the outbox also after this page is closed.
 *
 * @param {string} slug
 */
export async function sendLater(slug) {
  const sync = await background();
  await sync?.register(OUTBOX + slug).catch((/** @type {unknown} */ fault) => console.info('no background sync', fault));
}

/** Whether this browser can send after the page is closed. */
export async function canSendLater() {
  return (await background()) !== undefined;
}

async function background() {
  if (!('serviceWorker' in navigator)) return undefined;
  const registration = /** @type {SyncRegistration | undefined} */ (await navigator.serviceWorker.getRegistration('/').catch(() => undefined));
  return registration?.active ? registration.sync : undefined;
}

async function isRegistered() {
  try {
    await navigator.serviceWorker.register(address(), { scope: '/', updateViaCache: 'none' });
    await navigator.serviceWorker.ready;
    return true;
  } catch (fault) {
    console.info('no service worker', fault);
    return false;
  }
}

/** @type {string | null} */
let trusted = null;

/** Made by the one policy of Trusted Types that the pages may have: it knows one address, whatever it is asked for. */
function address() {
  const types = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (window)).trustedTypes;
  trusted ??= types?.createPolicy('fontein', { createScriptURL: () => WORKER }).createScriptURL(WORKER) ?? WORKER;
  return trusted;
}

function tell() {
  const urls = [...new Set(performance.getEntriesByType('resource').map(({ name }) => {
    const { pathname, search } = new URL(name);
    return pathname.endsWith('/qr.svg') ? pathname + search : pathname; // Each code is another picture.
  }))];
  /** @type {KeepMessage} */
  const message = { path: location.pathname, urls };
  navigator.serviceWorker.controller?.postMessage(message);
}
