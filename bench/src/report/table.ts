import { numberText } from './number-text.js';
import type { MeasureResult, Row } from './results.js';

const cpuText = ({ cpuUs }: Row): string => {
  if (cpuUs === undefined) return '';
  return [cpuUs.publisher, cpuUs.broker, cpuUs.subscriber].map(numberText).join(' / ');
};

/** How many rounds did not count, and how often a message came twice. */
const remarks = ({ failures, duplicates }: Row): string =>
  [
    ...(failures.length > 0 ? [`${failures.length} rounds failed`] : []),
    ...(duplicates > 0 ? [`${duplicates} duplicates`] : []),
  ].join(', ');

const cellsOf = (row: Row): string[] => [
  row.title,
  row.acknowledges,
  numberText(row.median),
  `${numberText(row.lowest)} – ${numberText(row.highest)}`,
  cpuText(row),
  remarks(row),
];

/** A table in Markdown, with columns that are aligned in a terminal as well. */
export const tableOf = ({ title, unit, rows }: MeasureResult): string => {
  const head = [title, 'acknowledged after', unit, 'range', 'CPU µs: publisher / broker / consumer', ''];
  const lines = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [text(head), rule, ...rows.map((row) => text(cellsOf(row)))].join('\n');
};
