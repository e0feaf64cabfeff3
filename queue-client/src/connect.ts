import type { Contract } from '@typed-queue/contracts';
import type { ConnectOptions, QueueClient } from './client.js';
import { defaultRuntime } from './runtime.js';
import { Session } from './session.js';

/**
 * A client of a queue server. Returns at once and connects in the background, again and again; publishing and
 * subscribing may begin before.
 * @throws QueueError `request_invalid` for a name that is not well formed
 */
export const connect = <C extends Contract>(contract: C, options: ConnectOptions): QueueClient<C> =>
  new Session(contract, options, defaultRuntime());
