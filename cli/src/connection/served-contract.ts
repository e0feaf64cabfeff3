import { defineContract, defineQueue, type Contract, type PayloadSchema } from '@typed-queue/contracts';
import { contractFrom } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { withClient } from './client.js';
import type { Settings } from './settings.js';

/** Accepts every payload: the server validates. */
const ANY: PayloadSchema = {
  '~standard': { version: 1, vendor: 'typed-queue', validate: (value) => ({ value }) },
};

/**
 * The contract for publishing to a queue or reading it: of the module that is named, otherwise the events that the server
 * has, with any payload.
 * @throws CommandError
 */
export const contractFor = async (queue: string, settings: Settings, machine: Machine): Promise<Contract> => {
  if (settings.contract === undefined) return servedContract(queue, settings, machine);
  const loaded = await contractFrom(settings.contract, machine.directory);
  if (loaded.kind === 'failed') throw new CommandError(EXIT.input, `the contract: ${loaded.problem}`);
  return loaded.contract;
};

const servedContract = (queue: string, settings: Settings, machine: Machine): Promise<Contract> =>
  withClient(settings, machine, async ({ admin }) => {
    const { events } = await admin.describe(queue, { timeoutMs: settings.timeoutMs });
    const names = Object.keys(events);
    if (names.length === 0)
      throw new CommandError(EXIT.refused, `you may see no event of the queue "${queue}": use another token`);
    const schemas = Object.fromEntries(names.map((name) => [name, ANY]));
    return defineContract({ [queue]: defineQueue(queue, { events: schemas }) });
  });
