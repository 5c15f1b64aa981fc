/** One choice for all of this server's pages on this device: it says something of the hall, not of the page. */
const KEPT = 'fontein.theme';
export const CHOICES = ['system', 'light', 'dark'];

/** Use the colours that were chosen on this device; those of the system when none were. */
export function applyTheme() {
  const chosen = chosenTheme();
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

/** @returns {string} One of `CHOICES`. */
export function chosenTheme() {
  try {
    const kept = localStorage.getItem(KEPT) ?? 'system';
    return CHOICES.includes(kept) ? kept : 'system';
  } catch {
    // A browser may forbid storage; the system decides then.
    return 'system';
  }
}

/**
 * Use these colours, now and later.
 * @param {string} choice One of `CHOICES`.
 */
export function chooseTheme(choice) {
  try {
    localStorage.setItem(KEPT, choice);
    applyTheme();
  } catch {
    // Without storage it lasts as long as this page.
    document.documentElement.dataset['theme'] = choice;
  }
}
