/** The stage: what the screens show, how it goes, and the two buttons for when it goes wrong. */

/** @import {Counts, Figures, Page, Problem, PulseFrame, Scene, SourceEntry, Switch, Translate} from '../types.js' */
/** @import {Screen, ScreenPulse, SourcePulse} from './health.js' */
import { ask } from '../elements/ask.js';
import { enter } from '../elements/door/door.js';
import { fault } from '../elements/fault.js';
import { HoldButton } from '../elements/hold/hold.js';
import { since } from '../elements/stopped.js';
import { themeMenu } from '../elements/theme-menu.js';
import { applyTheme } from '../elements/theme.js';
import { el, one } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';
import { page as readPage, translate } from '../lib/page.js';
import { Live } from '../live.js';
import { FiguresView } from './figures-view.js';
import { isQuiet, worst } from './health.js';
import { ScreensView } from './screens-view.js';
import { SourcesView } from './sources-view.js';

/** @typedef {import('./figures-view.js').Rates} Rates */

/** @type {ReadonlyArray<{scene: Scene, sign: string}>} */
const SCENES = [{ scene: 'fountain', sign: 'fontein' }, { scene: 'join', sign: 'qr' }, { scene: 'blank', sign: 'moon' }];
/** Two people may hit stop at once; the second must not hit what stands there now. */
const DEAF_MS = 2_000;

class Stage {
  /** @type {Map<string, Screen>} */
  #screens = new Map();
  /** @type {Map<string, SourcePulse>} */
  #health = new Map();
  /** @type {{value: Rates, at: number} | null} */
  #rates = null;
  #stoppedAt = -Infinity;
  #wasStopped = false;
  #stopping = false;
  #fault = '';
  /** @type {'revoked' | 'closed' | null} */
  #out = null;
  #noticed = '';

  /**
   * @param {Page} page
   * @param {Translate} t
   */
  constructor(page, t) {
    this.page = page;
    this.t = t;
    this.live = new Live(page.api, 'stage');
    this.notices = one(document, '#notices', HTMLElement);
    this.chip = one(document, '#health', HTMLAnchorElement);
    this.hold = one(document, 'fontein-hold', HoldButton);
    this.pauseButton = one(document, '#pause', HTMLButtonElement);
    this.backOn = one(document, '#back-on', HTMLButtonElement);
    this.tiles = SCENES.map(({ scene, sign }) => this.#tile(scene, sign));
    one(document, '#scenes', HTMLElement).append(...this.tiles);
    const parts = { t, lang: page.lang, now: () => this.live.clock.now() };
    this.figures = new FiguresView(one(document, '#figures', HTMLElement), parts);
    this.screens = new ScreensView(one(document, '#screens', HTMLElement), one(document, '#screens-count', HTMLElement), { ...parts, wall: `${location.origin}/${page.slug}/wall` });
    this.sources = new SourcesView(one(document, '#sources', HTMLElement), one(document, '#sources-count', HTMLElement), { ...parts, turn: (id, on) => this.#turn(id, on) });
    one(document, '#foot', HTMLElement).append(themeMenu(t), ...otherLanguage(page, t));
    /** What goes away with the access. @type {NodeListOf<HTMLElement>} */
    this.parts = document.querySelectorAll('.stage-page > section, .dock, #health');
    this.#listen();
  }

  start() {
    this.live.start();
    window.setInterval(() => this.#draw(), 1_000);
    this.#draw();
  }

  #listen() {
    this.live.addEventListener('view', () => this.#draw());
    this.live.addEventListener('state', () => this.#stateChanged());
    this.live.addEventListener('pulse', (event) => this.#pulse(/** @type {CustomEvent<PulseFrame>} */ (event).detail));
    this.hold.addEventListener('held', () => void this.#stop(true));
    this.hold.addEventListener('ask', () => void this.#askStop());
    this.backOn.addEventListener('click', () => {
      if (performance.now() - this.#stoppedAt >= DEAF_MS) void this.#stop(false);
    });
    this.pauseButton.addEventListener('click', () => void this.#put('pause', { on: !this.#switch('pause')?.on }));
    this.chip.addEventListener('click', () => one(document, '#how', HTMLElement).focus({ preventScroll: true }));
  }

  #stateChanged() {
    if (this.live.state === 'ended') void this.#ended();
    this.#draw();
  }

  async #ended() {
    this.#forget();
    const answer = await send('GET', `${this.page.api}/me`);
    this.#out = !answer.ok && answer.problem.status === 401 ? 'revoked' : 'closed';
    this.#draw();
  }

  /** Shut out: nothing of what was known may stay on the page. */
  #forget() {
    this.#screens.clear();
    this.#health.clear();
    this.#rates = null;
    this.live.stop();
    this.live.forget();
  }

  /** @param {PulseFrame} frame */
  #pulse({ topic, key, value }) {
    const at = this.live.clock.now();
    if (topic === 'screen') this.#screens.set(key, { id: key, pulse: /** @type {ScreenPulse} */ (value), at });
    if (topic === 'source') this.#health.set(key, /** @type {SourcePulse} */ (value));
    if (topic === 'rates') this.#rates = { value: /** @type {Rates} */ (value), at };
    this.#draw();
  }

  /**
   * @param {Scene} scene
   * @param {string} sign
   */
  #tile(scene, sign) {
    const button = el('button', { class: 'tile', type: 'button', data: { scene } },
      el('span', { class: 'tile-head' }, icon(sign), el('span', { class: 'tile-now', hidden: true }, icon('play', 'tiny'), this.t('stage.now'))),
      el('span', { class: 'tile-name' }, this.t(`stage.scene.${scene}`)),
      el('span', { class: 'tile-what' }, this.t(`stage.scene.${scene}-what`)));
    button.addEventListener('click', () => void this.#choose(scene));
    return button;
  }

  // --- acting ------------------------------------------------------------------------------------------------

  /** @param {Scene} scene */
  async #choose(scene) {
    this.#answered(await send('POST', `${this.page.api}/scene`, { scene }));
  }

  /** @param {boolean} on */
  async #stop(on) {
    this.#stopping = on;
    this.#draw();
    const answer = await send('PUT', `${this.page.api}/stop`, { on });
    this.#stopping = false;
    this.#answered(answer, on ? this.t('stop.failed') : undefined);
    if (answer.ok && nowhere()) (on ? this.backOn : this.pauseButton).focus();
  }

  async #askStop() {
    const { t } = this;
    const chosen = await ask({ title: t('stop.ask'), text: t('stop.ask-text'), choices: [{ value: 'stop', label: t('stop.yes'), class: 'danger' }], cancel: t('cancel') });
    if (chosen) await this.#stop(true);
  }

  /**
   * @param {'pause'} what
   * @param {{on: boolean}} body
   */
  async #put(what, body) {
    this.#answered(await send('PUT', `${this.page.api}/${what}`, body));
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  async #turn(id, on) {
    this.#answered(await send('PATCH', `${this.page.api}/sources/${encodeURIComponent(id)}`, { on }));
  }

  /**
   * @param {{ok: true} | {ok: false, problem: Problem}} answer
   * @param {string} [words] Instead of those of the problem.
   */
  #answered(answer, words) {
    this.#fault = answer.ok ? '' : (words ?? fault(this.t, answer.problem));
    if (!answer.ok && answer.problem.status === 401) {
      this.#out = 'revoked';
      this.#fault = '';
      this.#forget();
    }
    this.#draw();
  }

  // --- drawing -----------------------------------------------------------------------------------------------

  /** @param {'stop' | 'pause'} name */
  #switch(name) {
    return /** @type {Switch | null} */ (this.live.view.entries.get(name) ?? null);
  }

  #draw() {
    const { entries } = this.live.view;
    const now = this.live.clock.now();
    const figures = /** @type {Figures | null} */ (entries.get('figures') ?? null);
    const counts = /** @type {Counts | null} */ (entries.get('counts') ?? null);
    const sources = [...entries].filter(([key]) => key.startsWith('source:')).map(([, value]) => /** @type {SourceEntry} */ (value));
    const stop = this.#switch('stop');
    for (const part of this.parts) part.hidden = this.#out !== null;
    this.#stopState(stop?.on === true);
    this.#drawNotices(stop, figures);
    this.#drawScenes(/** @type {{scene: Scene} | undefined} */ (entries.get('scene'))?.scene ?? null, stop?.on === true);
    this.figures.render(figures, counts, this.#rates, this.live.state === 'live');
    this.screens.render([...this.#screens.values()]);
    this.sources.render(sources, this.#health, this.#rates?.value.phones ?? null);
    this.#drawDock(stop?.on === true);
    this.#drawChip(figures, sources, stop?.on === true, now);
  }

  /** @param {boolean} stopped */
  #stopState(stopped) {
    if (stopped && !this.#wasStopped) {
      this.#stoppedAt = performance.now();
      window.setTimeout(() => this.#draw(), DEAF_MS);
    }
    this.#wasStopped = stopped;
  }

  /**
   * @param {Switch | null} stop
   * @param {Figures | null} figures
   */
  #drawNotices(stop, figures) {
    const { t } = this;
    const pause = this.#switch('pause');
    /** @type {[string, string, string][]} kind, strong, text */
    const all = [];
    if (this.#out) all.push(['danger', t(this.#out === 'revoked' ? 'revoked' : 'closed'), '']);
    else if (this.live.state === 'lost') all.push(['warn', t('lost'), '']);
    if (stop?.on) all.push(['danger', since(t, this.page.lang, 'stop', stop), `${t('stop.state')} ${t('stage.waiting', { n: figures?.held ?? 0 })} ${t('stage.stopped-choose')}`]);
    else if (this.#stopping) all.push(['danger', t('stop.covering'), '']);
    else if (pause?.on) all.push(['warn', since(t, this.page.lang, 'pause', pause), t('pause.state')]);
    if (this.#fault) all.push(['warn', this.#fault, '']);
    const text = JSON.stringify(all);
    if (text === this.#noticed) return;
    this.#noticed = text;
    this.notices.replaceChildren(...all.map(([kind, strong, words]) =>
      el('div', { class: `banner card ${kind}`, role: kind === 'danger' ? 'alert' : 'status' }, el('p', {}, el('strong', {}, strong), words ? [el('br'), words] : null))));
  }

  /**
   * @param {Scene | null} scene
   * @param {boolean} stopped
   */
  #drawScenes(scene, stopped) {
    for (const tile of this.tiles) {
      const on = tile.dataset['scene'] === scene && !stopped;
      tile.setAttribute('aria-pressed', String(on));
      one(tile, '.tile-now', HTMLElement).hidden = !on;
    }
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

  /**
   * @param {Figures | null} figures
   * @param {ReadonlyArray<SourceEntry>} sources
   * @param {boolean} stopped
   * @param {number} now
   */
  #drawChip(figures, sources, stopped, now) {
    const { code, n } = worst({
      live: this.live.state === 'live', stopped, paused: this.#switch('pause')?.on === true,
      quietScreens: [...this.#screens.values()].filter((screen) => isQuiet(screen, now)).length,
      badSources: sources.filter((source) => source.on && (this.#health.get(source.id)?.state ?? 'ok') !== 'ok').length,
      oldestMs: figures?.oldestAt ? now - figures.oldestAt / 1000 : null,
    });
    const words = this.t(`stage.chip.${code}`, { n });
    if (this.chip.textContent === words) return;
    this.chip.className = `health ${code === 'ok' ? 'ok' : code === 'stopped' || code === 'lost' ? 'bad' : 'warn'}`;
    this.chip.replaceChildren(icon(code === 'ok' ? 'check' : code === 'stopped' ? 'stop' : code === 'paused' ? 'pause' : 'warning', 'small'), words);
  }
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

applyTheme();
customElements.define('fontein-hold', HoldButton);
const page = readPage();
const t = translate();
if (await enter(page, t, { roles: ['moderator', 'organiser'] })) new Stage(page, t).start();
