import type {
  Finding,
  OwnRights,
  QueueOverview,
  QueueStatus,
  Retention,
  Unreachable,
} from '@typed-queue/contracts';

interface UnreachableQueue {
  readonly queue: string;
  readonly unreachable: Unreachable;
}

export const unreachableStatus = (of: UnreachableQueue): QueueStatus => ({
  ...of,
  epoch: '',
  firstSeq: 1,
  lastSeq: 0,
  bytes: 0,
  deadLetters: { letters: 0, bytes: 0, expired: 0 },
  groups: 0,
  tails: 0,
});

export interface KnownOfQueue {
  readonly rights: OwnRights;
  readonly retention: Retention;
}

export const unreachableOverview = (of: UnreachableQueue, known: KnownOfQueue): QueueOverview => ({
  ...of,
  ...known,
  rates: { published: 0, settled: 0 },
  depth: 0,
  oldestAgeMs: null,
  messages: 0,
  bytes: 0,
  deadLetters: 0,
  groups: 0,
  members: 0,
  tails: 0,
  differingClients: 0,
});

/** Of a queue that can be reached: none. */
export const unreachableFinding = ({ queue, unreachable }: QueueOverview): readonly Finding[] =>
  unreachable === undefined ? [] : [{ kind: 'unreachable', queue, ...unreachable }];
