import { RULES } from '@typed-queue/contracts/compatibility';
import { match } from 'ts-pattern';
import type { ContractCheck, EventCheck, Verdict } from './contract-check.js';
import type { Direction, Finding } from './finding.js';

const MAX_EXAMPLE = 200;

/** A check as people read it. */
export const checkReport = (check: ContractCheck): string => {
  const width = Math.max(...check.events.map(({ queue, event }) => queue.length + event.length + 1));
  return [
    `${check.mode} against ${check.against.join(', ')}`,
    '',
    ...check.events.flatMap((event) => eventLines(event, width)),
    '',
    summaryOf(check),
    ...check.unusedWaivers.map((waiver) => `warning: a waiver matches nothing: ${JSON.stringify(waiver)}`),
    '',
  ].join('\n');
};

const eventLines = ({ queue, event, verdict, findings }: EventCheck, width: number): readonly string[] => [
  `${`${queue}.${event}`.padEnd(width)}  ${verdict}`,
  ...findings.flatMap(findingLines),
];

const findingLines = (finding: Finding): readonly string[] => {
  const { direction, against, pointer, rule, example, reason, waived } = finding;
  const where = pointer === '' ? '' : ` at ${pointer}`;
  return [
    `  ${direction}${where}: ${reason ?? RULES[rule]} (${rule})`,
    `    ${meaning(direction, against)}`,
    ...(example === undefined ? [] : [`    for example ${shortened(JSON.stringify(example))}`]),
    ...(waived === undefined ? [] : [`    waived: ${waived}`]),
  ];
};

const meaning = (direction: Direction, against: string): string =>
  match(direction)
    .with('backward', () => `what was published under ${against} may not be valid now`)
    .with('forward', () => `consumers of ${against} may not read what is published now`)
    .exhaustive();

const shortened = (text: string): string =>
  text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;

const summaryOf = ({ events, verdict }: ContractCheck): string => {
  const counts = (['breaking', 'undecidable', 'compatible'] satisfies Verdict[])
    .map((verdict) => ({ verdict, count: events.filter((event) => event.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`);
  return `${verdict}: ${counts.join(', ')}`;
};
