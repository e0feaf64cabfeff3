import type { Contract } from '@typed-queue/contracts';
import { schemasOf, undecidableIn, type JsonSchema } from '@typed-queue/contracts/compatibility';
import { contractFrom } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';

/** The JSON Schemas of a contract: by queue, then by event. */
export type ContractSchemas = ReadonlyMap<string, ReadonlyMap<string, JsonSchema>>;

/** A part of an event that JSON Schema cannot say. */
export interface UndecidablePart {
  readonly queue: string;
  readonly event: string;
  /** Into its schema. */
  readonly pointer: string;
  readonly reason: string;
}

/**
 * Loads a contract as the queue server does, and converts its schemas. It runs the module.
 * @param module a path or package; undefined: `CONTRACT`, or the built-in contract
 * @throws CommandError when it cannot be loaded
 */
export const loadSchemas = async (module: string | undefined, machine: Machine): Promise<ContractSchemas> => {
  const loaded = await contractFrom(module ?? machine.env.CONTRACT, machine.directory);
  if (loaded.kind === 'failed') throw new CommandError(EXIT.input, `the contract: ${loaded.problem}`);
  return contractSchemas(loaded.contract);
};

export const contractSchemas = async (contract: Contract): Promise<ContractSchemas> =>
  new Map(
    await Promise.all(
      Object.entries(contract).map(
        async ([name, queue]): Promise<[string, ReadonlyMap<string, JsonSchema>]> => {
          const { events } = await schemasOf(queue);
          return [name, new Map(Object.entries(events))];
        },
      ),
    ),
  );

export const undecidableParts = (schemas: ContractSchemas): readonly UndecidablePart[] =>
  [...schemas].flatMap(([queue, events]) =>
    [...events].flatMap(([event, schema]) =>
      undecidableIn(schema).map((part) => ({ queue, event, ...part })),
    ),
  );
