/** The chair's page: what the hall asks, on stage, at arm's length. Only what was approved ever comes here. */

/** @import {Page, ProgrammeItem, PulseFrame, Stand, Switch, Translate} from '../types.js' */
/** @import {Asked} from '../lib/hall.js' */
/** @import {Command} from './keys.js' */
/** @import {Lists, Step} from './questions.js' */
/** @import {Sign} from './signs.js' */
import { ask } from '../elements/ask.js';
import { enter } from '../elements/door/door.js';
import { since } from '../elements/stopped.js';
import { switchButton } from '../elements/switch.js';
import { hallOf } from '../lib/hall.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { page as readPage, translate } from '../lib/page.js';
import { clock, currentDay } from '../lib/programme.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { dayTime } from '../lib/time.js';
import { Live } from '../live.js';
import { pollsOf } from '../stage/polls.js';
import { choices, left, sessionOf } from './about.js';
import { Actions } from './actions.js';
import { Awake } from './awake.js';
import { command } from './keys.js';
import { LastView } from './last-view.js';
import { ListView } from './list-view.js';
import { NowView } from './now-view.js';
import { PollsView } from './polls-view.js';
import { back, lists, stepOf } from './questions.js';
import { NONE, heard, standing } from './signs.js';

/** A line that comes back within this time was hardly gone: nothing is said. */
const LOST_MS = 3_000;
/** After a step other buttons stand where a finger is: what was meant for those before them is not done. */
const DEAF_MS = 700;
const THEME = 'fontein-chair-theme';

class Chair {
  #signs = NONE;
  /** @type {Step | null} */
  #step = null;
  /** @type {'revoked' | 'closed' | null} */
  #out = null;
  #lostAt = 0;
  #steppedAt = -Infinity;
  #underWay = 0;
  /** What is under way: one step after the other, in the order of the presses. */
  #steps = Promise.resolve();
  #choices = '';
  #notices = '';
  #chosen;
  #keys;

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.own = page.session ?? null;
    this.isSpeaker = page.badge?.role === 'speaker';
    this.live = new Live(page.api, 'chair');
    this.programme = new ProgrammeStore(page.api);
    this.actions = new Actions(page.api, t);
    this.awake = new Awake();
    this.#chosen = kept(this.#storage('session')) ?? '';
    this.#keys = kept(this.#storage('keys')) !== 'off';
    const stand = (/** @type {string} */ post, /** @type {Stand} */ to) => {
      if (!this.#isDeaf) void this.#stand(post, to);
    };
    const now = () => this.live.clock.now();
    this.views = {
      now: new NowView(place('now'), place('do'), { t, stand, next: () => { if (!this.#isDeaf) this.#next(); } }),
      next: new ListView(place('next'), { t, which: 'open', stand }),
      later: new ListView(place('later'), { t, which: 'later', stand }),
      answered: new ListView(place('answered'), { t, which: 'answered', stand }),
      last: new LastView(place('last'), { t, undo: () => void this.#undo(), answer: async (post, answer) => (await this.actions.stand(post, 'answered', answer)).ok }),
      polls: new PollsView(place('open-polls'), place('polls'), { t, lang: page.lang, now, turn: (id, open) => void this.actions.poll(id, open), may: !this.isSpeaker }),
    };
    this.signButton = el('button', { class: 'button', type: 'button', data: { act: 'sign' }, 'aria-keyshortcuts': 'S', on: { click: () => void this.#sign() } }, icon('clock'), t('chair.sign'));
    place('sign').append(this.signButton);
    this.menu = el('select', { class: 'input', id: 'session' });
    this.menu.addEventListener('change', () => this.#choose(this.menu.value));
    place('set').append(...this.#settings());
    this.#listen();
  }

  start() {
    this.live.start();
    this.awake.start();
    window.setInterval(() => this.#draw(), 1_000);
    this.#draw();
  }

  /** @param {string} what */
  #storage(what) {
    return `fontein-chair-${what}-${this.page.slug}`;
  }

  #settings() {
    const { t, page } = this;
    const keys = switchButton(t('chair.keys-on'), this.#keys, (on, button) => {
      this.#keys = on;
      keep(this.#storage('keys'), on ? 'on' : 'off');
      button.setAttribute('aria-checked', String(on));
    });
    return [
      ...(this.own === null && !this.isSpeaker ? [el('div', { class: 'field' }, el('label', { for: 'session' }, t('chair.about')), this.menu)] : []),
      el('p', { class: 'row' }, keys, el('span', { 'aria-hidden': 'true' }, t('chair.keys-on')), el('button', { class: 'button quiet', type: 'button', on: { click: () => void this.#help() } }, icon('keyboard'), t('chair.keys'))),
      this.#colours(),
      ...(this.isSpeaker ? [el('a', { class: 'button', href: `/${page.slug}/shelf` }, icon('paper'), t('chair.papers'))] : []),
      ...(page.otherLangUrl && page.otherLang ? [el('a', { class: 'button', href: page.otherLangUrl, hreflang: page.otherLang, lang: page.otherLang }, t('other-language'))] : []),
    ];
  }

  #colours() {
    const { t } = this;
    const menu = el('select', { class: 'input', id: 'theme' }, ['dark', 'light'].map((choice) => el('option', { value: choice, selected: choice === document.documentElement.dataset['theme'] }, t(`theme.${choice}`))));
    menu.addEventListener('change', () => {
      document.documentElement.dataset['theme'] = menu.value;
      keep(THEME, menu.value);
    });
    return el('div', { class: 'field' }, el('label', { for: 'theme' }, t('theme.label')), menu);
  }

  #listen() {
    this.live.addEventListener('view', () => {
      this.programme.follow(/** @type {ProgrammeItem | null} */ (this.#entry('programme')));
      this.#draw();
    });
    this.live.addEventListener('cover', () => this.#draw());
    this.live.addEventListener('state', () => this.#stateChanged());
    this.live.addEventListener('pulse', (event) => this.#pulse(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    this.programme.addEventListener('change', () => this.#draw());
    this.actions.addEventListener('change', () => this.#draw());
    this.actions.addEventListener('out', () => this.#goOut('revoked'));
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  #stateChanged() {
    if (this.live.state === 'ended') void this.#ended();
    this.#lostAt = this.live.state === 'live' ? 0 : this.#lostAt || performance.now();
    this.#draw();
  }

  async #ended() {
    const answer = await send('GET', `${this.page.api}/me`);
    this.#goOut(!answer.ok && answer.problem.status === 401 ? 'revoked' : 'closed');
  }

  /**
   * Shut out: nothing of what was known may stay on the page.
   *
   * @param {'revoked' | 'closed'} why
   */
  #goOut(why) {
    this.#out = why;
    this.#step = null;
    this.live.stop();
    this.live.forget();
    this.awake.stop();
    this.#draw();
  }

  /** @param {PulseFrame} frame */
  #pulse({ topic, key, value }) {
    if (topic !== 'signal' || key !== (this.#session?.id ?? '')) return;
    this.#signs = heard(this.#signs, /** @type {Sign} */ (value), this.page.badge?.id ?? '');
    if (this.#signs.came) this.#say(this.t('chair.two-minutes'));
    this.#draw();
  }

  // --- what is known -----------------------------------------------------------------------------------------

  /**
   * @template T
   * @param {string} key
   * @returns {T | null}
   */
  #entry(key) {
    return /** @type {T | null} */ (this.live.view.entries.get(key) ?? null);
  }

  get #when() {
    return { sessions: this.programme.sessions, item: this.programme.item, nowMs: this.live.clock.now() };
  }

  get #session() {
    return sessionOf(this.#when, this.#chosen, this.own);
  }

  get #zone() {
    return this.programme.item?.zone ?? 'UTC';
  }

  /** While the screens are stopped nobody sees anything. @returns {readonly Asked[]} */
  get #questions() {
    return this.#out !== null || this.#isStopped ? [] : hallOf(this.live.view).questions;
  }

  get #isStopped() {
    return /** @type {Switch | null} */ (this.#entry('stop'))?.on === true;
  }

  /** @returns {Lists} */
  get #lists() {
    const session = this.isSpeaker ? this.own : (this.#session?.id ?? null);
    return lists(this.#questions, { session, only: this.isSpeaker });
  }

  // --- acting ------------------------------------------------------------------------------------------------

  /**
   * @param {string} post
   * @param {Stand} to
   */
  async #stand(post, to) {
    await this.#inTurn(async () => {
      const step = stepOf(this.#questions, post, to);
      if (!step) return;
      const answer = await this.actions.stand(post, to);
      if (!answer.ok) return;
      this.#steppedAt = performance.now();
      this.#step = step;
      this.#say(this.#stepWords(step));
    });
  }

  #next() {
    const first = this.#lists.next[0];
    if (first) void this.#stand(first.post, 'on-stage');
  }

  async #undo() {
    await this.#inTurn(async () => {
      const step = this.#step;
      if (!step) return;
      for (const { post, to } of back(this.#questions, step)) {
        const answer = await this.actions.stand(post, to);
        if (!answer.ok) return;
      }
      this.#step = null;
      this.#say(this.t('chair.undone'));
    });
  }

  /** @param {() => Promise<void>} work Looks at what is when its turn has come: the same press twice is one. */
  async #inTurn(work) {
    this.#underWay += 1;
    this.#steps = this.#steps.then(work);
    await this.#steps;
    this.#underWay -= 1;
    this.#draw();
  }

  /** Fingers wait until a step is done and seen; keys do not move. */
  get #isDeaf() {
    return this.#underWay > 0 || performance.now() - this.#steppedAt < DEAF_MS;
  }

  async #sign() {
    if (this.#signs.sent) return;
    const at = Math.round(this.live.clock.now() * 1_000);
    const answer = await this.actions.sign(this.#session?.id ?? '', 'two-minutes');
    if (!answer.ok) return;
    this.#signs = heard(this.#signs, { kind: 'two-minutes', at, by: this.page.badge?.id ?? '' }, this.page.badge?.id ?? '');
    this.#draw();
  }

  async #thank() {
    this.#signs = { ...this.#signs, came: null };
    this.#draw();
    await this.actions.sign(this.#session?.id ?? '', 'thanks');
  }

  /** @param {string} chosen */
  #choose(chosen) {
    this.#chosen = chosen;
    this.#signs = NONE;
    keep(this.#storage('session'), chosen);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const field = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]');
    const found = this.#out ? null : command(event, { field, dialog: document.querySelector('dialog[open]') !== null, on: this.#keys });
    if (!found) return;
    event.preventDefault();
    this.#obey(found);
  }

  /** @param {Command} what */
  #obey(what) {
    const { now, next } = this.#lists;
    if (what === 'next') return this.#next();
    if (what === 'undo') return void this.#undo();
    if (what === 'signal') return void this.#sign();
    if (what === 'help') return void this.#help();
    if (what === 'answered' || what === 'later') return now ? void this.#stand(now.post, what) : undefined;
    const nth = next[Number(what.slice('ask-'.length)) - 1];
    if (nth) void this.#stand(nth.post, 'on-stage');
  }

  #help() {
    const { t } = this;
    return ask({ title: t('chair.keys'), text: t('chair.keys-text'), choices: [], cancel: t('close') });
  }

  // --- drawing -----------------------------------------------------------------------------------------------

  #draw() {
    this.#signs = standing(this.#signs, this.live.clock.now());
    const found = this.#lists;
    for (const part of document.querySelectorAll('.chair-columns, .chair-more, .chair-dock')) part.toggleAttribute('hidden', this.#out !== null);
    this.#drawTop();
    this.#drawNotices();
    this.#drawChoices();
    this.views.now.render(found.now, found.next.length > 0);
    this.views.next.render(found.next);
    place('none').hidden = found.next.length > 0;
    say(place('none'), this.#isStopped ? '' : this.t('chair.none'));
    this.#fold('later', found.later);
    this.#fold('answered', found.answered);
    this.#drawPolls();
    this.#drawLast();
    this.#drawSign();
  }

  #drawTop() {
    const { t } = this;
    const session = this.#out ? null : this.#session;
    say(place('title'), session?.title ?? this.page.symposium?.title ?? '');
    place('title').lang = session?.lang ?? '';
    say(place('meta'), session ? [session.speakers.map(({ name }) => name).join(', '), this.#hours(session)].filter(Boolean).join(' · ') : t(this.own ? 'chair.name' : 'chair.no-session'));
    const time = place('left');
    time.hidden = session === null;
    if (!session) return;
    const { phase, minutes } = left(session, this.live.clock.now());
    time.dataset['phase'] = phase;
    say(time, t(`chair.left-${phase}`, { n: minutes }));
  }

  /** @param {import('../lib/programme.js').Timed} session */
  #hours({ startMs, endMs }) {
    return `${clock(this.page.lang, this.#zone, startMs)}\u00a0–\u00a0${clock(this.page.lang, this.#zone, endMs)}`;
  }

  #drawNotices() {
    const { t, page } = this;
    const stop = /** @type {Switch | null} */ (this.#entry('stop'));
    const { came } = this.#signs;
    const lost = this.#lostAt > 0 && performance.now() - this.#lostAt > LOST_MS && this.live.view.position !== null;
    const sign = [this.#out, came?.at, lost, stop?.on, this.actions.fault].join('|');
    if (sign === this.#notices) return;
    this.#notices = sign;
    const notice = (/** @type {string} */ kind, /** @type {string} */ drawing, /** @type {string} */ words, /** @type {HTMLElement | null} */ button = null) => el('div', { class: `banner card ${kind}`, role: 'status' }, icon(drawing), el('p', {}, words), button);
    const dismiss = (/** @type {() => void} */ act, /** @type {string} */ words) => el('button', { class: 'button', type: 'button', on: { click: act } }, words);
    place('notices').replaceChildren(...[
      this.#out ? notice('danger', 'lock', t(this.#out)) : null,
      came && !this.#out ? notice('sign', 'clock', t('chair.two-minutes'), dismiss(() => void this.#thank(), t('chair.seen'))) : null,
      lost && !this.#out ? notice('warn', 'offline', t('chair.lost', { time: dayTime(page.lang, Date.now() - this.live.silentMs) })) : null,
      stop?.on && !this.#out ? notice('warn', 'stop', `${since(t, page.lang, 'stop', stop)} ${t('chair.stopped')}`) : null,
      this.actions.fault && !this.#out ? notice('danger', 'warning', this.actions.fault, dismiss(() => this.actions.dismiss(), t('close'))) : null,
    ].filter((each) => each !== null));
  }

  #drawChoices() {
    const { t, page } = this;
    const { rooms, sessions } = choices(this.#when, currentDay(this.programme.sessions, this.live.clock.now(), this.#zone) ?? '');
    const drawn = JSON.stringify([rooms, sessions.map(({ id, title, startMs }) => [id, title, startMs]), this.#chosen]);
    if (drawn === this.#choices) return;
    this.#choices = drawn;
    this.menu.replaceChildren(el('option', { value: '' }, t('chair.about-now')), ...rooms.map(({ id, name }) => el('option', { value: `room:${id}` }, t('chair.about-room', { room: name }))),
      ...sessions.map(({ id, title, startMs }) => el('option', { value: id }, `${clock(page.lang, this.#zone, startMs)} ${title}`)));
    this.menu.value = this.#chosen;
    if (this.menu.selectedIndex < 0) this.menu.value = '';
  }

  /**
   * @param {'later' | 'answered'} which
   * @param {Asked[]} questions
   */
  #fold(which, questions) {
    place(`${which}-part`).hidden = questions.length === 0;
    say(place(`${which}-name`), this.t(`chair.${which}`, { n: questions.length }));
    this.views[which].render(questions);
  }

  #drawPolls() {
    const all = this.#out ? [] : pollsOf(this.live.view.entries);
    const session = this.isSpeaker ? this.own : (this.#session?.id ?? null);
    const here = all.filter((poll) => session === null || poll.session === session || poll.session === null);
    this.views.polls.render(here, all);
    const rest = here.filter((poll) => poll.standing !== 'open').length;
    place('polls-part').hidden = rest === 0;
    say(place('polls-name'), this.t('chair.polls', { n: rest }));
  }

  #drawLast() {
    const step = this.#step;
    const question = step && this.#questions.find((each) => each.post === step.post);
    const speakers = this.#session?.speakers.map(({ name }) => name) ?? [];
    this.views.last.render(question ? step : null, { words: step ? this.#stepWords(step) : '', question: question?.text ?? '', can: step !== null && back(this.#questions, step).length > 0, speakers });
  }

  /** @param {Step} step */
  #stepWords({ to }) {
    return this.t(`chair.did-${to}`);
  }

  #drawSign() {
    const { t, page } = this;
    const { sent, seen } = this.#signs;
    const time = sent ? dayTime(page.lang, sent.at / 1_000) : '';
    say(place('signed'), sent ? t(seen ? 'chair.sign-seen' : 'chair.sign-sent', { time }) : '');
    this.signButton.setAttribute('aria-disabled', String(sent !== null));
  }

  /** @param {string} words For a screen reader: what this page did, or what came. */
  #say(words) {
    say(place('said'), words);
  }
}

/** @param {string} id */
function place(id) {
  return one(document, `#${id}`, HTMLElement);
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The browser would put back where another question stood.
history.scrollRestoration = 'manual';
// A stage is dark: so is this page, whatever the device likes elsewhere, unless somebody chose otherwise for it.
document.documentElement.dataset['theme'] = kept(THEME) === 'light' ? 'light' : 'dark';
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['chair', 'speaker', 'moderator', 'organiser'] })) new Chair(page, t).start();
