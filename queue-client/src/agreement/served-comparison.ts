/** Loaded only when a contract differs: converters to JSON Schema and the comparison are large. */
import { QueueError, type QueueDefinition } from '@typed-queue/contracts';
import {
  compareQueues,
  inclusionInAny,
  isClash,
  jsonSchemaOf,
  schemasOf,
  verdictOf,
  type Comparison as SchemaComparison,
  type EventDifference,
  type Inclusion,
  type JsonSchema,
} from '@typed-queue/contracts/compatibility';
import { versionsOf, type ContractReport, type QueueContract } from '@typed-queue/contracts/wire';
import type { ContractDifference } from './contract-difference.js';

/** What is compared of the server's contract. */
export type ServedEvents = Required<Omit<QueueContract, 'calls' | 'failures'>>;

/** The result of a comparison. */
export class Comparison implements ContractDifference {
  readonly queue: string;
  readonly events: readonly EventDifference[];
  /** For the server. */
  readonly report: ContractReport;

  private constructor(queue: string, report: ContractReport) {
    this.queue = queue;
    this.events = report.events;
    this.report = report;
  }

  /** Events that the client may not see are left out. */
  static async of(definition: QueueDefinition, served: ServedEvents): Promise<Comparison> {
    return new Comparison(definition.name, await reportOf(definition, served));
  }

  get clash(): boolean {
    return this.events.some(isClash);
  }

  get summary(): string {
    return `the contract of "${this.queue}" differs from the server's: ${textOf(this.events)}`;
  }

  /** Why a client that requires its contract cannot use these events; undefined: it can. */
  refusalOf(verb: 'read' | 'write', events: readonly string[]): QueueError | undefined {
    const unfit = this.events.filter(
      (difference) => events.includes(difference.event) && !FITS[verb](difference),
    );
    if (unfit.length === 0) return undefined;
    const { queue } = this;
    const isUndecidable = unfit.every(({ verdict }) => verdict === 'unknown');
    const text =
      `The contract of this client does not fit the server's, to ${verb} "${queue}": ${textOf(unfit)}. ` +
      `${isUndecidable ? DECIDABLE : 'Build both with contracts that fit'}, or connect without "requireContract".`;
    return new QueueError('contract_mismatch', text, { details: { queue, events: unfit } });
  }
}

/** What to do about schemas that may even be the same. */
const DECIDABLE =
  'Equal schemas are refused as well where they check what JSON Schema cannot say, such as a refinement: ' +
  'say it by other rules (min, regex …), or check it in the handler';

/** `"placed" is writable (/properties/note: required); …` */
const textOf = (events: readonly EventDifference[]): string =>
  events
    .map(({ event, verdict, pointer = '', rule }) => {
      const where = pointer === '' ? '' : `${pointer}: `;
      return `"${event}" is ${verdict}${rule === undefined ? '' : ` (${where}${rule})`}`;
    })
    .join('; ');

const FITS: Readonly<Record<'read' | 'write', (difference: EventDifference) => boolean>> = {
  read: ({ verdict }) => verdict === 'readable' || verdict === 'both',
  write: ({ verdict }) => verdict === 'writable' || verdict === 'both',
};

const reportOf = async (
  definition: QueueDefinition,
  { events, partial, hash }: ServedEvents,
): Promise<ContractReport> => {
  const own = await schemasOf(definition);
  const comparisons = Object.entries(compareQueues(own, { hash, events })).filter(
    ([event]) => !partial || Object.hasOwn(events, event),
  );
  const differences = await Promise.all(
    comparisons.map(async ([event, comparison]) => {
      const isUpcast = await fitsVersions(definition, event, events[event]);
      return differenceOf(event, comparison, isUpcast);
    }),
  );
  return { hash: own.hash, events: differences.filter(({ verdict }) => verdict !== 'same') };
};

/** Whether everything that the server accepts today is of an earlier version of the event, or of the present one. */
const fitsVersions = async (
  definition: QueueDefinition,
  event: string,
  served: JsonSchema | undefined,
): Promise<boolean> => {
  if (served === undefined) return false;
  const own = definition.events[event];
  const earlier = versionsOf(definition, event).map(({ schema }) => schema);
  if (own === undefined || earlier.length === 0) return false;
  const schemas = await Promise.all([...earlier, own].map(jsonSchemaOf));
  return inclusionInAny(served, schemas).kind === 'holds';
};

const HOLDS: Inclusion = { kind: 'holds' };

const differenceOf = (
  event: string,
  { verdict, read, write }: SchemaComparison,
  isUpcast: boolean,
): EventDifference => {
  const [first] = [read, write].flatMap((inclusion) =>
    inclusion.kind === 'holds' ? [] : inclusion.differences,
  );
  const effective = isUpcast && verdict !== 'same' ? verdictOf(HOLDS, write) : verdict;
  return {
    event,
    verdict: effective,
    ...(first !== undefined && { pointer: first.pointer, rule: first.rule }),
  };
};
