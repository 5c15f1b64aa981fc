/** @import {Translate} from '../../types.js' */
/** @import {Child} from '../../lib/html.js' */
/** @import {Block, Inline} from './types.js' */
import { el } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { dayTime } from '../../lib/time.js';

/** The page has a heading of level 2 above the preview: those of the text come below it. */
const LEVEL = { 2: 'h3', 3: 'h4' };

/**
 * What the author wrote, as it will stand in the report: elements of the tree that the server read. All words become text nodes.
 *
 * @param {readonly Block[]} blocks
 * @param {{t: Translate, lang: string}} how
 * @returns {HTMLElement[]}
 */
export function blockNodes(blocks, { t, lang }) {
  /** @type {{code: string, place: string, title: string | null}[]} */
  const notes = [];
  const nodes = blocks.map((block) => blockNode(block));
  if (notes.length > 0) nodes.push(el('ol', { class: 'text-notes' }, notes.map((note) => el('li', {}, noteWords(note)))));
  return nodes;

  /** @param {Block} block @returns {HTMLElement} */
  function blockNode(block) {
    switch (block.type) {
      case 'paragraph':
        return el('p', { dir: 'auto' }, inlines(block.inlines));
      case 'heading':
        return el(block.level === 2 ? /** @type {'h3'} */ (LEVEL[2]) : /** @type {'h4'} */ (LEVEL[3]), { dir: 'auto' }, inlines(block.inlines));
      case 'list': {
        const items = block.items.map((item) => el('li', { dir: 'auto' }, item.map((each) => blockNode(each))));
        return block.numbered ? el('ol', { start: block.start }, items) : el('ul', {}, items);
      }
      case 'quote':
        return el('blockquote', {}, block.blocks.map((each) => blockNode(each)));
      case 'code':
        return el('pre', { tabindex: '0' }, el('code', {}, block.text));
      case 'rule':
        return el('hr');
      case 'table':
        return tableNode(block);
      case 'post':
        return postNode(block);
      case 'cut':
        return el('p', { class: 'meta' }, t('text.preview.cut'));
    }
  }

  /** @param {readonly Inline[]} all @returns {Child[]} */
  function inlines(all) {
    return all.map((each) => inlineNode(each));
  }

  /** @param {Inline} inline @returns {Child} */
  function inlineNode(inline) {
    switch (inline.type) {
      case 'text':
        return inline.text;
      case 'emph':
        return el('em', {}, inlines(inline.inlines));
      case 'strong':
        return el('strong', {}, inlines(inline.inlines));
      case 'code':
        return el('code', {}, inline.text);
      case 'link':
        return el('a', { href: inline.address, rel: 'noopener noreferrer', target: '_blank' }, inlines(inline.inlines));
      case 'break':
        return el('br');
      case 'paper':
        notes.push(inline);
        return el('sup', { class: 'text-note', title: noteWords(inline) }, String(notes.length));
    }
  }

  /** @param {{code: string, place: string, title: string | null}} note */
  function noteWords({ code, place, title }) {
    return [title ?? t('text.preview.no-paper', { code }), place].filter(Boolean).join(', ');
  }

  /** @param {Extract<Block, {type: 'table'}>} table */
  function tableNode({ head, rows, numeric }) {
    const kind = (/** @type {number} */ n) => (numeric.includes(n) ? { class: 'number' } : {});
    return el('div', { class: 'text-table', tabindex: '0', role: 'group', 'aria-label': t('text.preview.table') }, el('table', {},
      el('thead', {}, el('tr', {}, head.map((cell, n) => el('th', { scope: 'col', ...kind(n) }, inlines(cell))))),
      el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, n) => el('td', kind(n), inlines(cell))))))));
  }

  /** @param {Extract<Block, {type: 'post'}>} post */
  function postNode({ known, author, text, at }) {
    if (!known) return el('p', { class: 'text-gone' }, icon('warning', 'small'), el('span', {}, t('text.preview.gone')));
    const by = [author || t('text.preview.somebody'), at ? dayTime(lang, at / 1_000) : ''].filter(Boolean).join(', ');
    return el('figure', { class: 'text-said' },
      text ? el('blockquote', { dir: 'auto' }, text.split('\n').filter(Boolean).map((line) => el('p', {}, line))) : el('p', { class: 'meta' }, t('text.preview.address')),
      el('figcaption', {}, by));
  }
}
