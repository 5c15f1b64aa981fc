/** The stage: what the screens show, how it goes, and the two buttons for when it goes wrong. */

/** @import {Announcement, Counts, Direction, Figures, Now, Page, PairedScreen, ProgrammeItem, PulseFrame, Scene, SceneItem, Shelf, SourceEntry, Switch, ThemeItem, Translate} from '../types.js' */
/** @import {ArchivePulse, Screen, ScreenPulse, SourcePulse} from './health.js' */
/** @import {Policy} from './policy-view.js' */
/** @import {Rehearsal} from './rehearsal-view.js' */
/** @import {Known} from './screens.js' */
import { ask } from '../elements/ask.js';
import { enter } from '../elements/door/door.js';
import { HoldButton } from '../elements/hold/hold.js';
import { themeMenu } from '../elements/theme-menu.js';
import { applyTheme } from '../elements/theme.js';
import { direct } from '../lib/direct.js';
import { hallOf } from '../lib/hall.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/keep.js';
import { page as readPage, translate } from '../lib/page.js';
import { onStage } from '../lib/programme.js';
import { ProgrammeStore } from '../lib/programme-store.js';
import { Live } from '../live.js';
import { Actions } from './actions.js';
import { lastAct } from './acts.js';
import { AnnounceView } from './announce-view.js';
import { ArchiveView } from './archive-view.js';
import { Asking } from './asking.js';
import { choosePaper, choosePlaylist, choosePoll, chooseQuestion, chooseSpotlight, writeSlide } from './choosing.js';
import { DirectionView } from './direction-view.js';
import { readDrafts, readIds, withDraft, without } from './drafts.js';
import { FiguresView } from './figures-view.js';
import { archiveFails, isQuiet, LEADS_TO, saidAt, worst } from './health.js';
import { LastView } from './last-view.js';
import { ListeningView } from './listening-view.js';
import { NoticesView } from './notices-view.js';
import { OnStageView } from './on-stage-view.js';
import { changeScreen, pairByCode } from './pairing.js';
import { PolicyView } from './policy-view.js';
import { RehearsalView } from './rehearsal-view.js';
import { withOwn } from './scenes.js';
import { ScenesView } from './scenes-view.js';
import { allScreens, nameOf, roomOf } from './screens.js';
import { ScreensView } from './screens-view.js';
import { Sheet } from './sheet.js';
import { Shown } from './shown.js';
import { SourcesView } from './sources-view.js';
import { ThemeView } from './theme-view.js';

/** @typedef {import('./figures-view.js').Rates} Rates */

/** Two people may hit stop at once; the second must not hit what stands there now. */
const DEAF_MS = 2_000;
/** A rehearsal that goes on says so every 10 s. */
const REHEARSAL_MS = 30_000;

/**
 * What the server says again and again, and nobody was promised: gone with the access.
 *
 * @typedef {object} Pulses
 * @property {Map<string, Screen>} screens
 * @property {Map<string, SourcePulse>} sources
 * @property {{value: Rates, at: number} | null} rates
 * @property {{value: ArchivePulse, at: number} | null} archive
 * @property {{value: Rehearsal, at: number} | null} rehearsal
 */

/** @returns {Pulses} */
const nothing = () => ({ screens: new Map(), sources: new Map(), rates: null, archive: null, rehearsal: null });

class Stage {
  #pulses = nothing();
  /** When this page began to hear the screens, on the server's clock. */
  #openedMs = 0;
  #stoppedAt = -Infinity;
  #wasStopped = false;
  #stopping = false;
  /** @type {'revoked' | 'closed' | null} */
  #out = null;
  /** Kept on this device: what is being made ready. */
  #drafts;
  #playlist;

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.live = new Live(page.api, 'stage');
    this.shown = new Shown(page.api);
    this.programme = new ProgrammeStore(page.api);
    this.actions = new Actions(page.api, t);
    this.#drafts = readDrafts(kept(`fontein-slides-${page.slug}`));
    this.#playlist = readIds(kept(`fontein-playlist-${page.slug}`));
    this.chip = one(document, '#health', HTMLAnchorElement);
    this.hold = one(document, 'fontein-hold', HoldButton);
    this.pauseButton = one(document, '#pause', HTMLButtonElement);
    this.backOn = one(document, '#back-on', HTMLButtonElement);
    this.sheet = new Sheet(place('sheet'), one(document, '.stage-page', HTMLElement), t);
    this.views = this.#makeViews();
    this.asking = new Asking({ page, t, live: this.live, programme: this.programme, actions: this.actions, sheet: this.sheet, place: () => this.views.scenes.screen, session: () => this.#onStageNow()?.id ?? null });
    place('runbook').hidden = !isOrganiser(page);
    place('foot').append(themeMenu(t), ...otherLanguage(page, t));
    /** What goes away with the access. @type {NodeListOf<HTMLElement>} */
    this.parts = document.querySelectorAll('.stage-page > :not(#notices, #sheet), .dock, #health');
    this.#listen();
  }

  #makeViews() {
    const { t, page, actions } = this;
    const told = { t, lang: page.lang, now: () => this.live.clock.now() };
    const name = (/** @type {string} */ id) => this.#screenName(id);
    const mine = isOrganiser(page);
    return {
      notices: new NoticesView(place('notices'), { ...told, release: (policy) => void actions.policy(policy) }),
      scenes: new ScenesView(place('scenes'), { t, name, choose: (scene) => this.#choose(scene), giveBack: (screen) => void actions.scene({ scene: null }, screen), changed: () => this.#draw() }),
      announcement: new AnnounceView(place('announce'), { ...told, announce: async (text) => (await actions.announce(text)).ok }),
      figures: new FiguresView(place('figures'), told),
      screens: new ScreensView(place('screens'), place('screens-count'), { ...told, name, change: (id) => this.#changeScreen(id), pair: () => this.#pair(), which: () => void this.actions.which('all', ''), wall: this.#wall }),
      onStage: new OnStageView(place('on-part'), { ...told, actions, changed: () => this.#draw() }),
      direction: new DirectionView(place('direction'), place('direction-now'), { t, put: (direction) => void actions.direct(direction) }),
      sources: new SourcesView(place('sources'), place('sources-count'), { ...told, turn: (id, on) => void actions.source(id, on), organise: mine ? `/${page.slug}/organise` : null }),
      listening: new ListeningView(place('listening'), { ...told, mine, ask: () => actions.listening(), put: (days) => void actions.listen(days) }),
      archive: new ArchiveView(place('archive'), told),
      policy: new PolicyView(place('policies'), place('policy-now'), { t, choose: (policy) => void actions.policy(policy) }),
      theme: new ThemeView(one(document, '#theme-part', HTMLDetailsElement), place('theme-now'), { t, lang: page.lang, actions, organise: mine ? `/${page.slug}/organise` : null }),
      rehearsal: new RehearsalView(one(document, '#rehearsal', HTMLDetailsElement), place('rehearsal-now'), { ...told, actions, mayWipe: mine }),
      last: new LastView(place('last'), { ...told, me: page.badge?.name ?? '', name, undo: (seq) => void actions.undo(seq), dismiss: () => actions.dismiss() }),
    };
  }

  start() {
    this.live.start();
    this.shown.start();
    window.setInterval(() => this.#draw(), 1_000);
    this.#draw();
  }

  #listen() {
    this.live.addEventListener('view', () => this.#told());
    this.programme.addEventListener('change', () => this.#draw());
    this.live.addEventListener('state', () => this.#stateChanged());
    this.live.addEventListener('pulse', (event) => this.#pulse(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    this.shown.addEventListener('change', () => this.#draw());
    this.actions.addEventListener('change', () => this.#draw());
    this.actions.addEventListener('out', () => this.#goOut('revoked'));
    this.hold.addEventListener('held', () => void this.#stop(true));
    this.hold.addEventListener('ask', () => void this.#askStop());
    this.backOn.addEventListener('click', () => {
      if (performance.now() - this.#stoppedAt >= DEAF_MS) void this.#stop(false);
    });
    this.pauseButton.addEventListener('click', () => void this.actions.pause(!this.#switch('pause')?.on));
    this.chip.addEventListener('click', () => this.#follow(this.chip.hash.slice(1)));
  }

  /** @param {string} id What the chip speaks of. */
  #follow(id) {
    if (this.sheet.isOpen) this.sheet.leave();
    const target = document.getElementById(id);
    if (target instanceof HTMLDetailsElement) target.open = true;
    (target instanceof HTMLDetailsElement ? target.querySelector('summary') : target)?.focus({ preventScroll: true });
  }

  #stateChanged() {
    if (this.live.state === 'ended') void this.#ended();
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
    this.#pulses = nothing();
    this.sheet.close();
    this.shown.stop();
    this.live.stop();
    this.live.forget();
    this.#draw();
  }

  /** @param {PulseFrame} frame */
  #pulse({ topic, key, value }) {
    const at = saidAt(value, this.live.clock.now());
    if (topic === 'screen') this.#pulses.screens.set(key, { id: key, pulse: /** @type {ScreenPulse} */ (value), at });
    if (topic === 'signal') this.asking.signal.heard(key, /** @type {{kind?: unknown} | null} */ (value)?.kind);
    if (topic === 'source') this.#pulses.sources.set(key, /** @type {SourcePulse} */ (value));
    if (topic === 'rates') this.#pulses.rates = { value: /** @type {Rates} */ (value), at };
    if (topic === 'archive') this.#pulses.archive = { value: /** @type {ArchivePulse} */ (value), at: this.live.clock.now() };
    if (topic === 'rehearsal') this.#pulses.rehearsal = { value: /** @type {Rehearsal} */ (value), at: this.live.clock.now() };
    this.#draw();
  }

  #told() {
    this.#openedMs ||= this.live.clock.now();
    this.programme.follow(/** @type {ProgrammeItem | null} */ (this.#entry('programme')));
    this.#draw();
  }

  /** @returns {Readonly<Record<string, PairedScreen>>} */
  get #paired() {
    return this.#entry('screens') ?? {};
  }

  get #screens() {
    return allScreens(this.#pulses.screens, this.#paired, this.#openedMs);
  }

  get #rooms() {
    return this.programme.item?.rooms ?? [];
  }

  get #wall() {
    return `${location.origin}/${this.page.slug}/wall`;
  }

  /** @param {string} place A screen, or a room. */
  #screenName(place) {
    const room = roomOf(place);
    return room === null ? nameOf(this.#screens, place, this.t) : (this.#rooms.find(({ id }) => id === room)?.name ?? room);
  }

  /**
   * What a screen really shows: what was chosen, or what the programme asks for.
   *
   * @param {Known} screen
   */
  #shows = ({ id, paired }) => {
    const { sessions, item } = this.programme;
    return direct({ scene: /** @type {SceneItem | null} */ (this.#entry('scene')), sessions, item, direction: /** @type {Direction | null} */ (this.#entry('direction')), papers: this.#papers, hall: hallOf(this.live.view), screen: { id, ...paired }, nowMs: this.live.clock.now() });
  };

  #pair() {
    pairByCode({ t: this.t, sheet: this.sheet, actions: this.actions, rooms: this.#rooms, wall: `${this.#wall}?pair` });
  }

  /** @param {string} id */
  #changeScreen(id) {
    const screen = this.#screens.find((one) => one.id === id);
    if (!screen) return;
    changeScreen({
      t: this.t, sheet: this.sheet, actions: this.actions, rooms: this.#rooms, id, name: this.#screenName(id), known: screen.paired,
      quiet: isQuiet(screen, this.live.clock.now()), forget: () => this.#forgetScreen(id),
    });
  }

  /** @param {string} id Not heard any more: off the list. One that is heard comes back by itself. */
  #forgetScreen(id) {
    this.#pulses.screens.delete(id);
    this.#draw();
  }

  // --- acting ------------------------------------------------------------------------------------------------

  /** @param {Scene} scene */
  #choose(scene) {
    const { t, sheet, shown } = this;
    const put = async (/** @type {Parameters<Actions['scene']>[0]} */ wanted) => (await this.actions.scene(wanted, this.views.scenes.screen)).ok;
    if (scene === 'spotlight') return chooseSpotlight({ t, sheet, shown, put });
    if (scene === 'playlist') return choosePlaylist({ t, sheet, shown, put, chosen: this.#playlist, keep: (ids) => this.#keepPlaylist(ids) });
    if (scene === 'paper') return choosePaper({ t, sheet, put, papers: this.#papers, session: this.#onStageNow()?.id ?? null, titleOf: (id) => this.programme.sessions.find((one) => one.id === id)?.title ?? '' });
    const { polls, questions, title } = this.asking.shown;
    if (scene === 'question') return chooseQuestion({ t, sheet, put, questions, titleOf: this.asking.card.titleOf });
    if (scene === 'poll') return choosePoll({ t, sheet, put, polls, title });
    if (scene === 'text') return writeSlide({ t, sheet, put, drafts: this.#drafts, keep: (draft) => this.#keepDrafts(withDraft(this.#drafts, draft)), drop: (draft) => this.#keepDrafts(without(this.#drafts, draft)) });
    void put({ scene });
  }

  get #papers() {
    return /** @type {Shelf | null} */ (this.#entry('shelf'))?.papers ?? [];
  }

  /** What is on stage in the place that the tiles are for. */
  #onStageNow() {
    const { screen: place } = this.views.scenes;
    const room = roomOf(place) ?? this.#paired[place ?? '']?.room ?? null;
    return onStage(this.programme.sessions, this.programme.item, this.live.clock.now(), room).session;
  }

  /** @param {string[]} ids */
  #keepPlaylist(ids) {
    this.#playlist = ids;
    keep(`fontein-playlist-${this.page.slug}`, JSON.stringify(ids));
    this.#draw();
  }

  /** @param {import('./drafts.js').Draft[]} drafts */
  #keepDrafts(drafts) {
    this.#drafts = drafts;
    keep(`fontein-slides-${this.page.slug}`, JSON.stringify(drafts));
    this.#draw();
    return drafts;
  }

  /** @param {boolean} on */
  async #stop(on) {
    this.#stopping = on;
    this.#draw();
    const answer = await this.actions.stop(on);
    this.#stopping = false;
    this.#draw();
    if (answer.ok && nowhere()) (on ? this.backOn : this.pauseButton).focus();
  }

  async #askStop() {
    const { t } = this;
    const chosen = await ask({ title: t('stop.ask'), text: t('stop.ask-text'), choices: [{ value: 'stop', label: t('stop.yes'), class: 'danger' }], cancel: t('cancel') });
    if (chosen) await this.#stop(true);
  }

  // --- drawing -----------------------------------------------------------------------------------------------

  /**
   * A part of what the server keeps for this page.
   *
   * @template T
   * @param {string} key
   * @returns {T | null}
   */
  #entry(key) {
    return /** @type {T | null} */ (this.live.view.entries.get(key) ?? null);
  }

  /** @param {'stop' | 'pause'} name */
  #switch(name) {
    return /** @type {Switch | null} */ (this.#entry(name));
  }

  #rehearsal() {
    const heard = this.#pulses.rehearsal;
    return heard && this.live.clock.now() - heard.at <= REHEARSAL_MS ? heard.value : null;
  }

  #draw() {
    const stopped = this.#switch('stop')?.on === true;
    for (const part of this.parts) part.hidden = this.#out !== null;
    this.#stopState(stopped);
    this.#drawNotices();
    this.asking.render();
    this.#drawScenes(stopped);
    this.#drawFacts();
    this.views.onStage.render(this.programme.sessions, this.programme.item, this.#rooms);
    this.views.direction.render(/** @type {Direction | null} */ (this.#entry('direction')));
    this.views.announcement.render(/** @type {Announcement | null} */ (this.#entry('announcement')));
    this.views.policy.render(/** @type {Policy | null} */ (this.#entry('policy')));
    this.views.theme.render(/** @type {ThemeItem | null} */ (this.#entry('theme')));
    this.views.rehearsal.render(this.#rehearsal());
    this.views.last.render(lastAct(this.live.view.entries), this.actions.fault);
    this.#drawDock(stopped);
    this.#drawChip(stopped);
  }

  /** @param {boolean} stopped */
  #stopState(stopped) {
    if (stopped && !this.#wasStopped) {
      this.#stoppedAt = performance.now();
      window.setTimeout(() => this.#draw(), DEAF_MS);
    }
    this.#wasStopped = stopped;
  }

  #drawNotices() {
    this.views.notices.render({
      out: this.#out, lost: this.live.state === 'lost', stop: this.#switch('stop'), stopping: this.#stopping, pause: this.#switch('pause'),
      brake: /** @type {Policy | null} */ (this.#entry('policy'))?.brake ?? null, rehearsing: this.#rehearsal()?.on === true,
      held: /** @type {Figures | null} */ (this.#entry('figures'))?.held ?? 0,
    });
  }

  /** @param {boolean} stopped */
  #drawScenes(stopped) {
    const onStage = /** @type {Now | null} */ (this.#entry('now'));
    this.views.scenes.render({
      item: /** @type {SceneItem | null} */ (this.#entry('scene')), stopped, screens: this.#screens, now: this.live.clock.now(),
      rooms: this.#rooms, shows: this.#shows, papers: this.#papers, asked: this.asking.shown, programme: this.programme.sessions.length > 0, session: this.#onStageNow()?.title ?? '',
      title: onStage?.title || this.page.symposium?.title || '', shown: /** @type {Counts | null} */ (this.#entry('counts'))?.shown ?? 0,
      post: (id) => this.shown.get(id), draft: this.#drafts[0] ?? null, chosen: this.#playlist.length,
    });
  }

  #sources() {
    return [...this.live.view.entries].filter(([key]) => key.startsWith('source:')).map(([, value]) => /** @type {SourceEntry} */ (value));
  }

  #drawFacts() {
    const { rates, sources, archive } = this.#pulses;
    this.views.figures.render(/** @type {Figures | null} */ (this.#entry('figures')), /** @type {Counts | null} */ (this.#entry('counts')), rates, this.live.state === 'live');
    this.views.screens.render({ screens: this.#screens, rooms: this.#rooms, own: new Set(withOwn(/** @type {SceneItem | null} */ (this.#entry('scene')))), shows: this.#shows });
    this.views.sources.render(this.#sources(), sources, rates?.value.phones ?? null);
    this.views.listening.render(/** @type {{days: number | null} | null} */ (this.#entry('listening')), this.#sources(), [this.#entry('programme'), this.#entry('symposium')]);
    this.views.archive.render(archive);
  }

  /** @param {boolean} stopped */
  #drawDock(stopped) {
    const paused = this.#switch('pause')?.on === true;
    this.hold.hidden = stopped;
    this.pauseButton.hidden = stopped;
    this.backOn.hidden = !stopped;
    this.backOn.setAttribute('aria-disabled', String(performance.now() - this.#stoppedAt < DEAF_MS));
    const words = this.t(paused ? 'stage.resume' : 'stage.pause');
    if (this.pauseButton.textContent !== words) this.pauseButton.replaceChildren(icon(paused ? 'play' : 'pause', 'small'), words);
    this.pauseButton.setAttribute('aria-pressed', String(paused));
  }

  /** @param {boolean} stopped */
  #drawChip(stopped) {
    const now = this.live.clock.now();
    const oldestAt = /** @type {Figures | null} */ (this.#entry('figures'))?.oldestAt ?? null;
    const { sources, archive } = this.#pulses;
    const { code, n } = worst({
      live: this.live.state === 'live', stopped, paused: this.#switch('pause')?.on === true, rehearsing: this.#rehearsal()?.on === true,
      braked: Boolean(/** @type {Policy | null} */ (this.#entry('policy'))?.brake), archiveFails: archive !== null && archiveFails(archive.value),
      quietScreens: this.#screens.filter((screen) => isQuiet(screen, now)).length,
      badSources: this.#sources().filter((source) => source.on && (sources.get(source.id)?.state ?? 'ok') !== 'ok').length,
      oldestMs: oldestAt === null ? null : now - oldestAt / 1000,
    });
    const words = this.t(`stage.chip.${code}`, { n });
    if (this.chip.textContent === words) return;
    this.chip.hash = LEADS_TO[code];
    this.chip.className = `health ${code === 'ok' || code === 'rehearsal' ? 'ok' : code === 'stopped' || code === 'lost' ? 'bad' : 'warn'}`;
    this.chip.replaceChildren(icon(code === 'ok' ? 'check' : code === 'stopped' ? 'stop' : code === 'paused' ? 'pause' : code === 'rehearsal' ? 'info' : 'warning', 'small'), words);
  }
}

/**
 * Colours, the runbook and erasing are the organiser's.
 *
 * @param {Page} page
 */
function isOrganiser({ badge }) {
  return badge !== null && badge.role !== 'moderator';
}

/** @param {string} id */
function place(id) {
  return one(document, `#${id}`, HTMLElement);
}

/** The button that had the focus went away with what it did. */
function nowhere() {
  const focused = document.activeElement;
  return focused === null || focused === document.body || !(focused instanceof HTMLElement) || focused.offsetParent === null;
}

/**
 * @param {Page} page
 * @param {Translate} t
 */
function otherLanguage(page, t) {
  if (!page.otherLangUrl || !page.otherLang) return [];
  return [el('a', { class: 'button', href: page.otherLangUrl, hreflang: page.otherLang, lang: page.otherLang }, t('other-language'))];
}

// The browser would put back where an emptier page stood, with the tiles somewhere under the header.
history.scrollRestoration = 'manual';
applyTheme();
customElements.define('fontein-hold', HoldButton);
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['moderator', 'organiser'] })) new Stage(page, t).start();
