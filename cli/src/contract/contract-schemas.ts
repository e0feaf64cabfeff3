import type { Contract, QueueDefinition } from '@typed-queue/contracts';
import {
  failureSchemasOf,
  jsonSchemaOf,
  schemasOf,
  undecidableIn,
  type EventFailureSchemas,
  type JsonSchema,
  type Undecidable,
} from '@typed-queue/contracts/compatibility';
import { chosenContract, loadedContract } from '../connection/contract-choice.js';
import type { Machine } from '../machine.js';

/** What a contract says of an event. */
export interface EventSchema {
  /** Of its payload. */
  readonly schema: JsonSchema;
  readonly failures: EventFailureSchemas;
}

/** A contract in JSON Schema: by queue, then by event. */
export type ContractSchemas = ReadonlyMap<string, ReadonlyMap<string, EventSchema>>;

/** A contract as it is now: its schemas, and those of the earlier versions of its events, by queue and event. */
export interface CurrentSchemas {
  readonly schemas: ContractSchemas;
  readonly earlier: ReadonlyMap<string, ReadonlyMap<string, readonly JsonSchema[]>>;
}

/** A part of an event that JSON Schema cannot say. */
export interface UndecidablePart extends Undecidable {
  readonly queue: string;
  readonly event: string;
  /** The part is in the data of this failure; otherwise it is in the payload. */
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
      Object.entries(contract).map(async ([name, queue]) => [name, await eventSchemas(queue)] as const),
    ),
  );

const eventSchemas = async (queue: QueueDefinition): Promise<ReadonlyMap<string, EventSchema>> => {
  const { events } = await schemasOf(queue);
  const failures = new Map(Object.entries(await failureSchemasOf(queue)));
  return new Map(
    Object.entries(events).map(([event, schema]) => [event, { schema, failures: failures.get(event) ?? {} }]),
  );
};

export const undecidableParts = (schemas: ContractSchemas): readonly UndecidablePart[] =>
  [...schemas].flatMap(([queue, events]) =>
    [...events].flatMap(([event, { schema, failures }]) => [
      ...undecidableIn(schema).map((part) => ({ queue, event, ...part })),
      ...Object.entries(failures).flatMap(([failure, { data }]) =>
        (data === undefined ? [] : undecidableIn(data)).map((part) => ({ queue, event, failure, ...part })),
      ),
    ]),
  );
