/** Whether a ballot is stuffed, as people look at it: what to ask the server for, what is loud, and the columns of the picture. Pure. */

/**
 * @typedef {{readonly from: number, readonly to: number, readonly n: number, readonly fresh: number, readonly perSecond: number}} Burst
 *   From the first vote to the last, both included, in microseconds; `fresh` came from phones that were new.
 * @typedef {{readonly seq: number, readonly n: number, readonly reason: string, readonly by: string | null, readonly at: number | null}} Aside
 *   By whom and when is known since the server started.
 *
 * @typedef {object} Told What the server tells of one poll or question.
 * @property {number} since From when it knows.
 * @property {ReadonlyArray<readonly [number, number, number]>} seconds When each began, votes, and those of new phones; quiet ones are left out.
 * @property {ReadonlyArray<Burst>} bursts Oldest first.
 * @property {ReadonlyArray<Aside>} aside
 *
 * @typedef {{readonly key: string, readonly n: number}} Topic What is voted on, as `poll:<id>` or `question:<post>`, and how many did.
 */

export const SECOND_US = 1_000_000;
/** Fewer votes than this are no burst, so that nobody has to look. */
const FEW = 5;
/** In one round. */
const MOST = 3;
const COLUMNS_MAX = 60;
const WIDTHS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/** Around what is looked at, at least. */
const AROUND_US = 10 * SECOND_US;

/**
 * What to ask the server for now: where many votes came in since it was last asked, most first.
 *
 * @param {ReadonlyArray<Topic>} topics
 * @param {ReadonlyMap<string, number>} last How many votes there were when it was last asked.
 * @returns {Topic[]}
 */
export function due(topics, last) {
  const more = ({ key, n } = /** @type {Topic} */ ({ key: '', n: 0 })) => n - (last.get(key) ?? 0);
  return topics.filter((topic) => more(topic) >= FEW).sort((a, b) => more(b) - more(a)).slice(0, MOST);
}

/**
 * The newest burst that nobody has looked at. Who set votes aside, or said that it is in order, has looked at all that was there.
 *
 * @param {Told} told
 * @param {number} looked When somebody here said that it is in order; 0: nobody did.
 * @returns {Burst | null}
 */
export function loud({ bursts, aside }, looked) {
  const since = Math.max(looked, ...aside.map(({ at }) => at ?? 0));
  return bursts.findLast(({ to }) => to > since) ?? null;
}

/**
 * How many votes came in between two moments, both included.
 *
 * @param {Told} told
 * @param {number} from
 * @param {number} to
 * @returns {{n: number, fresh: number}} Of whole seconds.
 */
export function between({ seconds }, from, to) {
  const some = seconds.filter(([at]) => at + SECOND_US > from && at <= to);
  return { n: some.reduce((sum, [, n]) => sum + n, 0), fresh: some.reduce((sum, [, , fresh]) => sum + fresh, 0) };
}

/**
 * @typedef {{readonly at: number, readonly n: number, readonly fresh: number, readonly within: boolean}} Column
 *
 * The columns of the picture around a stretch of time: what was before and after shows whether it is odd.
 *
 * @param {Told} told
 * @param {number} from
 * @param {number} to
 * @returns {{seconds: number, columns: Column[]}} How many seconds wide each is.
 */
export function columns({ seconds }, from, to) {
  const around = Math.max(AROUND_US, (to - from) / 4);
  const begin = from - around;
  const wide = WIDTHS_S.find((width) => (to + around - begin) / SECOND_US / width <= COLUMNS_MAX - 1) ?? 3_600;
  const step = wide * SECOND_US;
  const first = Math.floor(begin / step) * step;
  const count = Math.min(COLUMNS_MAX, Math.floor((to + around - first) / step) + 1);
  const found = Array.from({ length: count }, (_, place) => ({ at: first + place * step, n: 0, fresh: 0, within: first + (place + 1) * step > from && first + place * step <= to }));
  for (const [at, n, fresh] of seconds) {
    const column = found[Math.floor((at - first) / step)];
    if (!column) continue;
    column.n += n;
    column.fresh += fresh;
  }
  return { seconds: wide, columns: found };
}

/**
 * All of it: from the first vote to the last.
 *
 * @param {Told} told
 * @returns {{from: number, to: number} | null} null: nobody voted.
 */
export function whole({ seconds }) {
  const [first, last] = [seconds[0], seconds.at(-1)];
  return first && last ? { from: first[0], to: last[0] + SECOND_US - 1 } : null;
}

/**
 * @param {{n: number, fresh: number}} counted
 * @returns {number} How many in a hundred came from new phones.
 */
export function freshPercent({ n, fresh }) {
  return n === 0 ? 0 : Math.round((100 * fresh) / n);
}

/**
 * The moment that a clock on this device's wall means, on the same day as another.
 *
 * @param {string} typed `13:42:05`, or without its seconds.
 * @param {number} near Microseconds.
 * @returns {number | null} Microseconds at the start of that second; null: that is no time.
 */
export function moment(typed, near) {
  const parts = /^(\d{2}):(\d{2})(?::(\d{2}))?$/u.exec(typed);
  if (!parts) return null;
  const day = new Date(near / 1_000);
  day.setHours(Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0), 0);
  return day.getTime() * 1_000;
}

/**
 * As a field for a time wants it.
 * @param {number} at Microseconds.
 */
export function clockOf(at) {
  const day = new Date(at / 1_000);
  return [day.getHours(), day.getMinutes(), day.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
