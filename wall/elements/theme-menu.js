/** @import {Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { CHOICES, chooseTheme, chosenTheme } from './theme.js';

/**
 * A menu that chooses light or dark.
 *
 * @param {Translate} t
 */
export function themeMenu(t) {
  const options = CHOICES.map((choice) => el('option', { value: choice, selected: choice === chosenTheme() }, t(`theme.${choice}`)));
  const menu = el('select', { class: 'input', id: 'theme' }, options);
  menu.addEventListener('change', () => chooseTheme(menu.value));
  return el('div', { class: 'field' }, el('label', { for: 'theme' }, t('theme.label')), menu);
}
