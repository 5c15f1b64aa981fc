/** The printed runbook: one button, which does what Ctrl-P does, and the day in words. */

import { one } from '../lib/html.js';

const button = one(document, '#print', HTMLButtonElement);
button.hidden = false;
button.addEventListener('click', () => window.print());

const day = one(document, 'time', HTMLTimeElement);
const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'full', timeZone: 'UTC' });
if (day.dateTime) day.textContent = words.format(new Date(day.dateTime));
