import type { Contract } from '../contract.js';
import type { ClientToServerEvents } from './events.js';
import type { SubscribeRequest } from './group.js';
import type { TailRequest } from './tail.js';

/** By name: the protocol version that brought it. */
export type Versions<K extends string> = Readonly<Record<K, number>>;

/** The requests of version 1. */
type FirstRequest =
  | 'publish'
  | 'publish:frame'
  | 'subscribe'
  | 'pause'
  | 'settle'
  | 'tail'
  | 'position'
  | 'unsubscribe'
  | 'queues'
  | 'groups'
  | 'group:seek'
  | 'group:pause'
  | 'group:resume'
  | 'group:delete'
  | 'queue:purge'
  | 'dead-letters';

/** The later requests: a server of an older version does not know them. */
export const requestVersions: Versions<Exclude<keyof ClientToServerEvents<Contract>, FirstRequest>> = {
  'dead-letters:redrive': 2,
  'dead-letters:discard': 2,
  authenticate: 3,
  contract: 4,
  'publish:batch': 4,
  'publish:batch:frame': 4,
  overview: 4,
  history: 4,
  message: 4,
  'seq-at': 4,
  'dead-letters:summary': 4,
};

/** Fields of `subscribe`: servers of version 1 refuse those that they do not know, later ones ignore them. */
export const subscribeVersions: Versions<keyof SubscribeRequest<string>> = {
  subscription: 1,
  queue: 1,
  group: 1,
  start: 1,
  settings: 1,
  form: 1,
  window: 1,
  tokens: 1,
  concurrency: 2,
  knows: 2,
  known: 2,
};

/** Fields of `tail`, likewise. */
export const tailVersions: Versions<keyof TailRequest<string>> = {
  subscription: 1,
  queue: 1,
  from: 1,
  events: 1,
  form: 1,
  live: 2,
  window: 1,
};
