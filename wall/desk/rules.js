/** The rules as somebody is changing them. Pure: values are replaced, never changed. */

/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {boolean} on
 * @property {boolean} always Cannot be switched off.
 * @property {number} hits Among the posts that were counted.
 *
 * @typedef {object} Limit
 * @property {number} value
 * @property {number} least
 * @property {number} most
 *
 * @typedef {object} Rules
 * @property {ReadonlyArray<Rule>} order As they are asked.
 * @property {Readonly<Record<string, Limit>>} numbers
 * @property {Readonly<Record<string, ReadonlyArray<string>>>} words
 * @property {number} posts How many posts were counted for `hits`.
 * @property {{at: number, by: string | null} | null} changed
 *
 * @typedef {object} Change What the server is asked for.
 * @property {string[]} [order]
 * @property {Record<string, number>} [numbers]
 * @property {Record<string, ReadonlyArray<string>>} [words]
 */

/** What each rule can be told. @type {Readonly<Record<string, {numbers: ReadonlyArray<string>, words: ReadonlyArray<string>}>>} */
export const SETTINGS = {
  words: { numbers: [], words: ['severe', 'mild'] },
  emergency: { numbers: [], words: ['emergency'] },
  names: { numbers: [], words: ['reservedNames'] },
  links: { numbers: [], words: ['shorteners'] },
  rate: { numbers: ['postsPerMinute'], words: [] },
  flood: { numbers: ['floodPosts', 'floodAuthors'], words: [] },
  'new-account': { numbers: ['newAccountDays'], words: [] },
  alike: { numbers: ['alikePercent', 'alikeLength'], words: [] },
};

/** What never comes as far as the rules: posts from before this symposium. */
export const WINDOW = ['windowHours'];

/** What the brake can be told. */
export const BRAKE = ['brakePostsPerMinute', 'brakeNewPercent', 'brakeAlikePercent'];

/**
 * @param {Rules} rules
 * @param {string} id
 * @param {1 | -1} by
 * @returns {Rules} The same one at either end.
 */
export function move(rules, id, by) {
  const from = rules.order.findIndex((rule) => rule.id === id);
  const to = from + by;
  const [rule, other] = [rules.order[from], rules.order[to]];
  if (!rule || !other) return rules;
  return { ...rules, order: rules.order.with(from, other).with(to, rule) };
}

/**
 * @param {Rules} rules
 * @param {string} id
 * @param {boolean} on
 * @returns {Rules}
 */
export function switched(rules, id, on) {
  return { ...rules, order: rules.order.map((rule) => (rule.id === id && !rule.always ? { ...rule, on } : rule)) };
}

/**
 * @param {Rules} rules
 * @param {string} name
 * @param {number} value
 * @returns {Rules}
 */
export function numbered(rules, name, value) {
  const limit = rules.numbers[name];
  return limit ? { ...rules, numbers: { ...rules.numbers, [name]: { ...limit, value } } } : rules;
}

/**
 * @param {Rules} rules
 * @param {string} name
 * @param {string} text One word on each line.
 * @returns {Rules}
 */
export function worded(rules, name, text) {
  const list = [...new Set(text.split('\n').map((word) => word.trim()).filter(Boolean))];
  return { ...rules, words: { ...rules.words, [name]: list } };
}

/**
 * What is different, as the server wants it.
 *
 * @param {Rules} was
 * @param {Rules} now
 * @returns {Change} Empty when nothing is.
 */
export function difference(was, now) {
  const on = (/** @type {Rules} */ rules) => rules.order.filter((rule) => rule.on).map((rule) => rule.id);
  const numbers = Object.entries(now.numbers).filter(([name, { value }]) => value !== was.numbers[name]?.value);
  const words = Object.entries(now.words).filter(([name, list]) => list.join('\n') !== was.words[name]?.join('\n'));
  return {
    ...(on(was).join() === on(now).join() ? {} : { order: on(now) }),
    ...(numbers.length > 0 ? { numbers: Object.fromEntries(numbers.map(([name, { value }]) => [name, value])) } : {}),
    ...(words.length > 0 ? { words: Object.fromEntries(words) } : {}),
  };
}

/**
 * The numbers that are out of their bounds.
 * @param {Rules} rules
 * @returns {string[]}
 */
export function wrong(rules) {
  return Object.entries(rules.numbers).filter(([, { value, least, most }]) => !Number.isInteger(value) || value < least || value > most).map(([name]) => name);
}
