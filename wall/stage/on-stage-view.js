/** @import {ProgrammeItem, ProgrammeRoom, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
/** @import {Actions} from './actions.js' */
/** @import {Spot} from './on-stage.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { clock } from '../lib/programme.js';
import { bar, EVERYWHERE, otherPart, spots } from './on-stage.js';
import { say } from './say.js';

/** A button is deaf so long after what it does changed: the finger was on its way to what stood there before. */
const CHANGED_MS = 700;
/** Beside the one that is always in sight. In minutes. */
const STEPS = [-5, 10];

/** What is on stage, a room at a time: how late it is, and the way to the next. */
export class OnStageView {
  #chips = el('div', { class: 'chips', role: 'group' });
  #where = el('p', { class: 'meta' });
  #title = el('h3', { class: 'on-title', dir: 'auto' });
  #who = el('p', { class: 'meta', dir: 'auto' });
  #late = el('p', { class: 'late-chip', hidden: true });
  #done = el('span', { class: 'on-done' });
  #over = el('span', { class: 'on-over' });
  #bar;
  #hand = el('div', { class: 'on-hand', hidden: true });
  #handWords = el('p', { class: 'meta' });
  #next;
  #five;
  #part;
  #nothing;
  #then = el('p', { class: 'meta on-then', dir: 'auto' });
  #rest;
  #steps;
  #room = EVERYWHERE;
  #changedAt = -Infinity;
  #stands = '';
  /** @type {Spot | null} */
  #spot = null;

  /**
   * @param {HTMLElement} root Hidden while there is no programme.
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {Actions} parts.actions
   * @param {() => void} parts.changed Another room was chosen.
   */
  constructor(root, { t, lang, now, actions, changed }) {
    this.root = root;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.actions = actions;
    this.changed = changed;
    this.#chips.setAttribute('aria-label', t('stage.on.room'));
    this.#bar = el('div', { class: 'on-bar', 'aria-hidden': 'true' }, this.#done, this.#over);
    this.#next = this.#button('next', () => this.#goOn());
    this.#five = this.#button('five', () => this.#shift(5));
    this.#five.textContent = t('stage.on.more', { n: 5 });
    this.#part = this.#button('part', () => this.#toPart());
    this.#nothing = this.#button('nothing', () => this.#put(null));
    this.#nothing.textContent = t('stage.on.nothing-button');
    this.#rest = el('input', { type: 'checkbox', id: 'shift-rest', checked: true });
    this.#steps = STEPS.map((step) => this.#step(step));
    const back = this.#button('clock', () => void this.actions.onStage({ room: this.#place, session: null, part: null, auto: true }));
    back.append(icon('clock', 'small'), t('stage.on.clock'));
    this.#hand.append(this.#handWords, back);
    root.append(this.#chips, el('div', { class: 'card on-card' },
      el('div', { class: 'on-head' }, el('div', { class: 'on-words' }, this.#where, this.#title, this.#who), this.#late),
      this.#bar, el('div', { class: 'on-buttons' }, this.#next, this.#five), this.#then, this.#hand,
      el('details', { class: 'on-more' }, el('summary', {}, t('stage.on.otherwise')),
        el('div', { class: 'stack' },
          el('div', { class: 'on-late', role: 'group', 'aria-label': t('stage.on.late') }, el('p', { class: 'on-late-name' }, t('stage.on.late')), this.#steps),
          el('label', { class: 'check' }, this.#rest, el('span', {}, t('stage.on.rest'))),
          this.#part, this.#nothing))));
  }

  /**
   * @param {string} act
   * @param {() => void} press
   */
  #button(act, press) {
    const button = el('button', { class: 'button', type: 'button', data: { act } });
    button.addEventListener('click', () => {
      if (performance.now() - this.#changedAt > CHANGED_MS) press();
    });
    return button;
  }

  /** @param {number} minutes */
  #step(minutes) {
    const button = this.#button(`step${minutes}`, () => this.#shift(minutes));
    button.textContent = this.t(minutes < 0 ? 'stage.on.less' : 'stage.on.more', { n: Math.abs(minutes) });
    return button;
  }

  /** As the server names it. */
  get #place() {
    return this.#room === EVERYWHERE ? null : this.#room;
  }

  /**
   * @param {ReadonlyArray<Timed>} sessions
   * @param {ProgrammeItem | null} item
   * @param {ReadonlyArray<ProgrammeRoom>} rooms
   */
  render(sessions, item, rooms) {
    this.root.hidden = sessions.length === 0;
    if (sessions.length === 0) return;
    const all = spots(sessions, item, rooms, this.now());
    const spot = all.find(({ room }) => room === this.#room) ?? all.find(({ session }) => session !== null) ?? all[0];
    if (!spot) return;
    this.#room = spot.room;
    this.#spot = spot;
    this.#drawChips(all);
    this.#draw(spot, item?.zone ?? 'UTC');
  }

  /** @param {Spot[]} all */
  #drawChips(all) {
    this.#chips.hidden = all.length < 2;
    keyed(this.#chips, all.length < 2 ? [] : all, {
      key: ({ room }) => room,
      signature: ({ room, name, late }) => `${name} ${late} ${room === this.#room}`,
      make: ({ room, name, late }) => el('span', {}, el('button', { class: 'chip screen-chip', type: 'button', 'aria-pressed': String(room === this.#room), on: { click: () => this.#pick(room) } },
        el('bdi', {}, name), late === 0 ? null : el('span', { class: 'own-mark' }, this.#lateWords(late)))),
    });
  }

  /** @param {string} room */
  #pick(room) {
    this.#room = room;
    this.changed();
  }

  /**
   * @param {Spot} spot
   * @param {string} zone
   */
  #draw(spot, zone) {
    const { t, lang } = this;
    const { session, next, late } = spot;
    const time = (/** @type {number} */ ms) => clock(lang, zone, ms);
    const stands = `${spot.room} ${session?.id} ${next?.id} ${spot.part}`;
    if (stands !== this.#stands) this.#changedAt = this.#stands === '' ? -Infinity : performance.now();
    this.#stands = stands;
    say(this.#where, [spot.name, session ? t(spot.leftMs >= 0 ? 'stage.on.until' : 'stage.on.was-until', { time: time(session.endMs) }) : ''].filter(Boolean).join(', '));
    say(this.#title, session ? session.title : t('stage.on.nothing'));
    say(this.#who, session ? [session.speakers.map(({ name }) => name).join(', '), this.#left(spot), spot.part === 'questions' ? t('stage.on.asking') : ''].filter(Boolean).join(' · ') : '');
    this.#who.hidden = !session;
    say(this.#late, this.#lateWords(late));
    this.#late.hidden = late === 0;
    this.#late.classList.toggle('early', late < 0);
    this.#drawBar(session);
    this.#drawButtons(spot);
    say(this.#then, next ? t('stage.on.then', { time: time(next.startMs), title: next.title }) : t('stage.on.then-nothing'));
    this.#hand.hidden = !spot.chosen;
    say(this.#handWords, spot.byClock ? t('stage.on.by-hand-other', { title: spot.byClock.title }) : t('stage.on.by-hand'));
  }

  /** @param {Timed | null} session */
  #drawBar(session) {
    this.#bar.hidden = !session;
    if (!session) return;
    const { done, over } = bar(session, this.now());
    this.#done.style.inlineSize = `${(done * 100).toFixed(2)}%`;
    this.#over.style.inlineSize = `${(over * 100).toFixed(2)}%`;
  }

  /** @param {Spot} spot */
  #drawButtons(spot) {
    const { t } = this;
    const { session, next } = spot;
    const other = otherPart(spot);
    this.#next.hidden = !next && !session;
    say(this.#next, session ? t(next ? 'stage.on.next' : 'stage.on.done') : t('stage.on.begin'));
    this.#five.hidden = !session && !next;
    for (const step of this.#steps) step.disabled = !session && !next;
    this.#part.hidden = other === null;
    say(this.#part, t(other === 'questions' ? 'stage.on.to-questions' : 'stage.on.to-talk'));
    this.#nothing.hidden = !session;
  }

  /** @param {Spot} spot */
  #left({ leftMs }) {
    const minutes = leftMs < 0 ? Math.floor(-leftMs / 60_000) : Math.ceil(leftMs / 60_000);
    return this.t(leftMs < 0 ? 'stage.on.over' : 'stage.on.left', { n: minutes });
  }

  /** @param {number} late In minutes. */
  #lateWords(late) {
    if (late === 0) return '';
    return this.t(late > 0 ? 'stage.on.minutes-late' : 'stage.on.minutes-early', { n: Math.abs(late) });
  }

  // --- acting ------------------------------------------------------------------------------------------------

  #goOn() {
    if (this.#spot) this.#put(this.#spot.next?.id ?? null);
  }

  /** @param {string | null} session */
  #put(session) {
    void this.actions.onStage({ room: this.#place, session, part: null, auto: false });
  }

  #toPart() {
    const spot = this.#spot;
    const part = spot && otherPart(spot);
    if (spot?.session && part) void this.actions.onStage({ room: this.#place, session: spot.session.id, part, auto: false });
  }

  /** @param {number} by Minutes. */
  #shift(by) {
    const of = this.#spot?.session ?? this.#spot?.next;
    if (of) void this.actions.shift({ session: of.id, minutes: of.late + by, rest: this.#rest.checked });
  }
}
