import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { defineQueue, event, type Contract, type Receipt } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { io, type Socket } from 'socket.io-client';
import * as z from 'zod';
import { Time } from '../engine/conformance/time.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';
import { Transcript } from './transcript.fixture.js';

/** As many as the tests of a file may need. */
const QUEUES = 60;
const payload = z.strictObject({ n: z.number(), text: z.string().exactOptional() });
const failures = {
  disk_full: { retry: true },
  no_space: { retry: false, data: z.strictObject({ needed: z.number() }) },
} as const;

const contract: Contract = Object.fromEntries(
  Array.from({ length: QUEUES }, (_, place) => {
    const name = `queue-${place}`;
    return [
      name,
      defineQueue(name, { events: { save: event(payload, { failures }), error: payload } }),
    ] as const;
  }),
);

export interface Publication {
  readonly event: string;
  readonly payload: { readonly n: number; readonly text?: string };
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as a member or a tail gets it. */
export interface Received extends Publication {
  readonly seq: number;
  readonly time: number;
  readonly attempt?: number;
}

export interface Grant {
  readonly token: number;
  readonly messages: readonly Received[];
}

export const save = (n: number, more: Partial<Publication> = {}): Publication => ({
  event: 'save',
  payload: { n },
  ...more,
});

export const seqsOf = ({ messages }: Pick<Grant, 'messages'>): number[] => messages.map(({ seq }) => seq);
export const attemptsOf = ({ messages }: Grant): unknown[] =>
  messages.map(({ seq, attempt }) => [seq, attempt]);

/** One server for all tests of a file, whose clock is advanced only by the tests. */
export class SharedServer {
  readonly time = new Time();
  readonly #drainMs: number;
  readonly #clients: Socket[] = [];
  #server: TestServer | undefined;
  #queues = 0;

  /** `drainMs`: how long it waits, when it is stopped, for what members hold. */
  constructor({ drainMs = 0 } = {}) {
    this.#drainMs = drainMs;
  }

  get url(): string {
    if (this.#server === undefined) throw new Error('no test is running');
    return this.#server.url;
  }

  async start(): Promise<void> {
    const { time } = this;
    const engine = { now: () => time.now, after: time.after };
    this.#server = await startTestServer({ storage: 'memory', contract, drainMs: this.#drainMs, engine });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  /** The name of a queue that no other test uses. */
  queue(): string {
    if (this.#queues === QUEUES) throw new Error('there are no more queues');
    return `queue-${this.#queues++}`;
  }

  /** A connected client; rejects with the error of its handshake when it is refused. */
  async connect(auth: Readonly<Record<string, unknown>> = {}): Promise<Transcript> {
    const socket = io(this.url, { transports: ['websocket'], forceNew: true, reconnection: false, auth });
    this.#clients.push(socket);
    const transcript = new Transcript(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return transcript;
  }

  /** Publishes a number of messages to an empty queue; their seqs are 1, 2, 3 … and so are their numbers. */
  async fill(client: Transcript, queue: string, count: number): Promise<readonly Receipt[]> {
    const messages = Array.from({ length: count }, (_, place) => save(place + 1));
    const results = await client.value<readonly Result<Receipt>[]>('publish', queue, messages);
    return results.flatMap((result) => (result.ok ? [result.value] : []));
  }

  disconnect(): void {
    for (const socket of this.#clients.splice(0)) socket.disconnect();
  }
}

export const sharedServer = (): SharedServer => {
  const shared = new SharedServer();
  beforeAll(() => shared.start());
  afterEach(() => shared.disconnect());
  afterAll(() => shared.stop());
  return shared;
};
