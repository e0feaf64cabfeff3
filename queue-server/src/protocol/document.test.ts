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
import { CALL_EVENTS, CALL_REQUESTS, CallServer } from './call-server.fixture.js';
import { Conversation } from './conversation.fixture.js';
import { bytesOf, readProtocolDocument, tableOf, type Block } from './document.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const HANDSHAKE = {
  protocolVersion: PROTOCOL_VERSION,
  secret: '5b0c1f0e6a7d4d2f9a5e8c7b3a2d1e0f',
  name: 'print-shop',
};
const REQUESTS: Record<keyof ClientToServerEvents<Contract>, true> = {
  ...CALL_REQUESTS,
  publish: true,
  'publish:frame': true,
  'publish:batch': true,
  'publish:batch:frame': true,
  'publish:expected': true,
  'publish:expected:frame': true,
  schedule: true,
  scheduled: true,
  'scheduled:peek': true,
  'scheduled:cancel': true,
  schedules: true,
  'schedules:put': true,
  'schedules:delete': true,
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
  ...CALL_EVENTS,
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

/** Those that are played with a server whose contract has calls. */
const isOfCalls = ({ name }: Block): boolean =>
  Object.hasOwn(CALL_REQUESTS, name) || Object.hasOwn(CALL_EVENTS, name);

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
  expect(await client.ask('authenticate', { token: token() })).toEqual({ ok: true, value: null });
  expect(await client.value('queues')).toMatchObject([{ queue: 'files' }]);
  await holders.stop();
  return ['auth:expired', error];
};

describe('docs/protocol.md', () => {
  let server: TestServer;
  let client: PlainClient;
  let time: Time;
  let calls: CallServer;

  beforeEach(async () => {
    time = new Time();
    const measuringClock = { now: () => time.now, wallNow: () => time.now, after: time.after };
    server = await startTestServer({ measuringClock });
    client = await plainClient(server.url, HANDSHAKE);
    calls = await CallServer.start(HANDSHAKE);
  });
  afterEach(async () => {
    client.socket.disconnect();
    await server.close();
    await calls.close();
  });

  const withServer = (): Conversation =>
    new Conversation(client, {
      events: EVENTS,
      attachment,
      before: { overview: () => time.pass(10_000), draining: () => void server.close() },
      elsewhere: { stalled: stalling, 'dead-letters:expired': expiring, 'auth:expired': signingInAgain },
    });

  it('is a conversation with this server, word for word', async () => {
    const [conversation, calling] = [withServer(), calls.conversation()];
    for (const [place, block] of named.entries()) {
      if (block.name === 'answer') continue;
      const played = isOfCalls(block) ? calling : conversation;
      await played.play(block, named[place + 1]);
    }
    expect([...conversation.undocumented, ...calling.undocumented]).toEqual([]);
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
