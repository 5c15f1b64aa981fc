/** @import {PairedScreen} from '../types.js' */
import { keep, kept } from '../lib/keep.js';

/**
 * Which screen this is. The name is kept on the computer, so that a screen that was paired is itself again after a power cut; where
 * nothing is kept (a stream, a kiosk), the address says it: `?screen=`. Two windows of one computer are two screens: each has the
 * first name that no other window has now.
 */

const NAME = 'fontein-screen';
/** A laptop has no more outputs. */
const MOST = 8;
/** Windows of one computer answer each other well within this. In ms. */
const ASK_MS = 250;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** @type {string | null} */
let id = null;

/**
 * Find out who we are; asked once, before anything is told to the server.
 *
 * @returns {Promise<string>}
 */
export async function identify() {
  id ??= asked() ?? inTab() ?? (await firstFree());
  keepInTab(id);
  answerOthers();
  return id;
}

/** This screen's name. It says nothing about anyone. */
export function screenId() {
  id ??= asked() ?? inTab() ?? random();
  return id;
}

function asked() {
  const named = new URLSearchParams(location.search).get('screen');
  return named !== null && ID.test(named) ? named : null;
}

function inTab() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null; // Storage is switched off.
  }
}

/** @param {string} name */
function keepInTab(name) {
  try {
    sessionStorage.setItem(NAME, name);
  } catch (fault) {
    console.info('nothing is kept in this tab', fault);
  }
}

/** @type {BroadcastChannel | null} */
let channel = null;
/** Of two windows that start at the same moment, the one with the higher number goes first. */
const rank = Math.random();

/** The first name of this computer that no other window of it has; or a new one. */
async function firstFree() {
  const known = (kept(NAME) ?? '').split(' ').filter((each) => ID.test(each));
  const taken = new Set(known.length > 0 ? await othersOf() : []);
  const free = known.find((each) => !taken.has(each));
  if (free) return free;
  const made = random();
  keep(NAME, [...known, made].slice(-MOST).join(' '));
  return made;
}

/** @returns {Promise<string[]>} The names that other windows of this computer have. */
async function othersOf() {
  if (!('BroadcastChannel' in window)) return [];
  channel = new BroadcastChannel(NAME);
  /** @type {string[]} */
  const taken = [];
  let before = 0;
  channel.onmessage = ({ data }) => {
    if (typeof data?.has === 'string') taken.push(data.has);
    if (typeof data?.rank === 'number' && data.rank > rank) before += 1;
    if (typeof data?.rank === 'number' && data.rank < rank && !data.again) channel?.postMessage({ rank, again: true });
  };
  channel.postMessage({ rank });
  await new Promise((done) => setTimeout(done, ASK_MS));
  const known = (kept(NAME) ?? '').split(' ').filter((each) => ID.test(each) && !taken.includes(each));
  return [...taken, ...known.slice(0, before)];
}

function answerOthers() {
  if (!('BroadcastChannel' in window)) return;
  channel ??= new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => {
    if (typeof data?.rank === 'number' && id) channel?.postMessage({ has: id });
  };
}

/** Without `randomUUID`: that exists only over https. */
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What staff said about this screen, kept for when the server is not heard: the code of the room stays the room's.
 */
export class Pairing {
  /** @type {PairedScreen | null} */
  known = null;
  /** How often that changed while this page was open. */
  changes = 0;

  /** @param {string} slug */
  constructor(slug) {
    this.slug = slug;
  }

  get #name() {
    return `${NAME} ${this.slug} ${screenId()}`;
  }

  /** What was kept on this computer; once it is known which screen this is. */
  recall() {
    try {
      this.known = JSON.parse(kept(this.#name) ?? 'null');
    } catch {
      this.known = null; // Somebody wrote there: the server says it again.
    }
  }

  /** @param {Readonly<Record<string, PairedScreen>> | undefined} screens The view's item; undefined: the view does not say. */
  follow(screens) {
    if (!screens) return;
    const now = screens[screenId()] ?? null;
    if (JSON.stringify(now) === JSON.stringify(this.known)) return;
    this.known = now;
    this.changes += 1;
    keep(this.#name, JSON.stringify(now));
  }
}
