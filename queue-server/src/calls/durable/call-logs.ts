import type { CallDeclaration, Contract, Durable, QueueDefinition } from '@typed-queue/contracts';
import { callLogName } from '@typed-queue/contracts/wire';
import type { StoredQueue } from '../../engine/local-options.js';

/** The durable calls of a queue, and where they are stored. */
export interface CallLogs {
  /** The calls as they were made, with their inputs as payloads. What is settled is removed. */
  readonly requests: QueueDefinition;
  /** How they ended. */
  readonly answers: StoredQueue;
  /** By name. */
  readonly durable: ReadonlyMap<string, CallDeclaration<unknown, unknown, Durable>>;
}

/** Undefined when the queue declares no durable call. No contract can declare queues of these names. */
export const callLogsOf = ({
  name,
  calls = {},
  failures = [],
  deadLetters,
}: QueueDefinition): CallLogs | undefined => {
  const declared = Object.entries<CallDeclaration>(calls);
  const durable = new Map(declared.flatMap(([call, each]) => (isDurable(each) ? [[call, each]] : [])));
  if (durable.size === 0) return undefined;
  const requests = {
    name: callLogName(name),
    events: Object.fromEntries([...durable].map(([call, { input }]) => [call, input])),
    failures: failures.filter(({ event }) => durable.has(event)),
    retention: {},
    deadLetters,
  };
  const maxAgeMs = Math.max(...[...durable.values()].map(({ answering }) => answering.answerForMs));
  return { requests, answers: { name: `${name}.answers`, retention: { maxAgeMs } }, durable };
};

const isDurable = (call: CallDeclaration): call is CallDeclaration<unknown, unknown, Durable> =>
  call.answering.kind === 'durable';

/** A contract with the logs of its durable calls: operators see them, and their dead letters, as they see queues. */
export const withCallLogs = (contract: Contract): Contract => {
  const logs = Object.values(contract).flatMap((queue) => callLogsOf(queue)?.requests ?? []);
  return { ...contract, ...Object.fromEntries(logs.map((log) => [log.name, log])) };
};

/** All that an engine stores for such a contract. */
export const storedQueuesOf = (contract: Contract): readonly StoredQueue[] => [
  ...Object.values(contract),
  ...Object.values(contract).flatMap((queue) => callLogsOf(queue)?.answers ?? []),
];
