import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { pino } from 'pino';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

/** The keys of a limited server. */
export const [ONE, OTHER] = ['key-of-the-first-one', 'key-of-the-other-one'] as const;
export const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const PRODUCER = newId();

interface FrameOf {
  readonly count: number;
  readonly firstNumber?: number;
  readonly payload?: object;
}
export const frame = ({ count, firstNumber = 1, payload = save }: FrameOf): Uint8Array =>
  encodeFrame(
    Array.from({ length: count }, () => ({ id: newId(), event: 'save', payload: JSON.stringify(payload) })),
    { producer: PRODUCER, firstNumber },
  ).bytes;

/** A server with keys and low limits, by a clock that the test moves. */
export class LimitedServer {
  /** Milliseconds. */
  now = 0;
  readonly #lines: string[] = [];
  readonly #clients: PlainClient[] = [];
  readonly server: Promise<TestServer> = startTestServer({
    storage: 'memory',
    keys: [ONE, OTHER],
    now: () => this.now,
    logger: pino({ level: 'warn' }, { write: (line: string) => this.#lines.push(line) }),
    messagesPerSecond: 10,
    bytesPerSecond: 100_000,
    maxSubscriptions: 3,
    maxGroupsPerConnection: 2,
    maxWrongKeys: 2,
    maxPayloadBytes: 2_000,
    maxHeadersBytes: 100,
  });

  async client(token: string = ONE): Promise<PlainClient> {
    const made = await plainClient((await this.server).url, { token });
    this.#clients.push(made);
    return made;
  }

  /** The texts of the log. */
  warnings(): string[] {
    return this.#lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients.splice(0)) socket.disconnect();
    await (await this.server).close();
  }
}
