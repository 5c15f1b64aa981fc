/** @import {Now, Symposium, Translate} from '../types.js' */
/** @import {Showing} from '../lib/scene.js' */
/** @import {Way} from '../lib/slides.js' */
import { countGraphemes } from '../lib/graphemes.js';
import { el, one } from '../lib/html.js';
import { soften } from '../lib/hyphens.js';
import { titleSize } from '../lib/scene.js';
import { STEPS, firstStep } from '../lib/single.js';
import { clock } from '../lib/programme.js';
import { dayTime } from '../lib/time.js';

/** Longer announcements are set smaller, so that they stay two lines. */
const OFFICIAL_SHORT = 90;
const OFFICIAL_LONG = 150;
/** So many characters of a title are enough to know which one it is. */
const MENTION = 80;
/** Type of a slide's title beside the code, in body sizes. */
const TITLE_STEPS = [3.1, 2.6, 2.2, 1.8, 1.5, 1.2, 1, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35, 0.29];
/** Of a slide of words only: smaller than the rule only where an announcement leaves no room for it. */
const PLAIN_STEPS = [...STEPS, 0.85, 0.7, 0.55, 0.45, 0.37, 0.3, 0.25, 0.21];

/** What stands around the cards: title, hashtags, clock, what is on stage; the organiser's announcement; the slides. */
export class Furniture {
  band = one(document, '#band', HTMLElement);
  official = one(document, '#official', HTMLElement);
  #title = one(document, '#title', HTMLElement);
  #logo = one(document, '#logo', HTMLImageElement);
  #now = one(document, '#now', HTMLElement);
  #date = one(document, '#date', HTMLElement);
  #clock = one(document, '#clock', HTMLElement);
  #officialText = one(document, '#official-text', HTMLElement);
  /** The large code of a slide, and the words beside it. */
  code = one(document, '#slide .qr', HTMLElement);
  words = one(document, '.slide-words', HTMLElement);
  /** The check word under it. */
  check = one(document, '.slide-check', HTMLElement);
  #slide = one(document, '#slide', HTMLElement);
  #slideTitle = one(document, '.slide-title', HTMLElement);
  #plain = one(document, '#plain', HTMLElement);
  #plainTitle = one(document, '#plain-title', HTMLElement);
  #plainText = one(document, '#plain-text', HTMLElement);
  /** @type {NodeListOf<HTMLElement>} */
  #tagLines = document.querySelectorAll('[data-tag]');
  #label = one(document, '#label', HTMLElement);
  /** @type {NodeListOf<HTMLImageElement>} */
  #codes = document.querySelectorAll('#join .qr, #slide .qr');
  /** @type {NodeListOf<HTMLElement>} */
  #addresses = document.querySelectorAll('[data-address]');
  /** @type {NodeListOf<HTMLElement>} */
  #plainAddresses = document.querySelectorAll('[data-short]');
  /** @type {NodeListOf<HTMLElement>} */
  #checks = document.querySelectorAll('[data-check]');
  #joined = '';
  /** @type {string} */
  #told = '';
  #slid = '';
  /** A logo came: only now it is known how wide it is. @type {() => void} */
  onlogo = () => undefined;

  /**
   * @param {Translate} t
   * @param {string} lang
   */
  constructor(t, lang) {
    this.t = t;
    this.lang = lang;
    this.#logo.addEventListener('error', () => (this.#logo.hidden = true));
    this.#logo.addEventListener('load', () => this.onlogo());
  }

  /**
   * @param {Symposium | null} symposium
   * @param {Now | null} now
   * @param {string | null} announcement
   * @returns {boolean} It says something else than before, so that its height may be another.
   */
  tell(symposium, now, announcement) {
    const told = JSON.stringify([symposium?.title, symposium?.date, symposium?.listens, now, announcement]);
    if (told === this.#told) return false;
    this.#told = told;
    if (symposium) this.#tellSymposium(symposium);
    this.#tellNow(now);
    this.official.hidden = !announcement;
    const length = countGraphemes(announcement ?? '');
    this.official.dataset['length'] = length > OFFICIAL_LONG ? 'longest' : length > OFFICIAL_SHORT ? 'long' : 'short';
    this.#officialText.textContent = announcement ?? '';
    return true;
  }

  /**
   * What stands after the title: what kind of slide this is.
   *
   * @param {string} text
   * @returns {boolean} It is another, so that the height of the band may be too.
   */
  label(text) {
    if (this.#label.textContent === text) return false;
    this.#label.textContent = text;
    return true;
  }

  /** @param {string | null} url */
  logo(url) {
    this.#logo.hidden = !url;
    if (url) this.#logo.src = url;
  }

  /**
   * How one joins from here: a screen in a room has that room's code.
   *
   * @param {Way} way
   * @param {string} check The word that the phone shows too; empty: none.
   * @returns {boolean} It is another.
   */
  join({ qr, short }, check) {
    const told = `${qr} ${short} ${check}`;
    if (told === this.#joined) return false;
    this.#joined = told;
    for (const line of this.#checks) {
      line.hidden = !check;
      one(line, 'b', HTMLElement).textContent = check;
    }
    document.documentElement.toggleAttribute('data-check', check !== '');
    for (const image of this.#codes) if (image.getAttribute('src') !== qr) image.src = qr;
    for (const line of this.#addresses) writeAddress(line, short);
    for (const line of this.#plainAddresses) line.textContent = short;
    return true;
  }

  /**
   * @param {number} nowMs
   * @param {string} [zone] Of the hall; where it is not known, that of this computer.
   */
  time(nowMs, zone) {
    const text = zone ? clock(this.lang, zone, nowMs) : dayTime(this.lang, nowMs);
    if (this.#clock.textContent !== text) this.#clock.textContent = text;
  }

  /**
   * The words of the slide that is shown.
   *
   * @param {Showing} now
   * @param {Symposium | null} symposium
   * @param {string} frame Changes when there is another room for it.
   * @returns {boolean} It stands otherwise than before.
   */
  slide({ scene, title, text }, symposium, frame) {
    const told = JSON.stringify([scene, title, text, symposium?.title, symposium?.date, frame]);
    if (told === this.#slid) return false;
    this.#slid = told;
    const { join, safe } = this.#slideTitle.dataset;
    this.#slideTitle.textContent = (scene === 'safe' ? symposium?.title ?? safe : join) ?? '';
    this.#slide.style.setProperty('--slide-room', `${this.#slide.clientHeight}px`);
    fit(this.#slide, this.words, TITLE_STEPS);
    if (scene === 'title') this.#write(symposium?.title ?? '', [this.#dateOf(symposium), (symposium?.hashtags ?? []).map((tag) => `#${tag}`).join('  ')].filter(Boolean).join('\n'));
    if (scene === 'text') this.#write(title, text);
    return true;
  }

  /**
   * As large as it can be.
   *
   * @param {string} title
   * @param {string} text
   */
  #write(title, text) {
    this.#plainTitle.textContent = title;
    this.#plainText.textContent = text;
    this.#plainTitle.hidden = !title;
    this.#plainText.hidden = !text;
    const body = parseFloat(getComputedStyle(this.#plain).getPropertyValue('--f'));
    fit(this.#plain, this.#plain, PLAIN_STEPS.slice(firstStep(this.#plain.clientWidth, body)));
  }

  /** @param {Symposium} symposium */
  #tellSymposium(symposium) {
    this.#title.textContent = symposium.title;
    this.#title.dataset['size'] = { large: 'large', middle: 'large', small: 'small' }[titleSize(symposium.title)] ?? 'tiny';
    this.#date.textContent = this.#dateOf(symposium);
    // A post with the hashtag arrives only while a network listens: else it is not promised.
    for (const line of this.#tagLines) line.hidden = !symposium.listens;
  }

  /** @param {Now | null} now */
  #tellNow(now) {
    this.#now.hidden = !now?.title;
    this.#now.replaceChildren(...(now?.title ? [`${this.t(now.free ? 'screen.on-now' : 'screen.on-stage')} `, el('b', { dir: 'auto' }, mention(now.title)), now.room ? ` · ${now.room}` : ''] : []));
  }

  /** @param {Symposium | null} symposium */
  #dateOf(symposium) {
    const [year, month, day] = (symposium?.date ?? '').split('-').map(Number);
    if (!year || !month || !day) return '';
    const text = new Intl.DateTimeFormat(this.lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day));
    return text.charAt(0).toLocaleUpperCase(this.lang) + text.slice(1);
  }
}

/**
 * A title, where it is only mentioned: the beginning of one that would take the picture.
 *
 * @param {string} title
 */
function mention(title) {
  if (countGraphemes(title) <= MENTION) return soften(title);
  const start = title.slice(0, MENTION);
  return `${soften(start.slice(0, Math.max(start.lastIndexOf(' '), MENTION / 2)))}…`;
}

/**
 * The part that one types after the name stands out.
 *
 * @param {HTMLElement} line
 * @param {string} short
 */
export function writeAddress(line, short) {
  const [, host, path] = /^([^/]*\/)(.+)$/.exec(short) ?? [];
  line.replaceChildren(...(host && path ? [host, el('wbr'), el('em', {}, path)] : [short]));
}

/**
 * The largest type in which everything stands in its place, no word broken; the last one breaks words. A word that fits to the pixel
 * stays whole: where it may break, it does, and then the lines are one more than was measured.
 *
 * @param {HTMLElement} place
 * @param {HTMLElement} words In it; as wide as they may be.
 * @param {readonly number[]} steps Of type, largest first.
 */
function fit(place, words, steps) {
  for (const step of steps) {
    place.style.setProperty('--step', String(step));
    place.classList.toggle('unbroken', step !== steps.at(-1));
    if (words.scrollWidth <= words.clientWidth + 1 && place.scrollHeight <= place.clientHeight + 1 && words.offsetHeight <= place.clientHeight + 1) break;
  }
}
