/** What the studio knows of the report, and which rows stand in which list. Pure. */

/**
 * @typedef {'in' | 'out' | 'auto'} Choice
 * @typedef {'full' | 'initials' | 'anonymous'} Naming
 * @typedef {'chosen' | 'open' | 'questions' | 'photos' | 'found'} Tab
 *
 * @typedef {object} Text A text; `seq` is the `base` of the next one.
 * @property {number} seq
 * @property {number} at
 * @property {string} by
 * @property {string} text
 *
 * @typedef {object} Pick What an author said of a post.
 * @property {Choice} choice
 * @property {Choice} pull
 * @property {Naming | null} names
 * @property {string | null} into
 *
 * @typedef {object} Question A question of the hall; its words are those of the post.
 * @property {string} post
 * @property {number} votes How many people want to know.
 * @property {readonly string[]} under The posts that are counted under it.
 * @property {string} to Whom it is for.
 * @property {'open' | 'on-stage' | 'answered' | 'later'} stand
 * @property {number} changed In µs; 0: never.
 * @property {string} name Who answered on stage, and `answer` what.
 * @property {string} answer
 * @property {boolean} written An author wrote an answer.
 * @property {boolean} chosen It is in the report.
 *
 * @typedef {object} Poll
 * @property {string} id
 * @property {string} kind
 * @property {Readonly<Record<string, string>>} title By language.
 * @property {readonly Readonly<Record<string, string>>[]} options
 * @property {number} low
 * @property {number} opened In µs.
 * @property {number} closed 0: it is open.
 * @property {number} n How many people voted.
 * @property {boolean} few Fewer than five: nothing else is told.
 * @property {readonly number[]} counts
 * @property {number | null} middle
 * @property {readonly (readonly [string, number])[]} words
 * @property {boolean} chosen It is in the report.
 *
 * @typedef {object} Section
 * @property {string} id
 * @property {string} title
 * @property {string} kind
 * @property {string} room
 * @property {readonly string[]} speakers
 * @property {number} start In µs.
 * @property {number} end
 * @property {number} posts How many there are.
 * @property {readonly string[]} chosen In their order.
 * @property {readonly string[]} pulls
 * @property {Readonly<Record<string, string>>} answers Of those that stand below another: which.
 * @property {string} mark Another one when a post of it is another.
 * @property {readonly Question[]} questions The most wanted first.
 * @property {readonly Poll[]} polls By when they were asked.
 *
 * @typedef {object} Version
 * @property {number} number
 * @property {number} at
 * @property {string} by
 * @property {string} sha256
 * @property {boolean} gone
 *
 * @typedef {object} Draft `GET …/report/draft`.
 * @property {number} seq
 * @property {Naming} names
 * @property {string} lang
 * @property {'water' | 'paper'} cover
 * @property {string} zone
 * @property {Readonly<Record<string, {readonly text: Text | null, readonly beside: readonly Text[]}>>} texts
 * @property {Readonly<Record<string, Pick>>} picks
 * @property {readonly Section[]} sections
 * @property {readonly Version[]} versions
 *
 * @typedef {object} StudioPost One of `GET …/report/posts`.
 * @property {string} id
 * @property {number} revision
 * @property {number} at
 * @property {string} network
 * @property {boolean} phone
 * @property {string} name
 * @property {string} handle
 * @property {string} initials
 * @property {string} text
 * @property {string | null} lang
 * @property {string} warning
 * @property {string | null} permalink
 * @property {boolean} starred
 * @property {string | null} like
 * @property {boolean} link
 * @property {readonly {readonly url: string, readonly small: string, readonly alt: string, readonly width: number, readonly height: number}[]} photos
 * @property {readonly {readonly shortcode: string, readonly url: string}[]} emojis
 * @property {{readonly status: string, readonly at: number} | null} end
 *
 * @typedef {ReadonlyMap<string, StudioPost>} Posts By id, in their order of time.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {StudioPost} post
 * @property {boolean} chosen It stands in the thread.
 * @property {boolean} said An author said so; else the compiler proposes it.
 * @property {boolean} pull It is a pull quote.
 * @property {Naming | null} names An exception to how the report names people.
 * @property {boolean} below It stands below the post that it answers.
 * @property {readonly StudioPost[]} merged Those that are counted under it.
 * @property {string | null} like One of this section that says nearly the same.
 * @property {Question | null} question It is a question of the hall.
 * @property {Poll | null} poll It is a poll: then there are no words in `post`.
 */

/**
 * @typedef {object} Known What rows of a section are made with; made once for a list.
 * @property {Draft} draft
 * @property {Section} section
 * @property {Posts} posts
 * @property {ReadonlySet<string>} chosen
 * @property {ReadonlySet<string>} pulls
 * @property {ReadonlyMap<string, readonly StudioPost[]>} under
 * @property {ReadonlyMap<string, Question>} questions By the post that stands for them.
 */

/** @type {StudioPost} */
const WORDLESS = { id: '', revision: 0, at: 0, network: '', phone: false, name: '', handle: '', initials: '', text: '', lang: null, warning: '', permalink: null, starred: false, like: null, link: false, photos: [], emojis: [], end: null };
/** The first line of what is written at a poll that is not in the report. */
const LEFT_OUT = '{{out}}';

/** @type {Readonly<Pick>} */
const NOTHING_SAID = { choice: 'auto', pull: 'auto', names: null, into: null };

/** The texts that belong to no session, in the order of the report. */
export const PLACES = /** @type {const} */ (['opening', 'summary', 'recommendations', 'closing']);

/**
 * @param {Draft} draft
 * @param {string} post
 * @returns {Readonly<Pick>}
 */
export function pickOf(draft, post) {
  return draft.picks[post] ?? NOTHING_SAID;
}

/**
 * The place of a session's text.
 * @param {string} section
 */
export function placeOf(section) {
  return `session:${section}`;
}

/**
 * The place of an answer to a question, and of what is written at a poll.
 * @param {string} id
 */
export function answerPlace(id) {
  return `answer:${id}`;
}

/**
 * What is written at a poll, so that it is in the report or not.
 *
 * @param {string} text
 * @param {boolean} chosen
 */
export function pollText(text, chosen) {
  const [first = '', ...rest] = text.split('\n');
  const words = first.trim() === LEFT_OUT ? rest.join('\n') : text;
  return chosen ? words : `${LEFT_OUT}\n${words}`;
}

/**
 * Whether a section can have a text of its own: only a session has a place for one.
 * @param {Section} section
 */
export function hasText(section) {
  return section.kind !== 'other';
}

/**
 * What the report calls who wrote a post; empty for a participant.
 *
 * @param {StudioPost} post
 * @param {Naming} naming
 */
export function calledIn(post, naming) {
  if (naming === 'full') return post.name.trim();
  return naming === 'initials' ? post.initials : '';
}

/**
 * @param {Draft} draft
 * @param {Section} section
 * @param {Posts} posts
 * @returns {Known}
 */
export function knownOf(draft, section, posts) {
  return { draft, section, posts, chosen: new Set(section.chosen), pulls: new Set(section.pulls), under: mergedOf(draft, posts), questions: new Map(section.questions.map((question) => [question.post, question])) };
}

/**
 * The posts of each list.
 *
 * @param {Known} known
 * @returns {Record<'chosen' | 'open' | 'questions' | 'photos', StudioPost[]>}
 */
export function listsOf({ draft, section, posts, chosen }) {
  const asked = new Set(section.questions.flatMap(({ post, under }) => [post, ...under]));
  const alone = [...posts.values()].filter((post) => !post.end && pickOf(draft, post.id).into === null);
  return {
    chosen: thread(draft, section, posts),
    open: alone.filter((post) => !chosen.has(post.id) && !asked.has(post.id)),
    questions: section.questions.map(({ post }) => posts.get(post)).filter((post) => post !== undefined).map((post) => /** @type {StudioPost} */ (post)),
    photos: alone.filter((post) => post.photos.length > 0),
  };
}

/**
 * @param {Known} known
 * @param {StudioPost} post
 * @returns {Row}
 */
export function rowOf({ draft, section, posts, chosen, pulls, under, questions }, post) {
  const question = questions.get(post.id) ?? null;
  const pick = pickOf(draft, post.id);
  const twin = post.like !== null && posts.get(post.like)?.end === null && pickOf(draft, post.like).into === null;
  return {
    id: post.id,
    post,
    chosen: question ? question.chosen : chosen.has(post.id),
    said: pick.choice !== 'auto',
    pull: pulls.has(post.id),
    names: pick.names,
    below: post.id in section.answers,
    merged: [...(under.get(post.id) ?? []), ...(question?.under ?? []).flatMap((id) => posts.get(id) ?? [])],
    like: twin && !question ? post.like : null,
    question,
    poll: null,
  };
}

/**
 * @param {Poll} poll
 * @returns {Row}
 */
export function pollRow(poll) {
  return { id: poll.id, post: WORDLESS, chosen: poll.chosen, said: true, pull: false, names: null, below: false, merged: [], like: null, question: null, poll };
}

/**
 * What stands in the thread, and in the places where they stood those that an author chose and that were taken back.
 *
 * @param {Draft} draft
 * @param {Section} section
 * @param {Posts} posts
 */
function thread(draft, section, posts) {
  const rows = section.chosen.map((id) => posts.get(id)).filter((post) => post !== undefined && !post.end).map((post) => /** @type {StudioPost} */ (post));
  const lost = [...posts.values()].filter((post) => post.end && pickOf(draft, post.id).choice !== 'out');
  for (const post of lost) {
    const before = rows.findLastIndex((other) => other.at <= post.at);
    rows.splice(before + 1, 0, post);
  }
  return rows;
}

/**
 * Which posts are counted under which, as the report does it: under the last one where they were merged in turn.
 *
 * @param {Draft} draft
 * @param {Posts} posts
 * @returns {Map<string, StudioPost[]>}
 */
export function mergedOf(draft, posts) {
  /** @type {Map<string, StudioPost[]>} */
  const under = new Map();
  for (const post of posts.values()) {
    const stays = staysOf(draft, post.id);
    if (stays === post.id || post.end) continue;
    under.set(stays, [...(under.get(stays) ?? []), post]);
  }
  return under;
}

/**
 * @param {Draft} draft
 * @param {string} post
 */
function staysOf(draft, post) {
  const seen = new Set([post]);
  let stays = post;
  for (let into = pickOf(draft, stays).into; into !== null && !seen.has(into); into = pickOf(draft, stays).into) {
    seen.add(into);
    stays = into;
  }
  return stays;
}

/**
 * Nothing moves under a finger: what left the list since it was opened stays in its place until another list is opened.
 *
 * @param {readonly string[]} before The list as it stood.
 * @param {readonly string[]} now The list as it would be.
 * @param {ReadonlySet<string>} stay Those that were changed here.
 * @returns {string[]}
 */
export function keepPlaces(before, now, stay) {
  const kept = [...now];
  const there = new Set(now);
  before.forEach((id, at) => {
    if (there.has(id) || !stay.has(id)) return;
    const above = before.slice(0, at).findLast((other) => there.has(other));
    kept.splice(above === undefined ? 0 : kept.indexOf(above) + 1, 0, id);
    there.add(id);
  });
  return kept;
}

// What a change will look like, before the server has said so

/**
 * @param {Draft} draft
 * @param {string} post
 * @param {Partial<Pick>} said
 * @returns {Draft}
 */
export function withPick(draft, post, said) {
  return { ...draft, picks: { ...draft.picks, [post]: { ...pickOf(draft, post), ...said } } };
}

/**
 * @param {Draft} draft
 * @param {string} section
 * @param {(section: Section) => Partial<Section>} change
 * @returns {Draft}
 */
export function withSection(draft, section, change) {
  return { ...draft, sections: draft.sections.map((each) => (each.id === section ? { ...each, ...change(each) } : each)) };
}

/**
 * @param {Draft} draft
 * @param {Section} section
 * @param {Posts} posts
 * @param {string} post
 * @param {'in' | 'out'} choice
 */
export function withChoice(draft, section, posts, post, choice) {
  if (section.questions.some((question) => question.post === post)) {
    return withSection(withPick(draft, post, { choice }), section.id, ({ questions }) => ({ questions: questions.map((each) => (each.post === post ? { ...each, chosen: choice === 'in' } : each)) }));
  }
  const order = [...posts.keys()];
  return withSection(withPick(draft, post, { choice }), section.id, ({ chosen }) => {
    const others = chosen.filter((id) => id !== post);
    if (choice === 'out') return { chosen: others };
    const above = order.slice(0, Math.max(0, order.indexOf(post))).findLast((id) => others.includes(id));
    return { chosen: others.toSpliced(above === undefined ? 0 : others.indexOf(above) + 1, 0, post) };
  });
}

/**
 * @param {Draft} draft
 * @param {string} section
 * @param {string} poll
 * @param {boolean} chosen
 * @returns {Draft}
 */
export function withPoll(draft, section, poll, chosen) {
  return withSection(draft, section, ({ polls }) => ({ polls: polls.map((each) => (each.id === poll ? { ...each, chosen } : each)) }));
}

/**
 * @param {Draft} draft
 * @param {string} section
 * @param {string} post
 * @param {'in' | 'out'} pull
 */
export function withPull(draft, section, post, pull) {
  return withSection(withPick(draft, post, { pull }), section, ({ pulls }) =>
    ({ pulls: [...pulls.filter((id) => id !== post), ...(pull === 'in' ? [post] : [])] }));
}

/**
 * Put a post, with what stands below it, behind another one.
 *
 * @param {Draft} draft
 * @param {string} section
 * @param {string} post
 * @param {string | null} after null: first.
 */
export function withMove(draft, section, post, after) {
  return withSection(draft, section, (each) => {
    const parts = threads(each).filter(([top]) => top !== post);
    const own = threads(each).find(([top]) => top === post) ?? [post];
    const at = after === null ? 0 : parts.findIndex(([top]) => top === after) + 1;
    return { chosen: parts.toSpliced(at, 0, own).flat() };
  });
}

/**
 * The thread in its parts: a post and what stands below it.
 *
 * @param {Section} section
 * @returns {string[][]}
 */
export function threads(section) {
  /** @type {string[][]} */
  const parts = [];
  for (const id of section.chosen) {
    if (id in section.answers) parts.at(-1)?.push(id);
    else parts.push([id]);
  }
  return parts;
}

/**
 * Behind which post one goes when it is moved a place up or down.
 *
 * @param {Section} section
 * @param {string} post
 * @param {1 | -1} direction
 * @returns {{after: string | null, before: string | null} | null} `before`: behind which it stands now; null: it cannot go there.
 */
export function target(section, post, direction) {
  const tops = threads(section).map(([top]) => top ?? '');
  const at = tops.indexOf(post);
  const to = at + direction;
  if (at < 0 || to < 0 || to >= tops.length) return null;
  const others = tops.filter((id) => id !== post);
  return { after: others[to - 1] ?? null, before: tops[at - 1] ?? null };
}
