import {
  compareSchemas,
  inclusionInAny,
  type JsonSchema,
  type Rule,
} from '@typed-queue/contracts/compatibility';
import { callFindings } from './call-check.js';
import type { ContractSchemas, CurrentSchemas, EventPart, QueuePart } from './contract-schemas.js';
import type { SourcedSchemas } from './export-source.js';
import { failureFindings } from './failure-check.js';
import { found, type Finding, type FoundDifference } from './finding.js';
import { isWaivedBy, type Waiver } from './waivers.js';

/**
 * - `backward`: each payload that was published under the old contract, or still is, is valid under the new one, or
 *   consumers of the new one read it by an earlier version of the event.
 * - `forward`: consumers that have the old contract can read what is published under the new one.
 * - `full`: both.
 * - `full-transitive`: both, against every export and not the last alone.
 *
 * Of calls, `backward` is about callers that have the old contract, and `forward` about responders.
 */
export const MODES = ['backward', 'forward', 'full', 'full-transitive'] as const;
export type Mode = (typeof MODES)[number];
export type Verdict = 'compatible' | 'breaking' | 'undecidable';

export interface EventCheck {
  readonly queue: string;
  readonly event: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

export interface ContractCheck {
  readonly mode: Mode;
  readonly against: readonly string[];
  /** The worst of all events. */
  readonly verdict: Verdict;
  readonly events: readonly EventCheck[];
  readonly unusedWaivers: readonly Waiver[];
}

/** Compares a contract with earlier exports of it. */
export const checkContract = (
  current: CurrentSchemas,
  { mode, exports, waivers }: { mode: Mode; exports: readonly SourcedSchemas[]; waivers: readonly Waiver[] },
): ContractCheck => {
  const found = exports.flatMap((old) => findingsOf(current, old, mode));
  const findings = found.map((finding) => waived(finding, waivers));
  const events = [current.schemas, ...exports.map(({ schemas }) => schemas)].flatMap(eventNames);
  const checks = distinct(events).map(({ queue, event }) => {
    const own = findings.filter((finding) => finding.queue === queue && finding.event === event);
    return { queue, event, verdict: verdictOf(own), findings: own };
  });
  return {
    mode,
    against: exports.map(({ source }) => source),
    verdict: verdictOf(findings),
    events: checks,
    unusedWaivers: waivers.filter((waiver) => !found.some((finding) => isWaivedBy(finding, waiver))),
  };
};

interface EventNames {
  readonly queue: string;
  readonly event: string;
}

const eventNames = (schemas: ContractSchemas): readonly EventNames[] =>
  [...schemas].flatMap(([queue, events]) => [...events.keys()].map((event) => ({ queue, event })));

const distinct = (names: readonly EventNames[]): readonly EventNames[] => [
  ...new Map(names.map((name) => [`${name.queue} ${name.event}`, name])).values(),
];

const verdictOf = (findings: readonly Finding[]): Verdict => {
  const open = findings.filter(({ kind, waived }) => kind !== 'warning' && waived === undefined);
  if (open.length === 0) return 'compatible';
  return open.some(({ kind }) => kind === 'breaking') ? 'breaking' : 'undecidable';
};

const waived = (finding: Finding, waivers: readonly Waiver[]): Finding => {
  const waiver = waivers.find((waiver) => isWaivedBy(finding, waiver));
  return waiver === undefined ? finding : { ...finding, waived: waiver.reason };
};

const findingsOf = (
  current: CurrentSchemas,
  { source, schemas }: SourcedSchemas,
  mode: Mode,
): readonly Finding[] =>
  eventNames(schemas).flatMap(({ queue, event }) => {
    const old = schemas.get(queue)?.get(event);
    const now = current.schemas.get(queue);
    if (old === undefined) return [];
    const names = { queue, event, against: source };
    const present = now?.get(event);
    if (present?.kind === old.kind) {
      const earlier = current.earlier.get(queue)?.get(event) ?? [];
      return differences(old, { present, earlier }, mode).map((found) => ({ ...names, ...found }));
    }
    if (mode === 'forward') return [];
    return [{ ...names, ...removed(now === undefined ? 'queue-removed' : `${old.kind}-removed`, old) }];
  });

const removed = (rule: Rule, { kind }: QueuePart): FoundDifference => ({
  kind: 'breaking',
  direction: 'backward',
  pointer: '',
  rule,
  ...(kind === 'call' && { call: true }),
});

/** An event or a call as it is now. */
interface Present {
  readonly present: QueuePart;
  /** Of the versions of the event before it, which consumers read as well. */
  readonly earlier: readonly JsonSchema[];
}

const differences = (
  old: QueuePart,
  { present, earlier }: Present,
  mode: Mode,
): readonly FoundDifference[] => [
  ...(old.kind === 'event' && present.kind === 'event'
    ? payloadDifferences(old, { present, earlier }, mode)
    : []),
  ...(old.kind === 'call' && present.kind === 'call' ? callFindings(old, present).filter(isOf(mode)) : []),
  ...(mode === 'forward' ? [] : failureFindings(old.failures, present.failures)),
];

const isOf =
  (mode: Mode) =>
  ({ direction }: FoundDifference): boolean =>
    (mode !== 'backward' && mode !== 'forward') || mode === direction;

const payloadDifferences = (
  old: EventPart,
  { present, earlier }: Present & { readonly present: EventPart },
  mode: Mode,
): readonly FoundDifference[] => {
  // Seen from the old side: it writes to the new one, and reads from it.
  const { verdict, read, write } = compareSchemas(old.schema, present.schema);
  if (verdict === 'same') return [];
  const readable = earlier.length === 0 ? write : inclusionInAny(old.schema, [...earlier, present.schema]);
  return [...found(readable, 'backward'), ...found(read, 'forward')].filter(isOf(mode));
};
