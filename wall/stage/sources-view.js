/** @import {SourceEntry, Translate} from '../types.js' */
/** @import {SourcePulse} from './health.js' */
import { healthWords, placeWords } from '../elements/source-health.js';
import { switchButton } from '../elements/switch.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { say } from './say.js';

/** Where posts come from: phones always, networks with a switch. */
export class SourcesView {
  /** @type {Map<string, {root: HTMLElement, name: HTMLElement, words: HTMLElement, button: HTMLButtonElement}>} */
  #rows = new Map();
  #phones = el('p', { class: 'meta' });
  #help = el('p', { class: 'meta sources-help' });

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} count
   * @param {object} parts
   * @param {Translate} parts.t
   * @param {string} parts.lang
   * @param {() => number} parts.now
   * @param {(id: string, on: boolean) => void} parts.turn
   * @param {string | null} parts.organise Where networks are set up; null: not by this badge.
   */
  constructor(root, count, { t, lang, now, turn, organise }) {
    this.root = root;
    this.count = count;
    this.t = t;
    this.lang = lang;
    this.now = now;
    this.turn = turn;
    if (organise) this.#help.append(el('a', { href: `${organise}#sources-title` }, t('stage.sources-set-up')));
    this.organise = organise;
    root.after(this.#help);
    root.append(el('li', { class: 'line' }, el('span', { class: 'line-sign' }, icon('phone', 'small')), el('div', { class: 'line-words' }, el('p', {}, t('stage.phones')), this.#phones)));
  }

  /**
   * @param {ReadonlyArray<SourceEntry>} sources
   * @param {ReadonlyMap<string, SourcePulse>} health
   * @param {number | null} phones
   */
  render(sources, health, phones) {
    say(this.#phones, phones === null ? this.t('health.unknown') : this.t('stage.phones-connected', { n: phones }));
    const networks = sources.filter((source) => source.network !== 'phone');
    for (const id of [...this.#rows.keys()]) if (!networks.some((source) => source.id === id)) this.#drop(id);
    for (const source of networks) this.#draw(source, health.get(source.id) ?? null);
    const on = networks.filter((source) => source.on).length + 1;
    say(this.count, this.t('stage.sources-count', { ok: on, n: networks.length + 1 }));
    if (this.organise) return;
    const ill = networks.some((source) => source.on && health.get(source.id)?.state === 'needs-attention');
    say(this.#help, ill ? this.t('stage.sources-ask') : '');
  }

  /** @param {string} id */
  #drop(id) {
    this.#rows.get(id)?.root.remove();
    this.#rows.delete(id);
  }

  /**
   * @param {SourceEntry} source
   * @param {SourcePulse | null} health
   */
  #draw(source, health) {
    const row = this.#rows.get(source.id) ?? this.#make(source);
    const { words, kind } = healthWords(this.t, this.lang, source.on, health, this.now());
    say(row.name, called(this.t, source));
    const where = source.on && kind !== 'ok' ? health?.where : '';
    say(row.words, where ? `${words} (${placeWords(where)})` : words);
    row.root.className = `line ${kind}`;
    row.button.setAttribute('aria-checked', String(source.on));
  }

  /** @param {SourceEntry} source */
  #make(source) {
    const name = el('bdi');
    const words = el('p', { class: 'meta' });
    const label = this.t('stage.source-switch', { name: called(this.t, source) });
    const button = switchButton(label, source.on, (on) => this.turn(source.id, on));
    const root = el('li', { class: 'line' }, el('span', { class: 'line-sign' }, icon('globe', 'small')), el('div', { class: 'line-words' }, el('p', {}, name), words), button);
    this.root.append(root);
    const made = { root, name, words, button };
    this.#rows.set(source.id, made);
    return made;
  }
}

/**
 * "Mastodon · social.example": several sources may listen to the same network.
 *
 * @param {Translate} t
 * @param {SourceEntry} source
 */
function called(t, { network, name }) {
  const words = t(`source.${network}`);
  const known = words === `source.${network}` ? network : words;
  return name && name !== network && name !== known ? `${known} · ${name}` : known;
}
