import type { Contract, QueueDefinition } from '@typed-queue/contracts';
import {
  callSchemasOf,
  failureSchemasOf,
  jsonSchemaOf,
  schemasOf,
  undecidableIn,
  type CallSchema,
  type EventFailureSchemas,
  type JsonSchema,
  type Undecidable,
} from '@typed-queue/contracts/compatibility';
import { chosenContract, loadedContract } from '../connection/contract-choice.js';
import type { Machine } from '../machine.js';

interface Failing {
  readonly failures: EventFailureSchemas;
}

/** What a contract says of an event. */
export interface EventPart extends Failing {
  readonly kind: 'event';
  /** Of its payload. */
  readonly schema: JsonSchema;
}

/** What a contract says of a call. */
export interface CallPart extends Failing, CallSchema {
  readonly kind: 'call';
}

export type QueuePart = EventPart | CallPart;

/** A contract in JSON Schema: by queue, then by event or call. */
export type ContractSchemas = ReadonlyMap<string, ReadonlyMap<string, QueuePart>>;

/** A contract as it is now: its schemas, and those of the earlier versions of its events, by queue and event. */
export interface CurrentSchemas {
  readonly schemas: ContractSchemas;
  readonly earlier: ReadonlyMap<string, ReadonlyMap<string, readonly JsonSchema[]>>;
}

/** A part of an event or a call that JSON Schema cannot say. */
export interface UndecidablePart extends Undecidable {
  readonly queue: string;
  readonly event: string;
  /** The part is in the data of this failure; otherwise in the payload, or below `/input` or `/output` of a call. */
  readonly failure?: string;
}

/**
 * Loads a contract as the queue server does, and converts its schemas. It runs the module.
 * @param module a path or package; undefined: the contract of `chosenContract`
 * @throws CommandError when it cannot be loaded
 */
export const loadSchemas = async (module: string | undefined, machine: Machine): Promise<CurrentSchemas> => {
  return currentSchemas(await loadedContract(await chosenContract(module, machine), machine));
};

export const currentSchemas = async (contract: Contract): Promise<CurrentSchemas> => ({
  schemas: await contractSchemas(contract),
  earlier: new Map(
    await Promise.all(
      Object.entries(contract).map(async ([name, queue]) => [name, await earlierSchemas(queue)] as const),
    ),
  ),
});

const earlierSchemas = async ({
  versions = {},
}: QueueDefinition): Promise<ReadonlyMap<string, readonly JsonSchema[]>> =>
  new Map(
    await Promise.all(
      Object.entries(versions).map(async ([event, earlier]) => {
        const schemas = await Promise.all(earlier.map(({ schema }) => jsonSchemaOf(schema)));
        return [event, schemas] as const;
      }),
    ),
  );

export const contractSchemas = async (contract: Contract): Promise<ContractSchemas> =>
  new Map(
    await Promise.all(
      Object.entries(contract).map(async ([name, queue]) => [name, await queueParts(queue)] as const),
    ),
  );

const queueParts = async (queue: QueueDefinition): Promise<ReadonlyMap<string, QueuePart>> => {
  const { events } = await schemasOf(queue);
  const failures = new Map(Object.entries(await failureSchemasOf(queue)));
  const failing = (name: string): Failing => ({ failures: failures.get(name) ?? {} });
  return new Map<string, QueuePart>([
    ...Object.entries(events).map(
      ([event, schema]) => [event, { kind: 'event', schema, ...failing(event) }] as const,
    ),
    ...Object.entries(await callSchemasOf(queue)).map(
      ([name, call]) => [name, { kind: 'call', ...call, ...failing(name) }] as const,
    ),
  ]);
};

/** The schemas of an event or a call, each with the pointer to it. */
const schemasIn = (part: QueuePart): readonly (readonly [pointer: string, schema: JsonSchema])[] =>
  part.kind === 'event'
    ? [['', part.schema]]
    : [
        ['/input', part.input],
        ['/output', part.output],
      ];

export const undecidableParts = (schemas: ContractSchemas): readonly UndecidablePart[] =>
  [...schemas].flatMap(([queue, events]) =>
    [...events].flatMap(([event, declared]) => [
      ...schemasIn(declared).flatMap(([root, schema]) =>
        undecidableIn(schema).map(({ pointer, reason }) => ({
          queue,
          event,
          pointer: `${root}${pointer}`,
          reason,
        })),
      ),
      ...Object.entries(declared.failures).flatMap(([failure, { data }]) =>
        (data === undefined ? [] : undecidableIn(data)).map((part) => ({ queue, event, failure, ...part })),
      ),
    ]),
  );
