import { expect, it } from '@jest/globals';
import { contract, type BatchReceipt, type SystemContract } from '@typed-queue/contracts';
import { connect, type BatchMessage, type QueueClient } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { startServerProcess } from '../running-server.fixture.js';

const KILLS = 3;
const WRITERS = 8;
const BATCHES_BETWEEN = 40;
const LARGEST = 60;

/** The batches of some writers, all of one ordering key. */
class Writers {
  /** How many messages each batch has, by its name. */
  readonly sizes = new Map<string, number>();
  readonly receipts = new Map<string, BatchReceipt>();
  readonly #url: string;
  readonly #writing: Promise<void>[] = [];
  #stopped = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** A client that publishes one batch after the other, until it is closed or all stop. */
  open(name: string): QueueClient<SystemContract> {
    const client = connect(contract, { url: this.#url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
    client.on('connection:failed', () => undefined);
    this.#writing.push(this.#write(client, name));
    return client;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writing);
  }

  async #write(client: QueueClient<SystemContract>, writer: string): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const name = `${writer} ${n}`;
      const size = 1 + ((n * 7) % LARGEST);
      this.sizes.set(name, size);
      try {
        this.receipts.set(name, await client.publishBatch('database', batchOf(name, size)));
      } catch (error) {
        // The client was closed: the batch is stored or not.
        expect(error).toMatchObject({ code: expect.stringMatching(/^(closed|outcome_unknown)$/) });
        return;
      }
    }
  }
}

const batchOf = (name: string, size: number): BatchMessage<SystemContract, 'database'>[] =>
  Array.from({ length: size }, (_, index) => ({
    event: 'read',
    payload: { model: name, id: `${index} ${'x'.repeat(300)}`, count: index },
    headers: { key: 'one' },
  }));

/** Of each batch the seqs that its messages have, by their indexes. */
const storedIn = async (client: QueueClient<SystemContract>): Promise<ReadonlyMap<string, number[]>> => {
  const last = (await client.admin.queues()).find(({ queue }) => queue === 'database')?.lastSeq;
  const stored = new Map<string, number[]>();
  for await (const { seq, payload } of client.tail('database', { from: 'start', events: ['read'] })) {
    const seqs = stored.get(payload.model) ?? [];
    // Twice or in another place: no batch has it like this.
    seqs[payload.count] = payload.count === seqs.length ? seq : NaN;
    stored.set(payload.model, seqs);
    if (seq === last) break;
  }
  return stored;
};

it('of batches all messages are stored or none, side by side and once, whenever the server is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'batches-'));
  const port = await freePort();
  let server = await startServerProcess(port, dataDir);
  const writers = new Writers(server.url);
  const clients = Array.from({ length: WRITERS / 2 }, (_, n) => writers.open(`patient ${n}`));
  for (let kills = 0; kills < KILLS; kills++) {
    const impatient = Array.from({ length: WRITERS / 2 }, (_, n) => writers.open(`impatient ${kills} ${n}`));
    const goal = writers.receipts.size + BATCHES_BETWEEN;
    while (writers.receipts.size < goal) await setTimeout(1);
    await server.end('SIGKILL');
    await Promise.all(impatient.map((client) => client.close({ timeoutMs: 0 })));
    server = await startServerProcess(port, dataDir);
  }
  await writers.stop();

  const reader = connect(contract, { url: server.url });
  const stored = await storedIn(reader);
  const torn = [...stored].filter(([name, [first = 0, ...rest]]) => {
    const isWhole = first > 0 && 1 + rest.length === writers.sizes.get(name);
    return !isWhole || rest.some((seq, index) => seq !== first + index + 1);
  });
  const wrongReceipts = [...writers.receipts].filter(
    ([name, { messages }]) => messages.map(({ seq }) => seq).join() !== stored.get(name)?.join(),
  );
  expect(torn).toEqual([]);
  expect(wrongReceipts).toEqual([]);
  await Promise.all([reader, ...clients].map((client) => client.close()));
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});
