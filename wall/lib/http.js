/** @import {Answer, Problem} from '../types.js' */

/** Longer than the server ever takes; a photo over a bad network gets the caller's own limit. */
const TIMEOUT_MS = 15_000;

/**
 * One request to our own server. Never throws: what went wrong is a problem, also when there is no network
 * (`status` 0, `code` 'offline' or 'timeout').
 *
 * @template [T=any]
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body] FormData and Blob go as they are; all else as JSON.
 * @param {{idempotencyKey?: string, headers?: Record<string, string>, timeoutMs?: number}} [options]
 * @returns {Promise<Answer<T>>}
 */
export async function send(method, url, body, options = {}) {
  try {
    const answer = await fetch(url, request(method, body, options));
    return answer.ok
      ? { ok: true, status: answer.status, data: /** @type {T} */ (await content(answer)), headers: answer.headers }
      : { ok: false, problem: await problem(answer) };
  } catch (fault) {
    return { ok: false, problem: unreachable(fault) };
  }
}

/**
 * @param {string} method
 * @param {unknown} body
 * @param {{idempotencyKey?: string, headers?: Record<string, string>, timeoutMs?: number}} options
 * @returns {RequestInit}
 */
function request(method, body, { idempotencyKey, headers = {}, timeoutMs = TIMEOUT_MS }) {
  const raw = body instanceof FormData || body instanceof Blob;
  /** @type {Record<string, string>} */
  const all = { Accept: 'application/json', ...headers };
  if (idempotencyKey) all['Idempotency-Key'] = idempotencyKey;
  if (body !== undefined && !raw) all['Content-Type'] = 'application/json';
  /** @type {RequestInit} */
  const init = { method, headers: all, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) };
  if (body !== undefined) init.body = raw ? body : JSON.stringify(body);
  return init;
}

/** @param {Response} answer */
async function content(answer) {
  if (answer.status === 204) return null;
  const kind = answer.headers.get('Content-Type') ?? '';
  return kind.includes('json') ? answer.json() : answer.blob();
}

/**
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
async function problem(answer) {
  const told = await answer.json().catch(() => ({}));
  const retryAfter = told.retryAfter ?? seconds(answer.headers.get('Retry-After'));
  return {
    title: answer.statusText,
    detail: '',
    code: `http-${answer.status}`,
    ...told,
    status: answer.status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** @param {string | null} header RFC 9110, 10.2.3: seconds or a date. @returns {number | undefined} */
function seconds(header) {
  if (!header) return undefined;
  const bare = Number(header);
  if (Number.isFinite(bare)) return bare;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** @param {unknown} fault @returns {Problem} */
function unreachable(fault) {
  const late = fault instanceof DOMException && fault.name === 'TimeoutError';
  return { title: '', detail: '', status: 0, code: late ? 'timeout' : 'offline' };
}
