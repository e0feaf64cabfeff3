import { QueueError } from '@typed-queue/contracts';
import { setTimeout } from 'node:timers/promises';
import { QUEUES, type RollingQueue } from './rolling-contract.js';
import type { Placed, RollingClient } from './rolling-publisher.js';
import type { RollingRecord } from './rolling-record.js';

const PAUSE_MS = 50;
const WORK_MS = 20;

/** Answers the calls of all queues. */
export const serveAll = ({ client }: Placed): void => {
  const answer = async (input: number): Promise<number> => {
    await setTimeout(WORK_MS);
    return input;
  };
  for (const queue of QUEUES) client.serve(queue, { echo: answer, echoDurably: answer }, { concurrency: 8 });
};

/** Makes calls of all queues, one after the other of each kind and queue. */
export class RollingCaller {
  readonly #client: RollingClient;
  readonly #record: RollingRecord;
  readonly #calling: Promise<unknown>;
  #isCalling = true;

  constructor({ client }: Placed, record: RollingRecord) {
    this.#client = client;
    this.#record = record;
    const kinds = ['echo', 'echoDurably'] as const;
    this.#calling = Promise.all(QUEUES.flatMap((queue) => kinds.map((kind) => this.#callAgain(queue, kind))));
  }

  /** Resolves when all calls are answered. */
  async stop(): Promise<void> {
    this.#isCalling = false;
    await this.#calling;
  }

  async #callAgain(queue: RollingQueue, kind: 'echo' | 'echoDurably'): Promise<void> {
    const record = this.#record;
    for (let number = 0; this.#isCalling; number++) {
      try {
        const answer = await this.#client.call(queue, kind, number);
        if (answer === number) record.answers++;
        else record.failed(record.callErrors, `the answer to ${number} was ${answer}`);
      } catch (error) {
        if (kind === 'echo' && isCut(error)) record.cutCalls++;
        else record.failed(record.callErrors, error);
      }
      await setTimeout(PAUSE_MS);
    }
  }
}

/** What the documentation says of a call that is not durable. */
const isCut = (error: unknown): boolean =>
  error instanceof QueueError && (error.code === 'outcome_unknown' || error.code === 'call_failed');
