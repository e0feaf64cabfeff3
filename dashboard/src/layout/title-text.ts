import { boundedText } from '../text/bounded-text.js';
import { segmentsOf } from '../text/visible-text.js';

const LONGEST = 200;

/** As a tab of the browser shows it. Anybody may have written the address that the name is from. */
export const titleText = (name: string): string =>
  `${segmentsOf(boundedText(name, LONGEST).text)
    .map(({ text }) => text)
    .join('')} · typed-queue`;
