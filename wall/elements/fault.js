/** @import {Problem, Translate} from '../types.js' */

/**
 * What to tell somebody whose request failed.
 *
 * @param {Translate} t
 * @param {Problem} problem
 * @returns {string}
 */
export function fault(t, problem) {
  if (problem.code === 'offline') return t('fault.offline');
  if (problem.code === 'timeout') return t('fault.timeout');
  if (problem.status === 401) return t('revoked');
  if (problem.status === 403) return t('fault.forbidden');
  if (problem.status === 503 || problem.status === 429) return t('fault.busy');
  if (problem.status === 507) return t('fault.full');
  // `detail` is English, and for programs: no page shows it.
  const key = `refused.${problem.code}`;
  const why = t(key);
  return why === key ? t('fault.other') : why;
}
