/** What a scene needs before it can be shown: a post, an order of posts, or words. Each is a sheet. */

/** @import {Paper, Translate} from '../types.js' */
/** @import {Draft} from './drafts.js' */
/** @import {Wanted} from './actions.js' */
/** @import {Known} from './polls.js' */
/** @import {Standing} from './questions.js' */
/** @import {Sheet} from './sheet.js' */
/** @import {Shown} from './shown.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { keyed } from '../lib/keyed.js';
import { authorName } from '../lib/post.js';
import { room, TEXT, TITLE } from './limit.js';
import { PostList } from './post-list.js';
import { beginning, moved, turned } from './scenes.js';

/**
 * @typedef {object} Tools
 * @property {Translate} t
 * @property {Sheet} sheet
 * @property {Shown} shown
 * @property {(scene: Wanted) => Promise<boolean>} put
 *   Shows it; false when that was refused.
 */

/**
 * A post in the spotlight: one press shows it.
 *
 * @param {Tools} tools
 */
export function chooseSpotlight({ t, sheet, shown, put }) {
  const list = new PostList(shown, { t, choose: async (id) => (await put({ scene: 'spotlight', post: id })) && sheet.close() });
  const renew = () => list.render();
  shown.addEventListener('change', renew);
  sheet.open({ title: t('stage.scene.spotlight'), parts: [el('p', { class: 'meta' }, t('stage.choose-one')), list.root], closed: () => shown.removeEventListener('change', renew) });
}

/**
 * One paper, large, with its code: those of what is on stage first. One press shows it.
 *
 * @param {Pick<Tools, 't' | 'sheet' | 'put'> & {papers: ReadonlyArray<Paper>, session: string | null, titleOf: (session: string | null) => string}} tools
 */
export function choosePaper({ t, sheet, put, papers, session, titleOf }) {
  const inOrder = [...papers].sort((a, b) => Number(b.session === session) - Number(a.session === session));
  const choose = async (/** @type {string} */ id) => (await put({ scene: 'paper', paper: id })) && sheet.close();
  const list = el('ul', { role: 'list', class: 'choices' }, inOrder.map(({ id, title, authors, session: of, open }) => el('li', {},
    el('button', { class: 'choice', type: 'button', data: { paper: id }, on: { click: () => void choose(id) } },
      el('span', { class: 'choice-words' }, el('bdi', { class: 'choice-who' }, title),
        el('span', { class: 'meta' }, [authors.join(', '), titleOf(of), open ? '' : t('stage.paper-closed')].filter(Boolean).join(' · ')))))));
  sheet.open({ title: t('stage.scene.paper'), parts: [el('p', { class: 'meta' }, t('stage.choose-paper')), list], closed: () => undefined });
}

/**
 * A question of the hall, large: the one that is on stage, whichever that is, or one that was chosen.
 *
 * @param {Pick<Tools, 't' | 'sheet' | 'put'> & {questions: Standing, titleOf: (session: string | null) => string}} tools
 */
export function chooseQuestion({ t, sheet, put, questions: { onStage, open }, titleOf }) {
  const choose = async (/** @type {Wanted} */ wanted) => (await put(wanted)) && sheet.close();
  const whichever = choice(t('stage.scene.question-now'), t('stage.scene.question-now-what'), () => void choose({ scene: 'question' }));
  const each = [...onStage, ...open].map(({ post, text, lang, votes, session }) => {
    const made = choice(text, [t('stage.question.votes', { n: votes }), titleOf(session)].filter(Boolean).join(' · '), () => void choose({ scene: 'question', post }), lang);
    made.dataset['post'] = post;
    return made;
  });
  sheet.open({ title: t('stage.scene.question'), parts: [el('p', { class: 'meta' }, t('stage.choose-question')), el('ul', { role: 'list', class: 'choices' }, [whichever, ...each].map((one) => el('li', {}, one)))], closed: () => undefined });
}

/**
 * A poll that was opened, or its result: the one that is open, whichever that is, or one that was chosen.
 *
 * @param {Pick<Tools, 't' | 'sheet' | 'put'> & {polls: ReadonlyArray<Known>, title: (poll: Known) => string}} tools
 */
export function choosePoll({ t, sheet, put, polls, title }) {
  const choose = async (/** @type {Wanted} */ wanted) => (await put(wanted)) && sheet.close();
  const whichever = choice(t('stage.scene.poll-now'), t('stage.scene.poll-now-what'), () => void choose({ scene: 'poll' }));
  const each = polls.map((poll) => {
    const made = choice(title(poll), [t(`stage.poll.${poll.standing}`), `${poll.n} ${t('stage.poll.people', { n: poll.n })}`].join(' · '), () => void choose({ scene: 'poll', poll: poll.id }));
    made.dataset['poll'] = poll.id;
    return made;
  });
  sheet.open({ title: t('stage.scene.poll'), parts: [el('p', { class: 'meta' }, t('stage.choose-poll')), el('ul', { role: 'list', class: 'choices' }, [whichever, ...each].map((one) => el('li', {}, one)))], closed: () => undefined });
}

/**
 * @param {string} name
 * @param {string} words
 * @param {() => void} press
 * @param {string | null} [lang] Of the name.
 */
function choice(name, words, press, lang = null) {
  return el('button', { class: 'choice', type: 'button', on: { click: press } }, el('span', { class: 'choice-words' }, el('bdi', { class: 'choice-who', lang }, name), el('span', { class: 'meta' }, words)));
}

/**
 * A closing: chosen posts, in the order that is wanted.
 *
 * @param {Tools & {chosen: string[], keep: (chosen: string[]) => void}} tools `keep` also remembers what was not shown yet.
 */
export function choosePlaylist({ t, sheet, shown, put, chosen, keep }) {
  let ids = chosen;
  const action = el('button', { class: 'button primary', type: 'button' });
  const order = el('ol', { role: 'list', class: 'order' });
  const part = el('section', { class: 'stack', 'aria-label': t('stage.chosen') }, el('h3', {}, t('stage.chosen')), order);
  const list = new PostList(shown, { t, choose: (id) => change(turned(ids, id)), mark: (id) => (ids.includes(id) ? String(ids.indexOf(id) + 1) : '') });
  const seen = () => ids.filter((id) => shown.get(id) !== null);
  const draw = () => {
    list.render();
    part.hidden = ids.length === 0;
    action.disabled = seen().length === 0;
    action.textContent = t('stage.show-n', { n: seen().length });
    keyed(order, ids, { key: (id) => id, signature: (id) => `${ids.indexOf(id)} ${ids.length} ${shown.get(id) === null}`, make: row });
  };
  /** @param {string[]} next */
  const change = (next) => {
    ids = next;
    keep(ids);
    draw();
  };
  /** @param {string} id */
  const row = (id) => {
    const post = shown.get(id);
    const name = post ? beginning(`${authorName(post, t)}: ${post.text}`, 60) : t('stage.choose-gone');
    const at = ids.indexOf(id);
    return el('li', { class: post ? '' : 'gone' }, el('span', { class: 'order-n' }, at + 1), el('bdi', { class: 'order-words' }, name),
      mover(t('stage.earlier', { name }), 'up', at === 0, () => change(moved(ids, id, -1))),
      mover(t('stage.later', { name }), 'down', at === ids.length - 1, () => change(moved(ids, id, 1))),
      mover(t('stage.not-this', { name }), 'close', false, () => change(turned(ids, id))));
  };
  action.addEventListener('click', async () => (await put({ scene: 'playlist', posts: seen() })) && sheet.close());
  shown.addEventListener('change', draw);
  sheet.open({ title: t('stage.scene.playlist'), action, parts: [part, el('p', { class: 'meta' }, t('stage.choose-many')), list.root], closed: () => shown.removeEventListener('change', draw) });
  draw();
}

/**
 * A button that stays where it is, so that two presses go two places.
 *
 * @param {string} label
 * @param {string} sign
 * @param {boolean} disabled
 * @param {() => void} act
 */
function mover(label, sign, disabled, act) {
  const button = el('button', { class: 'button quiet plain', type: 'button', 'aria-label': label, 'aria-disabled': disabled ? 'true' : null }, icon(sign, 'small'));
  button.addEventListener('click', () => {
    if (!disabled) act();
  });
  return button;
}

/**
 * A slide of the organiser's own words; those written before are kept on this device.
 *
 * @param {Pick<Tools, 't' | 'sheet' | 'put'> & {drafts: Draft[], keep: (draft: Draft) => void, drop: (draft: Draft) => Draft[]}} tools
 */
export function writeSlide({ t, sheet, put, drafts, keep, drop }) {
  const title = el('input', { class: 'input', id: 'slide-title', autocomplete: 'off', dir: 'auto', 'aria-describedby': 'slide-error' });
  const text = el('textarea', { class: 'input', id: 'slide-text', rows: 4, dir: 'auto' });
  const error = el('p', { class: 'error', id: 'slide-error', role: 'alert' });
  const action = el('button', { class: 'button primary', type: 'submit', form: 'slide-form' }, t('stage.show'));
  const form = el('form', { id: 'slide-form', class: 'stack' },
    el('div', { class: 'field' }, el('label', { for: 'slide-title' }, t('stage.slide-title')), title),
    el('div', { class: 'field' }, el('label', { for: 'slide-text' }, t('stage.slide-text')), text), error);
  const list = el('ul', { role: 'list', class: 'choices' });
  const part = el('section', { class: 'stack' }, el('h3', {}, t('stage.drafts')), el('p', { class: 'meta' }, t('stage.drafts-here')), list);
  /** @param {Draft} draft */
  const fill = (draft) => {
    title.value = draft.title;
    text.value = draft.text;
    title.focus();
  };
  /** @param {Draft[]} all */
  const draw = (all) => {
    part.hidden = all.length === 0;
    list.replaceChildren(...all.map((draft) => el('li', { class: 'draft' },
      el('button', { class: 'choice', type: 'button', on: { click: () => fill(draft) } }, el('span', { class: 'choice-words' }, el('bdi', {}, draft.title || beginning(draft.text, 40)), draft.title && draft.text ? el('span', { class: 'choice-text', dir: 'auto' }, draft.text) : null)),
      el('button', { class: 'button quiet plain', type: 'button', 'aria-label': t('stage.draft-drop', { name: draft.title || beginning(draft.text, 40) }), on: { click: () => { draw(drop(draft)); title.focus(); } } }, icon('trash', 'small')))));
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const draft = { title: title.value.trim(), text: text.value.trim() };
    const wrong = slideFault(t, draft);
    error.textContent = wrong?.words ?? '';
    title.setAttribute('aria-invalid', String(wrong?.field === 'title'));
    text.setAttribute('aria-invalid', String(wrong?.field === 'text'));
    if (wrong) return (wrong.field === 'title' ? title : text).focus();
    keep(draft);
    if (await put({ scene: 'text', ...draft })) sheet.close();
  });
  draw(drafts);
  sheet.open({ title: t('stage.scene.text'), action, parts: [form, part], first: title, closed: () => undefined });
}

/**
 * @param {Translate} t
 * @param {Draft} draft
 * @returns {{field: 'title' | 'text', words: string} | null} null: it can be shown.
 */
function slideFault(t, { title, text }) {
  if (!title && !text) return { field: 'title', words: t('refused.empty') };
  const [over, under] = [room(title, TITLE), room(text, TEXT)];
  if (!over.fits) return { field: 'title', words: t('stage.too-many', { n: -over.left }) };
  return under.fits ? null : { field: 'text', words: t('stage.too-many', { n: -under.left }) };
}
