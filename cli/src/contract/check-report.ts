import { RULES } from '@typed-queue/contracts/compatibility';
import { match } from 'ts-pattern';
import { countOf } from '../output/quantity.js';
import type { ContractCheck, EventCheck, Verdict } from './contract-check.js';
import type { Finding } from './finding.js';

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
  const { kind, direction, failure, pointer, rule, example, reason, waived } = finding;
  const what = failure === undefined ? direction : `${kind}: the failure ${failure}`;
  const where = pointer === '' ? '' : ` at ${pointer}`;
  return [
    `  ${what}${where}: ${reason ?? RULES[rule]} (${rule})`,
    `    ${meaning(finding)}`,
    ...(example === undefined ? [] : [`    for example ${shortened(JSON.stringify(example))}`]),
    ...(waived === undefined ? [] : [`    waived: ${waived}`]),
  ];
};

const meaning = ({ kind, direction, against, call = false }: Finding): string =>
  match({ kind, direction, call })
    .with({ kind: 'warning' }, () => `dead letters of ${against} with it may be read as "undeclared"`)
    .with(
      { direction: 'backward', call: true },
      () => `callers of ${against} may be refused, or not read the answer`,
    )
    .with(
      { direction: 'forward', call: true },
      () => `responders of ${against} may not read the input, or their answer is refused`,
    )
    .with({ direction: 'backward' }, () => `what was published under ${against} may not be valid now`)
    .with({ direction: 'forward' }, () => `consumers of ${against} may not read what is published now`)
    .exhaustive();

const shortened = (text: string): string =>
  text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;

const summaryOf = ({ events, verdict }: ContractCheck): string => {
  const counts = (['breaking', 'undecidable', 'compatible'] satisfies Verdict[])
    .map((verdict) => ({ verdict, count: events.filter((event) => event.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`);
  const warnings = events
    .flatMap(({ findings }) => findings)
    .filter(({ kind, waived }) => kind === 'warning' && waived === undefined).length;
  return `${verdict}: ${[...counts, ...(warnings > 0 ? [countOf(warnings, 'warning')] : [])].join(', ')}`;
};
