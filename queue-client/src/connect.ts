import type { Contract } from '@typed-queue/contracts';
import type { ConnectOptions, QueueClient } from './client.js';
import { defaultRuntime } from './runtime.js';
import { Session } from './session.js';

/**
 * A client of a queue server. Returns at once and connects in the background, again and again; publishing and
 * subscribing may begin before.
 *
 * The client ends in the state `refused`, with an `error` event, when the server refuses it permanently, or when the
 * first attempt shows that it cannot succeed: the certificate is not trusted (`server_untrusted`), or what answers is
 * no queue server (`protocol_unsupported`).
 * @throws QueueError `request_invalid` for options that can never work
 */
export const connect = <C extends Contract>(contract: C, options: ConnectOptions): QueueClient<C> =>
  new Session(contract, options, defaultRuntime());
