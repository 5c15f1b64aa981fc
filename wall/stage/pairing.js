/** Pairing a screen, and what staff say of one that they know. Each is a sheet. */

/** @import {PairedScreen, ProgrammeRoom, Translate} from '../types.js' */
/** @import {Actions} from './actions.js' */
/** @import {Sheet} from './sheet.js' */
import { PairForm } from '../elements/pair/pair.js';
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {Sheet} sheet
 * @property {Actions} actions
 * @property {ReadonlyArray<ProgrammeRoom>} rooms
 */

/**
 * By the four signs that it shows.
 *
 * @param {Tools & {wall: string}} tools
 */
export function pairByCode({ t, sheet, actions, rooms, wall }) {
  const form = new PairForm({ id: 'pair', t, rooms, submit: t('pair.submit'), send: (wanted) => actions.pair(wanted), done: () => sheet.close() });
  sheet.open({ title: t('pair.title'), parts: [el('p', {}, t('pair.how', { url: wall })), el('section', { class: 'card' }, form.root)], first: form.first, closed: () => undefined });
}

/**
 * One that was heard, or that is known already.
 *
 * @param {Tools & {id: string, name: string, known: PairedScreen | null, quiet: boolean, forget: () => void}} tools
 */
export function changeScreen({ t, sheet, actions, rooms, id, name, known, quiet, forget }) {
  const form = new PairForm({
    id: 'screen-form', t, rooms, known, named: true, submit: t(known ? 'pair.save' : 'pair.submit'), done: () => sheet.close(),
    send: (wanted) => (known ? actions.changeScreen(id, wanted) : actions.pair({ ...wanted, screen: id })),
  });
  const away = async () => {
    const answer = known ? await actions.unpair(id) : null;
    if (answer && !answer.ok) return;
    forget();
    sheet.close();
  };
  const out = known || quiet ? el('button', { class: 'button danger-line', type: 'button', data: { act: 'unpair' }, on: { click: () => void away() } }, icon('close', 'small'), t(known ? 'pair.unpair' : 'pair.forget')) : null;
  const what = out ? el('p', { class: 'meta' }, t(known ? 'pair.unpair-what' : 'pair.forget-what')) : null;
  const which = quiet ? [] : [el('button', { class: 'button tint wide', type: 'button', data: { act: 'which' }, on: { click: () => void actions.which(id, name) } }, icon('screen', 'small'), t('pair.which'))];
  sheet.open({ title: name, parts: [...which, el('section', { class: 'card' }, form.root), ...(out && what ? [el('section', { class: 'card stack' }, what, out)] : [])], first: form.first, closed: () => undefined });
}
