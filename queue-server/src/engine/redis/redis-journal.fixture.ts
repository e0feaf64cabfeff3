import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import type { JournalEvent } from '../journal/journal-event.js';
import type { JournalOptions } from '../journal/journal.js';
import type { Connect, RedisConnection } from './connection.js';
import { openOwnedStore, type Owned, type OwningOptions } from './open-owned-store.js';
import { openRedisJournal } from './open-redis-journal.js';
import type { RedisJournal } from './redis-journal.js';

/** A store of its own, unless a prefix is given. */
export const openStore = (connect: Connect, options: Partial<OwningOptions> = {}): Promise<Owned> =>
  openOwnedStore({
    connect,
    prefix: newId(),
    steadyNow: () => performance.now(),
    after: unrefAfter,
    ...options,
  });

export interface OpenedForTest {
  readonly journal: RedisJournal;
  readonly events: JournalEvent[];
}

export const openForTest = async (
  { store }: Owned,
  options: Partial<JournalOptions> = {},
): Promise<OpenedForTest> => {
  const events: JournalEvent[] = [];
  const journal = await openRedisJournal(store, 'log', {
    cacheBytes: 0,
    probeMs: 10,
    log: (event) => events.push(event),
    ...options,
  });
  return { journal, events };
};

/** What becomes of a command while its connection is lost. */
export type Loss = 'request' | 'answer' | 'late request';

/** Makes connections that are lost at chosen commands. */
export class LossyConnections {
  readonly #connect: Connect;
  /** By the number of the next scripts: which of them are lost, and how. */
  readonly #losses = new Map<number, Loss>();
  readonly #before = new Map<number, () => Promise<void>>();
  #scripts = 0;
  #late: (() => Promise<unknown>)[] = [];
  /** What late requests were answered, once their connections were replaced. */
  readonly lateAnswers: Promise<unknown>[] = [];

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Does something else before one of the next scripts. */
  before(script: number, run: () => Promise<void>): void {
    this.#before.set(this.#scripts + script, run);
  }

  /** Loses a connection at one of the next scripts: 0 is the next one. */
  loseAt(script: number, loss: Loss): void {
    this.#losses.set(this.#scripts + script, loss);
  }

  readonly connect: Connect = async () => {
    const connection = await this.#connect();
    return {
      ...connection,
      call: (command, args) => {
        const send = (to: RedisConnection): Promise<unknown> => to.call(command, args);
        if (command !== 'EVALSHA') return send(connection);
        const before = this.#before.get(this.#scripts);
        const loss = this.#losses.get(this.#scripts++);
        const sent = async (): Promise<unknown> => {
          await before?.();
          return send(connection);
        };
        return loss === undefined ? this.#answered(sent()) : this.#lose(connection, loss, send);
      },
    };
  };

  /** What is late arrives right after the first script of a new connection. */
  async #answered(sent: Promise<unknown>): Promise<unknown> {
    const answer = await sent;
    this.lateAnswers.push(...this.#late.map((send) => send().catch((error: unknown) => error)));
    this.#late = [];
    return answer;
  }

  async #lose(
    connection: RedisConnection,
    loss: Loss,
    send: (to: RedisConnection) => Promise<unknown>,
  ): Promise<never> {
    if (loss === 'answer') await send(connection);
    if (loss === 'late request') {
      const other = await this.#connect();
      this.#late.push(() => send(other).finally(() => other.close()));
    }
    connection.close();
    throw new Error('the connection was lost by the test');
  }
}
