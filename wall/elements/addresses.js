/** Addresses and hashtags, as people type them and as they are read aloud. Pure. */

/**
 * @param {string} text Tags with or without #, between spaces or commas.
 * @returns {string[]} Each once, without #.
 */
export function tags(text) {
  const all = text.split(/[\s,;#＃]+/u).filter(Boolean);
  return all.filter((tag, at) => all.findIndex((other) => other.toLowerCase() === tag.toLowerCase()) === at);
}

/**
 * An address as people read it aloud: without the scheme.
 * @param {string} url
 */
export function spoken(url) {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
