/** @import {Answer, ProgrammeRoom, Translate} from '../types.js' */
import { spoken } from '../elements/addresses.js';
import { PairForm } from '../elements/pair/pair.js';
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';
import { icon } from '../lib/icon.js';

/** A screen in the hall: four boxes for the code that it shows, then its room and name. */
export class ScreenPart {
  #said = el('p', { class: 'pair-said', role: 'status' });

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {string} parts.api
   * @param {string} parts.wall Address of the wall.
   * @param {string} parts.stage Address of the stage page.
   * @param {Translate} parts.t
   */
  constructor(root, { api, wall, stage, t }) {
    this.root = root;
    this.api = api;
    this.wall = wall;
    this.stage = stage;
    this.t = t;
  }

  /** @param {ReadonlyArray<ProgrammeRoom>} rooms */
  render(rooms) {
    const { t } = this;
    const form = new PairForm({
      id: 'pair', t, rooms, unfolds: true, submit: t('pair.submit'),
      send: (wanted) => /** @type {Promise<Answer<any>>} */ (send('POST', `${this.api}/screens`, wanted)),
      done: (name) => this.#done(name, rooms),
    });
    const title = el('h3', {}, icon('screen', 'small'), t('organise.screen'));
    const how = el('p', {}, t('organise.screen-how'));
    this.root.replaceChildren(el('section', { class: 'card pair-card' },
      el('div', { class: 'stack pair-words' }, title, how, el('p', { class: 'address' }, spoken(`${this.wall}?pair`))), form.root, this.#said));
    return form;
  }

  /**
   * @param {string} name
   * @param {ReadonlyArray<ProgrammeRoom>} rooms
   */
  #done(name, rooms) {
    const form = this.render(rooms);
    this.#said.replaceChildren(icon('check', 'small'), el('span', {}, this.t('organise.screen-done', { name }), ' ', el('a', { href: this.stage }, this.t('organise.screen-stage'))));
    form.first.focus({ preventScroll: true });
  }
}
