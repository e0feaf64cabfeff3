import { QueueError, type SystemContract } from '@typed-queue/contracts';
import type { BatchMessage, QueueClient } from '@typed-queue/queue-client';

type Client = QueueClient<SystemContract>;

/** The n-th event of a key, as its writer says. */
const eventOf = (key: string, writer: string, n: number): BatchMessage<SystemContract, 'database'> => ({
  event: 'read',
  payload: { model: writer, id: key, count: n },
  headers: { key },
});

/** The last event of a key that a writer knows. */
interface Known {
  readonly seq: number;
  readonly n: number;
}

/** Writes the next events of keys that others write, too: each event has the number after the one before it. */
export class ChainWriter {
  /** What has a receipt: by seq, the key and the number. */
  readonly acked = new Map<number, string>();
  conflicts = 0;
  readonly #client: Client;
  readonly #name: string;
  readonly #known = new Map<string, Known>();

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Adds events to a key: decides again until nothing came in between. */
  async add(key: string, count: number): Promise<void> {
    for (;;) {
      const known = this.#known.get(key) ?? { seq: 0, n: 0 };
      try {
        const seqs = await this.#publish(key, count, known);
        seqs.forEach((seq, index) => this.acked.set(seq, `${key} ${known.n + index + 1}`));
        this.#known.set(key, { seq: seqs.at(-1) ?? 0, n: known.n + count });
        return;
      } catch (error) {
        if (!(error instanceof QueueError) || error.code !== 'seq_conflict') throw error;
        this.conflicts++;
        this.#known.set(key, await this.#read(key, Number(error.details.actualSeq)));
      }
    }
  }

  async #publish(key: string, count: number, { seq: expectedSeq, n }: Known): Promise<readonly number[]> {
    const events = Array.from({ length: count }, (_, index) => eventOf(key, this.#name, n + index + 1));
    const [only] = events;
    if (only?.event === 'read' && count === 1) {
      const { headers, payload } = only;
      return [(await this.#client.publish('database', 'read', payload, { headers, expectedSeq })).seq];
    }
    const { messages } = await this.#client.publishBatch('database', events, { expectedSeq });
    return messages.map(({ seq }) => seq);
  }

  /** What a conflict names can be read. */
  async #read(key: string, at: number): Promise<Known> {
    for await (const { seq, headers, payload } of this.#client.tail('database', {
      from: { seq: at },
      events: ['read'],
    }))
      if (seq === at && headers.key === key) return { seq, n: payload.count };
      else throw new Error(`a conflict of ${key} named ${at}, and ${seq} is of ${headers.key}`);
    throw new Error('the tail ended');
  }
}

/** Each stored event by its seq: its key and number. */
export const storedChain = async (client: Client): Promise<ReadonlyMap<number, string>> => {
  const last = (await client.admin.queues()).find(({ queue }) => queue === 'database')?.lastSeq;
  const stored = new Map<number, string>();
  for await (const { seq, headers, payload } of client.tail('database', {
    from: 'start',
    events: ['read'],
  })) {
    stored.set(seq, `${headers.key} ${payload.count}`);
    if (seq === last) break;
  }
  return stored;
};

/** The events of each key in the order of their numbers, without a hole and once: no update was lost. */
export const chainOf = (lengths: ReadonlyMap<string, number>): readonly string[] =>
  [...lengths].flatMap(([key, length]) => Array.from({ length }, (_, index) => `${key} ${index + 1}`));
