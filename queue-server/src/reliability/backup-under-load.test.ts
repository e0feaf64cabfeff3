import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isThorough } from '../../../checks/thorough.fixture.js';
import { restore } from '../backup/restore.js';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { freePort } from './free-port.js';
import { startServerProcess, type RunningServer } from '../running-server.fixture.js';
import { startTestServer } from '../testing.js';
import { seededRandom } from './seeded-random.js';

const QUEUE = 'files';
const GROUP = 'billing';
const BACKUPS = isThorough ? 12 : 3;
const WRITERS = 4;
const BETWEEN = 60;

interface Grant {
  readonly token: number;
  readonly messages: readonly { readonly seq: number }[];
}

/** What a backup must have, since it was so before it began. */
interface Model {
  /** By the path of each message. */
  readonly acknowledged: ReadonlySet<string>;
  readonly settled: ReadonlySet<number>;
}

/** Publishes and settles without a pause, and knows what the server confirmed. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly settled = new Set<number>();
  readonly #client: QueueClient<SystemContract>;
  readonly #writing: Promise<void>[];
  #stopped = false;

  constructor(url: string) {
    this.#client = connect(contract, { url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
    this.#client.on('connection:failed', () => undefined);
    this.#writing = Array.from({ length: WRITERS }, (_, writer) => this.#write(writer));
  }

  get model(): Model {
    return { acknowledged: new Set(this.acknowledged), settled: new Set(this.settled) };
  }

  /** Settles what the group gets, as long as the connection lasts. */
  async consume(url: string): Promise<PlainClient> {
    const member = await plainClient(url);
    member.socket.on('grant', ({ token, messages }: Grant) => {
      const settle = member.ask('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
      void settle.then(
        ({ ok }) => {
          if (ok) for (const { seq } of messages) this.settled.add(seq);
        },
        // The server was killed.
        () => undefined,
      );
    });
    await member.value('subscribe', {
      subscription: 's',
      queue: QUEUE,
      group: GROUP,
      window: { messages: 16 },
    });
    return member;
  }

  async grow(by: number): Promise<void> {
    const [published, settled] = [this.acknowledged.size + by, this.settled.size + by];
    while (this.acknowledged.size < published || this.settled.size < settled) await turn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writing);
    await this.#client.close();
  }

  async #write(writer: number): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const path = `${writer}/${n}`;
      await this.#client.publish(QUEUE, 'save', { path, bytes: 0, sha256: 'x'.repeat(500), durationMs: 0 });
      this.acknowledged.add(path);
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const post = async (url: string): Promise<Response> => {
  for (;;) {
    const response = await fetch(`${url}/backup`, { method: 'POST' });
    // The server has not noticed yet that the reader of the last one is gone.
    if (response.status !== 503) return response;
    await response.arrayBuffer();
  }
};

/** Reads a part of a backup, and leaves. */
const abandon = async (url: string, chunks: number): Promise<void> => {
  const reader = (await post(url)).body?.getReader();
  for (let read = 0; read < chunks; read++) if ((await reader?.read())?.done === true) return;
  await reader?.cancel();
};

let root: string;
let server: RunningServer;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backup-load-'));
  server = await startServerProcess(await freePort(), join(root, 'running'));
});
afterEach(async () => {
  await server.end('SIGTERM');
  await rm(root, { recursive: true });
});

/** The paths of all messages in their order, and the seqs that the group gets, of a restored backup. */
const contentOf = async (archive: Uint8Array): Promise<{ paths: string[]; delivered: number[] }> => {
  const [path, dataDir] = [join(root, 'backup.tar'), join(root, 'restored')];
  await writeFile(path, archive);
  await restore(path, dataDir);
  const restored = await startTestServer({ dataDir: join(dataDir, 'queue') });
  const client = connect(contract, { url: restored.url });
  const { lastSeq = 0 } = (await client.admin.queues()).find(({ queue }) => queue === QUEUE) ?? {};
  const [paths, delivered]: [string[], number[]] = [[], []];
  for await (const { seq, payload } of client.tail(QUEUE, { from: 'start', events: ['save'] })) {
    if (paths.push(payload.path) !== seq) throw new Error(`message ${paths.length} has the seq ${seq}`);
    if (seq === lastSeq) break;
  }
  client.subscribe(QUEUE, { group: GROUP, concurrency: 100 }, ({ seq }) => void delivered.push(seq));
  const done = async (): Promise<boolean> => (await client.admin.groups(QUEUE))[0]?.depth === 0;
  while (!(await done())) await turn();
  await client.close();
  await restored.close();
  await rm(dataDir, { recursive: true });
  return { paths, delivered };
};

it('of a server under load has all that was acknowledged, delivers nothing that was settled, and leaves the server as it is', async () => {
  const random = seededRandom(1);
  const load = new Load(server.url);
  const member = await load.consume(server.url);
  const backups: { readonly archive: Uint8Array; readonly model: Model }[] = [];
  for (let n = 0; n < BACKUPS; n++) {
    await load.grow(BETWEEN);
    await abandon(server.url, random.below(4));
    const { model } = load;
    backups.push({ archive: new Uint8Array(await (await post(server.url)).arrayBuffer()), model });
  }
  const { port } = new URL(server.url);
  const running = post(server.url).then(async (response) => response.arrayBuffer());
  running.catch(() => undefined);
  await server.end('SIGKILL');
  member.socket.disconnect();
  server = await startServerProcess(Number(port), join(root, 'running'));
  await load.stop();

  const { archive } = { archive: new Uint8Array(await (await post(server.url)).arrayBuffer()) };
  for (const { archive: bytes, model } of [...backups, { archive, model: load.model }]) {
    const { paths, delivered } = await contentOf(bytes);
    const stored = new Set(paths);
    expect(stored.size).toBe(paths.length);
    expect([...model.acknowledged].filter((path) => !stored.has(path))).toEqual([]);
    expect(delivered.filter((seq) => model.settled.has(seq))).toEqual([]);
    expect(delivered.filter((seq) => seq > paths.length)).toEqual([]);
  }
});
