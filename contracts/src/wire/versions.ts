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
  'contract:clients': 4,
  'dead-letters:summary': 4,
  call: 5,
  calls: 5,
  'call:cancel': 5,
  'call:more': 5,
  serve: 5,
  'serve:end': 5,
  replies: 5,
  services: 5,
  'publish:expected': 6,
  'publish:expected:frame': 6,
  schedule: 6,
  scheduled: 6,
  'scheduled:peek': 6,
  'scheduled:cancel': 6,
  schedules: 6,
  'schedules:put': 6,
  'schedules:delete': 6,
};

/** The fields of `subscribe` and `tail` in version 1. */
type FirstField =
  | 'subscription'
  | 'queue'
  | 'group'
  | 'start'
  | 'settings'
  | 'form'
  | 'window'
  | 'tokens'
  | 'from'
  | 'events';

/** The later fields of `subscribe`: servers of version 1 refuse those that they do not know, later ones ignore them. */
export const subscribeVersions: Versions<Exclude<keyof SubscribeRequest<string>, FirstField>> = {
  concurrency: 2,
  knows: 2,
  known: 2,
};

/** Those of `tail`, likewise. */
export const tailVersions: Versions<Exclude<keyof TailRequest<string>, FirstField>> = { live: 2 };
