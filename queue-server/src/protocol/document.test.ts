import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  contract as system,
  defineQueue,
  HOUR,
  MINUTE,
  queueErrors,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
  type ClientToServerEvents,
  type Contract,
  type ServerToClientEvents,
} from '@typed-queue/contracts';
import {
  MAX_FRAME_BYTES,
  MAX_FRAME_MESSAGES,
  MAX_FRAMES_IN_FLIGHT,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
} from '@typed-queue/contracts/wire';
import { Time } from '../engine/conformance/time.fixture.js';
import { KeyHolders } from '../rights/key-holders.fixture.js';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { bytesOf, readProtocolDocument, tableOf, type Block } from './document.fixture.js';
import { NameTranslation } from './name-translation.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const HANDSHAKE = {
  protocolVersion: PROTOCOL_VERSION,
  secret: '5b0c1f0e6a7d4d2f9a5e8c7b3a2d1e0f',
  name: 'print-shop',
};
const PLACEHOLDER = { _placeholder: true, num: 0 };
/** After it a packet is missing. */
const PATIENCE_MS = 120_000;
const DONE = [{ ok: true, value: null }];

const REQUESTS: Record<keyof ClientToServerEvents<Contract>, true> = {
  publish: true,
  'publish:frame': true,
  'publish:batch': true,
  'publish:batch:frame': true,
  subscribe: true,
  pause: true,
  settle: true,
  tail: true,
  position: true,
  unsubscribe: true,
  queues: true,
  groups: true,
  overview: true,
  history: true,
  message: true,
  'seq-at': true,
  'group:seek': true,
  'group:pause': true,
  'group:resume': true,
  'group:delete': true,
  'queue:purge': true,
  'dead-letters': true,
  'dead-letters:summary': true,
  'dead-letters:redrive': true,
  'dead-letters:discard': true,
  authenticate: true,
  contract: true,
  'contract:clients': true,
};
const EVENTS: Record<keyof ServerToClientEvents<Contract>, true> = {
  grant: true,
  'grant:frame': true,
  revoke: true,
  gap: true,
  stalled: true,
  replay: true,
  'dead-letters:expired': true,
  'passed-over': true,
  'replay:frame': true,
  live: true,
  behind: true,
  deliver: true,
  'deliver:frame': true,
  draining: true,
  'auth:expired': true,
};

const document = await readProtocolDocument();
const named = document.blocks.filter(({ language, name }) => language === 'json' && name !== '');
const frame = document.blocks.find(({ language }) => language === 'hex');
const attachment = frame === undefined ? undefined : bytesOf(frame);

const isPlaceholder = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '_placeholder' in value;

/** What a group hears that is as large as one may become: it needs a server of its own. */
const stalling = async (): Promise<unknown[]> => {
  const server = await startTestServer({ storage: 'memory' });
  const client = await plainClient(server.url);
  const publication = { event: 'save', payload: { path: '/', bytes: 0, sha256: '', durationMs: 0 } };
  for (const count of [4_096, 4_096, 1_809]) {
    await client.value(
      'publish',
      'files',
      Array.from({ length: count }, () => publication),
    );
  }
  const stalled = received(client.socket, 'stalled', 1);
  const window = { messages: 10_000, bytes: 64 * 1024 * 1024 };
  for (const subscription of ['one', 'two']) {
    await client.value('subscribe', { subscription, queue: 'files', group: 'busy', window });
  }
  const notice = await stalled;
  client.socket.disconnect();
  await server.close();
  return ['stalled', ...notice];
};

/** What a group hears when a dead letter is older than its queue keeps them: it takes a queue of its own. */
const expiring = async (): Promise<unknown[]> => {
  const time = new Time();
  const engine = { now: () => time.now, after: time.after };
  const files = defineQueue('files', { events: system.files.events, deadLetters: { maxAgeMs: HOUR } });
  const server = await startTestServer({ storage: 'memory', contract: { files }, engine });
  const client = await plainClient(server.url);
  const granted = received(client.socket, 'grant', 1);
  const payload = { path: '/', bytes: 0, sha256: '', durationMs: 0 };
  await client.value('publish', 'files', { event: 'save', payload });
  await client.value('subscribe', { subscription: 's', queue: 'files', group: 'logger' });
  // Safe: what a grant is made of.
  const [{ token }] = (await granted) as [{ token: number }];
  await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter' } }]);
  const expired = received(client.socket, 'dead-letters:expired', 1);
  time.pass(2 * HOUR);
  const notice = await expired;
  client.socket.disconnect();
  await server.close();
  return ['dead-letters:expired', ...notice];
};

/** What a client gets whose token expires, from a server with keys. */
const signingInAgain = async (): Promise<unknown[]> => {
  const holders = new KeyHolders();
  await holders.start();
  const token = (): string => holders.jsonWebToken('ann', { files: { publish: ['save'] } }, MINUTE);
  const client = await holders.client(token(), HANDSHAKE);
  const expired = received(client.socket, 'auth:expired', 1);
  holders.time.pass(2 * MINUTE);
  const [error] = await expired;
  expect(await client.refusal('queues')).toEqual(error);
  expect(await client.ask('authenticate', { token: token() })).toEqual(DONE[0]);
  expect(await client.value('queues')).toMatchObject([{ queue: 'files' }]);
  await holders.stop();
  return ['auth:expired', error];
};

/** The conversation of the document, with a real server. */
class Conversation {
  readonly #names = new NameTranslation();
  readonly #client: PlainClient;
  readonly #server: TestServer;
  readonly #time: Time;
  #heard: unknown[][] = [];
  #hear = (): void => undefined;

  /** `time`: by which the server measures its queues. */
  constructor(server: TestServer, client: PlainClient, time: Time) {
    this.#server = server;
    this.#client = client;
    this.#time = time;
    client.socket.onAny((event: string, ...args: unknown[]) => {
      this.#heard.push([event, ...args.map((each) => (each instanceof Uint8Array ? PLACEHOLDER : each))]);
      this.#hear();
    });
  }

  /** Received events that the document does not have. */
  get undocumented(): readonly unknown[] {
    return this.#heard;
  }

  async play(block: Block, next: Block | undefined): Promise<void> {
    const said: unknown = JSON.parse(block.text);
    const isEvent = Object.hasOwn(EVENTS, block.name);
    const heard = isEvent ? await this.#next(block.name) : await this.#ask(said as [string, ...unknown[]]);
    const expected: unknown = isEvent ? said : next?.name === 'answer' ? JSON.parse(next.text) : DONE;
    expect(this.#names.toDocument(heard, expected)).toEqual(expected);
  }

  async #ask([event, ...args]: [string, ...unknown[]]): Promise<unknown[]> {
    if (event === 'overview') this.#time.pass(10_000);
    const sent = args.map((each) => (isPlaceholder(each) ? attachment : this.#names.toServer(each)));
    return [await this.#client.ask(event, ...sent)];
  }

  async #next(event: string): Promise<unknown> {
    if (event === 'stalled') return stalling();
    if (event === 'dead-letters:expired') return expiring();
    if (event === 'auth:expired') return signingInAgain();
    if (event === 'draining') void this.#server.close();
    for (;;) {
      const place = this.#heard.findIndex(([name]) => name === event);
      if (place >= 0) return this.#heard.splice(place, 1)[0];
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS);
        this.#hear = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

describe('docs/protocol.md', () => {
  let server: TestServer;
  let client: PlainClient;
  let time: Time;

  beforeEach(async () => {
    time = new Time();
    const measuringClock = { now: () => time.now, wallNow: () => time.now, after: time.after };
    server = await startTestServer({ measuringClock });
    client = await plainClient(server.url, HANDSHAKE);
  });
  afterEach(async () => {
    client.socket.disconnect();
    await server.close();
  });

  it('is a conversation with this server, word for word', async () => {
    const conversation = new Conversation(server, client, time);
    for (const [place, block] of named.entries()) {
      if (block.name === 'answer') continue;
      await conversation.play(block, named[place + 1]);
    }
    expect(conversation.undocumented).toEqual([]);
  });
});

describe('the text of docs/protocol.md', () => {
  it('names each block by what it shows', () => {
    const shown = named.filter(({ name }) => name !== 'answer');
    expect(shown.map(({ text }) => (JSON.parse(text) as unknown[])[0])).toEqual(
      shown.map(({ name }) => name),
    );
  });

  it('shows every request and every event', () => {
    const names = named.map(({ name }) => name);
    expect(
      [...Object.keys(REQUESTS), ...Object.keys(EVENTS)].filter((name) => !names.includes(name)),
    ).toEqual([]);
  });

  it('is of one version wherever it names its own', () => {
    const [, field] =
      tableOf(document, 'field', 'meaning').find(([name]) => name === '`protocolVersion`') ?? [];
    expect(field).toMatch(`\`${PROTOCOL_VERSION}\`: the version of this document.`);
    const sent = [...document.text.matchAll(/"protocolVersion":(\d+)/g)].map(([, version]) =>
      Number(version),
    );
    expect(sent).toEqual([PROTOCOL_VERSION]);
  });

  it('lists each version that the server serves', () => {
    expect(document.text).toContain(
      `This server serves the protocol versions ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}.`,
    );
    const versions = tableOf(document, 'version', 'what it added').map(([version]) => Number(version));
    expect([versions.at(-1), versions[0]]).toEqual([OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION]);
    expect(versions).toHaveLength(PROTOCOL_VERSION - OLDEST_PROTOCOL_VERSION + 1);
  });

  it('has the table of errors', () => {
    const rows = Object.entries(queueErrors).map(([code, { retryable, meaning }]) => {
      return [`\`${code}\``, retryable ? 'yes' : 'no', meaning];
    });
    expect(tableOf(document, 'code', 'retryable', 'meaning')).toEqual(rows);
  });

  it('has the limits that both sides know', () => {
    const limits: unknown = Object.fromEntries(tableOf(document, 'what', 'limit'));
    expect(limits).toMatchObject({
      'payload, as JSON in UTF-8': `${MAX_PAYLOAD_BYTES.toLocaleString('en')} bytes`,
      'nesting of a payload': `${MAX_PAYLOAD_DEPTH} levels`,
      'headers, as JSON in UTF-8': `${MAX_HEADERS_BYTES.toLocaleString('en')} bytes`,
      'messages of an array, or of a frame': MAX_FRAME_MESSAGES.toLocaleString('en'),
      'bytes of a frame; messages of an array, packed as one': `${MAX_FRAME_BYTES.toLocaleString('en')} bytes`,
      'frames of a queue without a receipt': `${MAX_FRAMES_IN_FLIGHT}`,
    });
  });
});
