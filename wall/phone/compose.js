/** @import {Page, Translate} from '../types.js' */
/** @import {Unsent} from './outbox.js' */
import { countGraphemes } from '../lib/graphemes.js';
import { el, one } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { shrink } from '../lib/photo.js';
import { uuid } from '../lib/uuid.js';
import { AskFields } from './ask.js';

const NAME = 'fontein-name';
const LOW = 40;

/**
 * The form. Typing is never blocked or cut: that would lose words.
 */
export class Compose {
  #photos = /** @type {{blob: Blob, alt: string, id: string | null, url: string}[]} */ ([]);
  #form = one(document, '#form', HTMLFormElement);
  #text = one(document, '#text', HTMLTextAreaElement);
  #name = one(document, '#name', HTMLInputElement);
  #counter = one(document, '#counter', HTMLElement);
  #error = one(document, '#text-error', HTMLElement);
  #rows = one(document, '#photos', HTMLElement);
  #pick = one(document, '#photo', HTMLInputElement);
  #session = one(document, '#session', HTMLSelectElement);
  #photoPick = one(document, '#photo-pick', HTMLElement);
  #noPhotos = false;
  /** Of the code that was scanned; goes along with what is written. @type {string | null} */
  room = null;
  #preparing = 0;
  #sending = false;
  /** Idempotency key of what is being written: it is as old as its first letter. */
  #key = uuid();
  /** What is being written survives another language, or a tab that the phone threw away. */
  #draft;

  /**
   * @param {Page} page
   * @param {Translate} t
   * @param {(unsent: Unsent) => Promise<unknown>} send Called with a post that is complete; the form is emptied when this is kept.
   */
  constructor(page, t, send) {
    this.page = page;
    this.t = t;
    this.send = send;
    this.#draft = `fontein-draft-${page.slug}`;
    this.#name.value ||= kept(NAME) ?? '';
    this.asks = new AskFields(t, `fontein-asks-${page.slug}`);
    this.#photoPick.hidden = false;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#restore();
    this.#text.addEventListener('input', () => {
      this.#keepDraft();
      this.#count();
      this.asks.notice(this.#text.value);
    });
    this.#pick.addEventListener('change', () => void this.#addPhotos([...(this.#pick.files ?? [])]));
    this.#text.addEventListener('paste', (event) => void this.#addPhotos(pictures(event.clipboardData)));
    this.#count();
  }

  /** Whether there are words or photos that would be lost. */
  get isEmpty() {
    return this.#text.value.trim() === '' && this.#photos.length === 0;
  }

  /** Take back a post that could not be sent or shown, to change it. @param {Pick<Unsent, 'text' | 'name' | 'photos' | 'question' | 'to'>} post */
  edit({ text, name, photos, question = false, to }) {
    this.#text.value = text;
    this.#name.value = name || this.#name.value;
    this.asks.set(question, { to, name });
    this.#setPhotos(photos.map((photo) => ({ ...photo, url: URL.createObjectURL(photo.blob) })));
    this.#key = uuid();
    this.#keepDraft();
    this.#count();
    this.#text.focus();
  }

  /** Somebody wants to ask something; what is written stays. */
  ask() {
    this.asks.set(true, { name: this.#name.value.trim() });
    this.#text.focus();
  }

  /** What was written is in the outbox already: the page went away between keeping it and emptying the form. @param {string} key */
  forget(key) {
    if (key === this.#key && this.#photos.length === 0) this.#empty();
  }

  /** The session that somebody chose, null where nobody did: then the server finds it by room and time. */
  get session() {
    return this.#session.value || null;
  }

  /**
   * Ask which session a post is about, where there is a choice.
   *
   * @param {object} offer
   * @param {string | null} offer.automatic Title of the session that it is about by itself; null: not known.
   * @param {readonly {id: string, title: string, lang?: string}[]} offer.sessions What can be chosen instead.
   * @param {string | null} offer.chosen Already, by hand or by the code that was scanned.
   */
  offer({ automatic, sessions, chosen }) {
    const some = sessions.length > (automatic === null ? 1 : 0) || chosen !== null;
    one(document, '#session-row', HTMLElement).hidden = !some;
    const options = sessions.map(({ id, title, lang }) => el('option', { value: id, selected: id === chosen, lang: lang || null }, title));
    const itself = el('option', { value: '', selected: chosen === null }, automatic ?? this.t('write.session-none'));
    if (document.activeElement !== this.#session) this.#session.replaceChildren(...(some ? [itself, ...options] : []));
  }

  /** Whether photos may go along now: not in a session whose speaker does not want to be pictured. @param {boolean} allowed */
  allowPhotos(allowed) {
    this.#noPhotos = !allowed;
    this.#photoPick.hidden = this.#noPhotos;
    one(document, '#no-photos', HTMLElement).hidden = allowed;
  }

  async #submit() {
    if (this.#sending) return;
    const fault = this.#fault();
    this.#say(fault);
    if (fault) return this.#showFault();
    this.#sending = true;
    const unsent = this.#unsent();
    keep(NAME, this.#name.value.trim());
    this.#keepDraft();
    // Nothing is emptied before it is kept: then the page may go away at any moment.
    await this.send(unsent);
    this.#empty();
    this.#sending = false;
  }

  /** To where it is mended, with the words above the bar with the button. */
  #showFault() {
    (this.#lacksName() ? this.#name : this.#text).focus();
    this.#error.scrollIntoView({ block: 'nearest' });
  }

  /** @returns {Unsent} */
  #unsent() {
    const photos = this.#photos.map(({ blob, alt, id }) => ({ blob, alt: alt.trim(), id }));
    const [text, name] = [this.#text.value.trim(), this.asks.isNamed ? this.#name.value.trim() : ''];
    const asked = this.asks.on ? { question: true, to: this.asks.to } : {};
    return { key: this.#key, text, name, session: this.session, room: this.room, photos, ...asked, at: Date.now() };
  }

  #empty() {
    this.#text.value = '';
    keep(this.#draft, '');
    this.asks.set(false, { name: this.#name.value.trim() });
    this.asks.notice('');
    this.#setPhotos([]);
    this.#key = uuid();
    this.#count();
  }

  #restore() {
    const [key, text] = readDraft(kept(this.#draft) ?? '');
    if (this.#text.value || !text) return;
    this.#text.value = text;
    if (!key) return;
    this.#key = key;
    // Sent as it stands, it is the same post. Changed, it is another one.
    this.#text.addEventListener('input', () => (this.#key = uuid()), { once: true });
  }

  #keepDraft() {
    keep(this.#draft, this.#text.value ? `${this.#key} ${this.#text.value}` : '');
  }

  /** @returns {string} What is wrong, in words; empty when it can go. */
  #fault() {
    if (this.#preparing > 0) return this.t('write.photo-busy');
    if (this.isEmpty) return this.t('write.empty');
    if (this.#noPhotos && this.#photos.length > 0) return this.t('write.no-photos-left');
    const over = -this.#left();
    if (over > 0) return this.t('write.too-long', { n: over });
    return this.#lacksName() ? this.t('write.name-needed') : '';
  }

  /** Who asks with a name says it. */
  #lacksName() {
    return this.asks.on && this.asks.isNamed && this.#name.value.trim() === '';
  }

  #left() {
    return this.page.maxGraphemes - countGraphemes(this.#text.value.trim());
  }

  #count() {
    const left = this.#left();
    const wasOver = this.#counter.classList.contains('over');
    this.#counter.textContent = left < 0 ? this.t('write.over', { n: -left }) : this.t('write.left', { n: left });
    this.#counter.classList.toggle('low', left >= 0 && left <= LOW);
    this.#counter.classList.toggle('over', left < 0);
    if (left < 0 && !wasOver) this.#say(this.t('write.too-long', { n: -left })); // Spoken once, at the moment it happens.
    else if (left >= 0) this.#say('');
  }

  /** @param {string} words */
  #say(words) {
    if (this.#error.textContent !== words) this.#error.textContent = words;
    this.#text.toggleAttribute('aria-invalid', false);
    if (words) this.#text.setAttribute('aria-invalid', 'true');
  }

  /** @param {File[]} files */
  async #addPhotos(files) {
    this.#pick.value = '';
    if (this.#noPhotos) return;
    const max = this.page.maxPhotos;
    for (const file of files) {
      if (this.#photos.length + this.#preparing >= max) return this.#say(this.t('write.photos-max', { n: max }));
      await this.#addPhoto(file);
    }
  }

  /** @param {File} file */
  async #addPhoto(file) {
    this.#preparing += 1;
    const blob = await shrink(file);
    this.#preparing -= 1;
    if (!blob) return this.#say(this.t('write.photo-unreadable'));
    this.#say('');
    this.#setPhotos([...this.#photos, { blob, alt: '', id: null, url: URL.createObjectURL(blob) }]);
  }

  /** @param {{blob: Blob, alt: string, id: string | null, url: string}[]} photos */
  #setPhotos(photos) {
    for (const { url } of this.#photos) if (!photos.some((photo) => photo.url === url)) URL.revokeObjectURL(url);
    this.#photos = photos;
    this.#rows.hidden = photos.length === 0;
    this.#rows.replaceChildren(...photos.map((photo, index) => this.#row(photo, index)));
  }

  /**
   * @param {{blob: Blob, alt: string, id: string | null, url: string}} photo
   * @param {number} index
   */
  #row(photo, index) {
    const label = this.t('write.photo-n', { n: index + 1 });
    const alt = el('textarea', { rows: 1, maxlength: 500, dir: 'auto', on: { input: () => (photo.alt = alt.value) } }, photo.alt);
    const remove = () => {
      this.#setPhotos(this.#photos.filter((one) => one !== photo));
      (this.#noPhotos ? this.#text : this.#pick).focus();
    };
    return el(
      'li',
      {},
      el('img', { src: photo.url, alt: label }),
      el('label', {}, this.t('write.alt'), alt),
      el('button', { type: 'button', class: 'button quiet plain', 'aria-label': `${this.t('write.remove-photo')} (${label})`, on: { click: remove } }, icon('close')),
    );
  }
}

/**
 * @param {string} draft `<key> <text>`, or nothing.
 * @returns {[string, string]}
 */
function readDraft(draft) {
  const [, key, text] = /^([0-9a-f-]{36}) (.*)$/su.exec(draft) ?? ['', '', draft];
  return [key ?? '', text ?? ''];
}

/**
 * @param {DataTransfer | null} data
 * @returns {File[]}
 */
function pictures(data) {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
}
