/** The printed runbook: one button, which does what Ctrl-P does. */

import { one } from '../lib/html.js';

const button = one(document, '#print', HTMLButtonElement);
button.hidden = false;
button.addEventListener('click', () => window.print());
