import { defineContract, untypedQueue, type Contract, type AnyQueue } from '@typed-queue/contracts';
import { queueOfCallLog } from '@typed-queue/contracts/wire';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { withClient, type Client } from './client.js';
import { loadedContract } from './contract-choice.js';
import type { Settings } from './settings.js';

/**
 * The contract for publishing to a queue or reading it: of the module that is named, otherwise the events and calls that the
 * server has, with any payload.
 * @throws CommandError
 */
export const contractFor = async (queue: string, settings: Settings, machine: Machine): Promise<Contract> => {
  // Of a log of durable calls no module says anything.
  if (settings.contract === undefined || queueOfCallLog(queue) !== undefined)
    return withClient(settings, machine, async (client) =>
      defineContract({ [queue]: await describedQueue(queue, client, settings) }),
    );
  return loadedContract(settings.contract, machine);
};

/** All queues of the server, with any payload. */
export const servedContract = (
  settings: Settings,
  machine: Machine,
  patience: AbortSignal,
): Promise<Contract> =>
  withClient(
    settings,
    machine,
    async (client) => {
      const queues = await client.admin.queues({ timeoutMs: settings.timeoutMs });
      const described = await Promise.all(queues.map(({ queue }) => describedQueue(queue, client, settings)));
      return defineContract(Object.fromEntries(described.map((queue) => [queue.name, queue])));
    },
    { patience },
  );

const describedQueue = async (
  queue: string,
  { admin }: Client,
  { timeoutMs }: Settings,
): Promise<AnyQueue> => {
  const { events, calls } = await admin.describe(queue, { timeoutMs });
  const names = Object.keys(events);
  if (names.length === 0 && Object.keys(calls).length === 0)
    throw new CommandError(EXIT.refused, `you may see no event of the queue "${queue}": use another token`);
  return untypedQueue(queue, names, Object.keys(calls));
};
