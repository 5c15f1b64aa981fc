/** @import {Problem, Session, Translate} from '../types.js' */
import { ask } from '../elements/ask.js';
import { linkButtons } from '../elements/links.js';
import { qrCode } from '../elements/qr.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { clock, dayName, dayOf } from '../lib/programme.js';
import { dayTime } from '../lib/time.js';

/** For whom a link can be made: the roles that have a page. */
const ROLES = ['moderator', 'chair', 'speaker', 'organiser'];
const DAY_MS = 86_400_000;

/**
 * @typedef {object} BadgeRow
 * @property {string} id
 * @property {string} role
 * @property {string} name
 * @property {number} made Microseconds.
 * @property {number | boolean | null} revoked Microseconds, or whether.
 * @property {boolean} current
 * @property {string | null} [session] Of a speaker.
 */

/** Who may come in: the badges there are, and a form that makes one. */
export class BadgesPart {
  #list = el('ul', { role: 'list', class: 'card lines' });
  #fresh = el('div', { class: 'fresh' });
  #session = el('select', { class: 'input', id: 'badge-session', 'aria-describedby': 'badge-session-error' });
  #noSession = el('p', { class: 'hint' });
  /** Titles by id. @type {Map<string, string>} */
  #titles = new Map();

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {(problem: Problem) => void} parts.failed
   */
  constructor(root, { api, t, lang, failed }) {
    this.api = api;
    this.t = t;
    this.lang = lang;
    this.failed = failed;
    root.append(el('div', { class: 'stack' }, this.#form(), this.#fresh), el('div', {}, el('h3', {}, t('organise.badges.list')), this.#list));
  }

  async load() {
    const answer = await send('GET', `${this.api}/badges`);
    if (!answer.ok) return this.failed(answer.problem);
    const badges = /** @type {BadgeRow[]} */ (answer.data.badges);
    const inOrder = [...badges].sort((a, b) => Number(Boolean(a.revoked)) - Number(Boolean(b.revoked)) || b.made - a.made);
    this.#list.replaceChildren(...inOrder.map((badge) => this.#row(badge)));
  }

  /**
   * The sessions that a speaker's link can be for.
   *
   * @param {ReadonlyArray<Session>} sessions
   * @param {string} zone
   */
  offer(sessions, zone) {
    const talks = sessions.filter(({ kind }) => kind !== 'break');
    this.#titles = new Map(sessions.map(({ id, title }) => [id, title]));
    const days = new Set(talks.map(({ start }) => dayOf(start / 1000, zone)));
    const words = (/** @type {Session} */ { start, title }) => [days.size > 1 ? dayName(this.lang, dayOf(start / 1000, zone)) : '', clock(this.lang, zone, start / 1000), title].filter(Boolean).join(' ');
    this.#session.replaceChildren(el('option', { value: '' }, this.t('organise.badges.session-choose')), ...talks.map((session) => el('option', { value: session.id }, words(session))));
    this.#session.disabled = talks.length === 0;
    this.#noSession.textContent = talks.length === 0 ? this.t('organise.badges.no-programme') : '';
    void this.load();
  }

  #form() {
    const { t } = this;
    const name = el('input', { class: 'input', id: 'badge-name', type: 'text', autocomplete: 'off', maxlength: 60, 'aria-describedby': 'badge-error' });
    const role = el('select', { class: 'input', id: 'badge-role' }, ROLES.map((value) => el('option', { value }, t(`role.${value}`))));
    const error = el('p', { class: 'error', id: 'badge-error', role: 'alert' });
    const wrong = el('p', { class: 'error', id: 'badge-session-error', role: 'alert' });
    const session = el('div', { class: 'field', hidden: true }, el('label', { for: 'badge-session' }, t('organise.badges.session')), this.#session, this.#noSession, wrong);
    role.addEventListener('change', () => {
      session.hidden = role.value !== 'speaker';
      wrong.textContent = '';
    });
    const form = el('form', { class: 'card badge-form', novalidate: true },
      el('div', { class: 'field' }, el('label', { for: 'badge-name' }, t('organise.badges.name')), name, error),
      el('div', { class: 'field' }, el('label', { for: 'badge-role' }, t('organise.badges.role')), role), session,
      el('button', { class: 'button primary', type: 'submit' }, t('organise.badges.make')));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      error.textContent = name.value.trim() ? '' : t('organise.badges.name-missing');
      const speaks = role.value === 'speaker';
      wrong.textContent = speaks && !this.#session.value ? t('organise.badges.session-missing') : '';
      if (error.textContent) return name.focus();
      if (wrong.textContent) return this.#session.focus();
      void this.#make(name.value.trim(), role.value, speaks ? this.#session.value : null).then((made) => {
        if (made) name.value = '';
      });
    });
    return form;
  }

  /**
   * @param {string} name
   * @param {string} role
   * @param {string | null} session Of a speaker.
   */
  async #make(name, role, session) {
    const answer = await send('POST', `${this.api}/badges`, { name, role, ...(session ? { session } : {}) });
    if (!answer.ok) {
      this.failed(answer.problem);
      return false;
    }
    this.#show(answer.data.name ?? name, answer.data.role ?? role, answer.data.link);
    await this.load();
    return true;
  }

  /**
   * The link, once: only its hash is kept.
   *
   * @param {string} name
   * @param {string} role
   * @param {string} link
   */
  #show(name, role, link) {
    const { t } = this;
    const title = el('h3', { tabindex: '-1' }, t('organise.badges.new', { name }));
    const keep = el('button', { class: 'button quiet', type: 'button', on: { click: () => this.#fresh.replaceChildren() } }, t('organise.badges.keep'));
    this.#fresh.replaceChildren(el('section', { class: 'card fresh-link' }, qrCode(this.api, t, link, name),
      el('div', { class: 'stack' }, title, el('p', { class: 'meta' }, t(`role.${role}`)), el('p', {}, t('organise.badges.once')), linkButtons(t, link, name), keep)));
    title.focus();
  }

  /** @param {BadgeRow} badge */
  #row(badge) {
    const { t } = this;
    const when = t('organise.badges.made', { time: this.#when(badge.made) });
    const gone = badge.revoked ? t('organise.badges.revoked', { time: typeof badge.revoked === 'number' ? this.#when(badge.revoked) : '' }).trim() : '';
    const facts = [t(`role.${badge.role}`), badge.session ? (this.#titles.get(badge.session) ?? '') : '', gone || when, badge.current ? t('organise.badges.you') : ''].filter(Boolean).join(' · ');
    const button = badge.revoked || badge.current ? null
      : el('button', { class: 'button', type: 'button', 'aria-label': t('organise.badges.revoke-label', { name: badge.name }), on: { click: () => this.#revoke(badge) } }, t('organise.badges.revoke'));
    return el('li', { class: `line ${badge.revoked ? 'off' : ''}` }, el('div', { class: 'line-words' }, el('p', {}, el('bdi', {}, badge.name)), el('p', { class: 'meta' }, facts)), button);
  }

  /** @param {number} microseconds */
  #when(microseconds) {
    const ms = microseconds / 1000;
    return Date.now() - ms < DAY_MS ? dayTime(this.lang, ms) : new Intl.DateTimeFormat(this.lang, { day: 'numeric', month: 'long' }).format(ms);
  }

  /** @param {BadgeRow} badge */
  async #revoke(badge) {
    const { t } = this;
    const chosen = await ask({
      title: t('organise.badges.revoke-ask', { name: badge.name }), text: t('organise.badges.revoke-text'),
      choices: [{ value: 'revoke', label: t('organise.badges.revoke-yes'), class: 'danger' }], cancel: t('cancel'),
    });
    if (!chosen) return;
    const answer = await send('DELETE', `${this.api}/badges/${encodeURIComponent(badge.id)}`);
    if (!answer.ok) this.failed(answer.problem);
    await this.load();
  }
}
