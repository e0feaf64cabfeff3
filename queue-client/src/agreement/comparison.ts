/** Loaded only when a contract differs: converters to JSON Schema and the comparison are large. */
import type { QueueDefinition } from '@typed-queue/contracts';
import {
  compareQueues,
  compareSchemas,
  jsonSchemaOf,
  schemasOf,
  verdictOf,
  type Comparison,
  type Inclusion,
  type JsonSchema,
} from '@typed-queue/contracts/compatibility';
import { versionsOf, type QueueContract } from '@typed-queue/contracts/wire';
import type { EventDifference } from './event-difference.js';

/** The events whose schemas differ between this client and the server. Events that the client may not see are left out. */
export const differencesOf = async (
  definition: QueueDefinition,
  { events, partial, hash }: Required<QueueContract>,
): Promise<readonly EventDifference[]> => {
  const own = await schemasOf(definition);
  const comparisons = Object.entries(compareQueues(own, { hash, events })).filter(
    ([event]) => !partial || Object.hasOwn(events, event),
  );
  const differences = await Promise.all(
    comparisons.map(async ([event, comparison]) => {
      const isUpcast = await fitsEarlierVersion(definition, event, events[event]);
      return differenceOf(event, comparison, isUpcast);
    }),
  );
  return differences.filter(({ verdict }) => verdict !== 'same');
};

/** Whether everything that the server accepts today is of one earlier version of the event. */
const fitsEarlierVersion = async (
  definition: QueueDefinition,
  event: string,
  served: JsonSchema | undefined,
): Promise<boolean> => {
  if (served === undefined) return false;
  const earlier = await Promise.all(versionsOf(definition, event).map(({ schema }) => jsonSchemaOf(schema)));
  return earlier.some((schema) => compareSchemas(served, schema).write.kind === 'holds');
};

const HOLDS: Inclusion = { kind: 'holds' };

const differenceOf = (
  event: string,
  { verdict, read, write }: Comparison,
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
