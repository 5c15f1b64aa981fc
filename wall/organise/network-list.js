/** @import {Translate} from '../types.js' */
/** @import {Network} from './options-form.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { factRows, factsInShort, inSentence, namesServers, varyingFacts } from './network-words.js';

/**
 * The networks that there are. What each is, does and costs is said before anything is filled in.
 *
 * @param {ReadonlyArray<Network>} networks
 * @param {object} parts
 * @param {Translate} parts.t
 * @param {string} parts.lang
 * @param {(network: Network) => void} parts.choose
 */
export function networkList(networks, { t, lang, choose }) {
  const own = lang === 'nl' ? 'nl' : 'en';
  return el('ul', { role: 'list', class: 'network-list' }, networks.map((network) => {
    const { id, name, summary, facts } = network;
    const button = el('button', { class: 'button', type: 'button', 'aria-label': t('organise.sources.choose-label', { name }), data: { network: id }, on: { click: () => choose(network) } }, t('organise.sources.choose'));
    return el('li', { class: 'card network-card' }, el('div', { class: 'network-head' }, el('h4', { dir: 'auto' }, name), button),
      el('p', {}, summary[own]), networkShort(network, { t, lang }), el('p', { class: 'meta' }, t('organise.network.needs-this', { what: inSentence(facts.needs[own]) })));
  }));
}

/**
 * @param {Network} network
 * @param {{t: Translate, lang: string}} parts
 */
function networkShort(network, { t, lang }) {
  return el('ul', { role: 'list', class: 'network-short' }, factsInShort(t, lang, network.facts, { varying: varyingFacts(network), ownServers: namesServers(network) }).map(({ words, warn }) =>
    el('li', { class: `chip ${warn ? 'warn' : ''}` }, warn ? icon('warning', 'tiny') : null, words)));
}

/**
 * @param {Network} network
 * @param {Network['facts']} facts As they are for what was chosen.
 * @param {{t: Translate, lang: string}} parts
 */
export function networkFacts(network, facts, { t, lang }) {
  return el('dl', { class: 'network-facts' }, factRows(t, lang, facts, namesServers(network)).map(([name, words]) => el('div', {}, el('dt', {}, name), el('dd', {}, words))));
}
