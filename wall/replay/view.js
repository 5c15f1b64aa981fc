/** @import {Page, Problem, Translate} from '../types.js' */
/** @import {Band, Day} from './axis.js' */
/** @import {Notices} from './notices.js' */
/** @import {Recording} from './recording.js' */
import { fault } from '../elements/fault.js';
import { el, one } from '../lib/html.js';
import { bandAt } from './axis.js';
import { Player, SPEEDS } from './player.js';
import { Stage } from './stage.js';
import { Timeline, Times } from './timeline.js';

/** So often the server is asked whether all of it may be seen still. */
const CHECK_MS = 5_000;
/** Without its word for longer than this nobody's words are shown: the same as on a wall of the hall. */
const LEASE_MS = 60_000;
/** In full screen the buttons go when nobody moved for so long. */
const IDLE_MS = 3_000;
/** The server was asked, and has not answered yet. @type {Problem} */
const SILENT = { title: '', detail: '', status: 0, code: 'timeout' };

/** What stands on the page, and what its buttons do. */
export class ReplayPage {
  #player = one(document, '#player', HTMLElement);
  #play = one(document, '#play', HTMLButtonElement);
  #speed = one(document, '#speed', HTMLSelectElement);
  #days = one(document, '#day', HTMLSelectElement);
  #clock = one(document, '#clock', HTMLElement);
  #session = one(document, '#session', HTMLElement);
  #heardAt = performance.now();
  #hidden = false;
  #checking = false;
  #idle = 0;

  /**
   * @param {Recording} recording Loaded, with a day or more.
   * @param {{page: Page, t: Translate, notices: Notices}} parts
   */
  constructor(recording, { page, t, notices }) {
    this.recording = recording;
    this.lang = page.lang;
    this.t = t;
    this.notices = notices;
    this.times = new Times(this.lang, recording.facts?.zone ?? '');
    this.stage = new Stage(one(document, '#stage', HTMLElement), `/${page.slug}/replay/wall`, t);
    this.player = new Player(recording, (told) => this.stage.tell(told));
    this.timeline = new Timeline(t, this.times);
  }

  start() {
    this.#player.hidden = false;
    one(document, '#more', HTMLElement).hidden = false;
    this.#speed.replaceChildren(...SPEEDS.map((speed) => el('option', { value: speed }, `${speed}×`)));
    this.#speed.value = String(this.player.speed);
    this.#listen();
    this.#listDays();
    this.#choose(this.#busiest());
    window.setInterval(() => void this.#check(), CHECK_MS);
    document.addEventListener('visibilitychange', () => void this.#check());
    this.#player.dataset['ready'] = '';
  }

  #listen() {
    const { player, timeline } = this;
    this.#play.addEventListener('click', () => this.#toggle());
    one(document, '#back', HTMLButtonElement).addEventListener('click', () => this.#step(-1));
    one(document, '#next', HTMLButtonElement).addEventListener('click', () => this.#step(1));
    this.#speed.addEventListener('change', () => player.setSpeed(Number(this.#speed.value)));
    this.#days.addEventListener('change', () => this.#choose(this.#listed[Number(this.#days.value)]));
    const skips = one(document, '#skips', HTMLInputElement);
    skips.addEventListener('change', () => (player.skips = skips.checked));
    player.skips = skips.checked;
    timeline.addEventListener('look', (event) => this.#tellTime(/** @type {CustomEvent<number>} */ (event).detail));
    timeline.addEventListener('seek', (event) => void player.seek(/** @type {CustomEvent<number>} */ (event).detail));
    player.addEventListener('time', () => this.#moved());
    player.addEventListener('state', () => this.#told());
    player.addEventListener('problem', (event) => this.#failed(/** @type {CustomEvent<Problem>} */ (event).detail));
    this.#player.addEventListener('keydown', (event) => this.#keyed(event));
    this.#fullScreen();
  }

  // The days

  /** @returns {readonly Day[]} */
  get #listed() {
    return this.recording.facts?.days ?? [];
  }

  #busiest() {
    return [...this.#listed].sort((a, b) => b.posts - a.posts)[0];
  }

  #listDays() {
    one(document, '#day-choice', HTMLElement).hidden = this.#listed.length < 2;
    this.#days.replaceChildren(...this.#listed.map((day, number) => el('option', { value: number }, `${this.times.day(day.from)}, ${this.times.minutes(day.from)}`)));
  }

  /** @param {Day | undefined} day */
  #choose(day) {
    if (!day) return;
    this.#draw(day);
    void this.player.choose(day);
  }

  /** @param {Day} day */
  #draw(day) {
    this.#days.value = String(this.#listed.indexOf(day));
    this.timeline.show(day, this.times);
    this.#drawSessions(day);
  }

  /** @param {Day} day */
  #drawSessions(day) {
    one(document, '#sessions-part', HTMLElement).hidden = day.sessions.length === 0;
    one(document, '#sessions', HTMLElement).replaceChildren(...day.sessions.map((band) => this.#sessionItem(day, band)));
  }

  /**
   * @param {Day} day
   * @param {Band} band
   */
  #sessionItem(day, band) {
    const go = () => {
      void this.player.seek(Math.max(day.from, band.from));
      this.#player.scrollIntoView({ block: 'nearest' });
    };
    const where = [band.room, this.t('replay.posts', { n: band.posts })].filter(Boolean).join(' · ');
    return el('li', {}, el('button', { class: 'session', type: 'button', data: { session: band.id }, on: { click: go } },
      el('span', { class: 'session-time' }, this.times.minutes(band.from)),
      el('span', { class: 'session-title' }, band.title || this.t('replay.session.nameless')),
      el('span', { class: 'meta' }, where)));
  }

  // Where we are

  #moved() {
    this.timeline.at(this.player.at);
    this.#tellTime(this.player.at);
  }

  /** @param {number} at */
  #tellTime(at) {
    const { day } = this.player;
    const time = this.times.seconds(at);
    if (this.#clock.textContent !== time) this.#clock.textContent = time;
    const band = day && bandAt(day, at);
    const title = band?.title ?? '';
    if (this.#session.textContent === title) return;
    this.#session.textContent = title;
    for (const item of document.querySelectorAll('.session')) {
      if (item instanceof HTMLElement && item.dataset['session'] === band?.id) item.setAttribute('aria-current', 'time');
      else item.removeAttribute('aria-current');
    }
  }

  #told() {
    const { playing, waiting } = this.player;
    this.#player.classList.toggle('playing', playing);
    this.#player.classList.toggle('waiting', waiting);
    one(document, '#play-word', HTMLElement).textContent = this.t(playing ? 'replay.pause' : 'replay.play');
    this.#speed.value = String(this.player.speed);
  }

  /** @param {1 | -1} way */
  #step(way) {
    this.timeline.settle();
    void this.player.step(way);
  }

  #toggle() {
    this.timeline.settle();
    if (this.player.playing) this.player.pause();
    else this.player.play();
  }

  /** Only where the focus is in the player: elsewhere letters are the reader's own. @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    const pressed = event.target instanceof HTMLButtonElement || (event.target instanceof HTMLInputElement && event.target.type === 'checkbox');
    if (event.key === ' ' && pressed) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ' ': () => this.#toggle(), ',': () => this.#step(-1), '.': () => this.#step(1), f: () => void this.#toggleFull(),
      '+': () => this.#faster(1), '=': () => this.#faster(1), '-': () => this.#faster(-1),
    };
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {1 | -1} by */
  #faster(by) {
    const speed = SPEEDS[SPEEDS.indexOf(this.player.speed) + by];
    if (speed === undefined) return;
    this.player.setSpeed(speed);
    this.notices.say(this.t('replay.speed.said', { n: speed }));
  }

  // Full screen

  #fullScreen() {
    const button = one(document, '#full', HTMLButtonElement);
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener('click', () => void this.#toggleFull());
    document.addEventListener('fullscreenchange', () => {
      one(document, '#full-word', HTMLElement).textContent = this.t(document.fullscreenElement ? 'replay.full.end' : 'replay.full');
      this.#awake();
    });
    for (const event of ['pointermove', 'pointerdown', 'keydown', 'focusin']) this.#player.addEventListener(event, () => this.#awake());
  }

  async #toggleFull() {
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : this.#player.requestFullscreen());
    } catch {
      this.notices.say(this.t('replay.full.refused')); // A browser may forbid it.
    }
  }

  #awake() {
    window.clearTimeout(this.#idle);
    this.#player.classList.remove('idle');
    if (document.fullscreenElement) this.#idle = window.setTimeout(() => this.#player.classList.add('idle'), IDLE_MS);
  }

  // What may be seen

  async #check() {
    if (document.hidden) return;
    if (this.#checking) return this.#doubt(SILENT);
    this.#checking = true;
    const found = await this.recording.check();
    this.#checking = false;
    if (found === 'same') return this.#heard();
    if (found === 'changed') return this.#anew();
    this.#doubt(found);
  }

  /** @param {Problem} problem Why there is no answer. */
  #doubt(problem) {
    if (performance.now() - this.#heardAt > LEASE_MS && !this.#hidden) this.#hide(problem);
  }

  #heard() {
    this.#heardAt = performance.now();
    if (!this.#hidden) return;
    this.#hidden = false;
    this.notices.clear();
    void this.player.seek(this.player.at);
  }

  /** @param {Problem} problem */
  #hide(problem) {
    this.#hidden = true;
    this.player.hide();
    this.notices.warn(fault(this.t, problem));
  }

  /** Something was taken off the wall: the same moment, without it. Until that is made nobody's words are shown. */
  async #anew() {
    const { playing } = this.player;
    this.player.hide();
    this.notices.wait();
    const problem = await this.recording.load();
    if (problem) return this.#failed(problem);
    this.times = new Times(this.lang, this.recording.facts?.zone ?? '');
    this.#listDays();
    await this.player.refresh();
    this.#player.hidden = !this.player.day;
    if (!this.player.day) return this.notices.note(this.t('replay.nothing'));
    this.#draw(this.player.day);
    this.#moved();
    this.#heard();
    if (playing) this.player.play();
    this.notices.note(this.t('replay.changed'));
  }

  /** @param {Problem} problem */
  #failed(problem) {
    if (problem.code === 'replay-changed') return void this.#anew();
    this.notices.warn(fault(this.t, problem), { again: () => { this.notices.clear(); void this.player.seek(this.player.at); } });
  }
}
