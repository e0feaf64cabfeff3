import { numberText } from './number-text.js';
import type { MeasureResult, Row } from './results.js';

const WIDTH = 810;
/** Names are left of it, bars right. */
const AXIS = 300;
const LONGEST_BAR = 330;
const HEAD = 56;
const ROW = 38;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const bar = (row: Row, index: number, scale: number): string => {
  const top = HEAD + index * ROW;
  const length = Math.max(1, Math.round(row.median * scale));
  const kind = index === 0 ? 'own' : 'peer';
  return `  <text class="name" x="${AXIS - 12}" y="${top + 13}">${escape(row.title)}</text>
  <text class="note" x="${AXIS - 12}" y="${top + 27}">${escape(row.acknowledges)}</text>
  <rect class="${kind}" x="${AXIS}" y="${top}" width="${length}" height="24" rx="3"/>
  <text class="value" x="${AXIS + length + 8}" y="${top + 17}">${numberText(row.median)}</text>`;
};

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 16px; font-weight: 600 } .name, .note { text-anchor: end }
    .note { font-size: 11px; fill: #6e7781 } .own { fill: #2f6feb } .peer { fill: #afb8c1 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .note { fill: #8d96a0 } .peer { fill: #6e7681 } }`;

/** A picture of a measure: a bar for each peer. The first row is this project's. */
export const barsOf = ({ title, unit, better, rows }: MeasureResult): string => {
  const shown = rows.filter(({ rounds }) => rounds.length > 0);
  const height = HEAD + shown.length * ROW + 8;
  const scale = LONGEST_BAR / Math.max(...shown.map(({ median }) => median), Number.MIN_VALUE);
  const sense = better === 'more' ? 'more is better' : 'less is better';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">
  <style>${STYLE}</style>
  <text class="title" x="12" y="24">${escape(title)}</text>
  <text x="12" y="42">${escape(unit)}, ${sense}</text>
${shown.map((row, index) => bar(row, index, scale)).join('\n')}
</svg>
`;
};
