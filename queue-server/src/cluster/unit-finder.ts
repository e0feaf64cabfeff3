import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Duplex } from 'node:stream';
import type { ClusterNames } from './cluster-names.js';
import type { LocalUnits } from './local-units.js';
import { openTunnel } from './tunnel/open-tunnel.js';

/** Longer than a lease, so that a client waits while a queue moves. */
const PATIENCE_MS = 5_000;
const ASK_MS = 100;
const ANSWER_MS = 1_000;

export interface UnitFinderDeps {
  readonly local: Pick<LocalUnits, 'connect' | 'failureOf'>;
  readonly names: ClusterNames;
  readonly connection: NatsConnection;
  readonly now: () => number;
  readonly after: After;
}

/** Finds the unit of a queue, on whichever server it is. */
export class UnitFinder {
  readonly #deps: UnitFinderDeps;

  constructor(deps: UnitFinderDeps) {
    this.#deps = deps;
  }

  /** A connection to the unit of a queue. @throws QueueError `storage_unavailable` when no server had it for some time */
  async connect(queue: string, signal: AbortSignal): Promise<Duplex> {
    const { local, now, after } = this.#deps;
    const until = now() + PATIENCE_MS;
    for (;;) {
      const found = local.connect(queue) ?? (await this.#ask(queue, signal));
      if (!(found instanceof Error)) return found;
      signal.throwIfAborted();
      if (now() >= until) throw nobody(queue, found, local.failureOf(queue));
      await new Promise<void>((resolve) => void after(ASK_MS, resolve));
    }
  }

  #ask(queue: string, signal: AbortSignal): Promise<Duplex | Error> {
    const { connection, names } = this.#deps;
    const options = { timeoutMs: ANSWER_MS, signal };
    return openTunnel(connection, names.subjectOf(queue), { address: '127.0.0.1' }, options).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  }
}

/** What everybody may know of a failure is its code: its message names streams, and is in the log. */
const nobody = (queue: string, cause: Error, failure: unknown): QueueError => {
  const why =
    failure === undefined
      ? ''
      : `, since it cannot be started (${failure instanceof QueueError ? failure.code : 'internal'}: the log of the server says more)`;
  return new QueueError(
    'storage_unavailable',
    `No server has the queue "${queue}" at the moment${why}. Try again in a moment.`,
    { cause },
  );
};
