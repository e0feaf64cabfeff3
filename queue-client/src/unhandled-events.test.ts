import { describe, expect, it } from '@jest/globals';
import { QueueError, type AnyMessage } from '@typed-queue/contracts';
import { openSocket } from './connection/socket.js';
import { ManualRuntime } from './runtime.fixture.js';
import { heard, Stage, until } from './session.fixture.js';
import { UnhandledEvents } from './unhandled-events.js';

const stage = new Stage();

const of = { queue: 'files', group: 'logger' };
const message = (seq: number): AnyMessage => ({
  id: 'i',
  queue: 'files',
  event: 'save',
  payload: 1,
  headers: {},
  seq,
  time: 1,
});

const open = () => {
  const runtime = new ManualRuntime();
  return { runtime, lines: runtime.warnings, unhandled: new UnhandledEvents(runtime, 'http://host:3333') };
};

describe('on the console', () => {
  it('is the first error of a handler and of its kind; a flood is folded until it was quiet for a minute', () => {
    const { runtime, lines, unhandled } = open();
    const fail = (error: unknown, seq = 5): void =>
      unhandled.log('handler:error', { ...of, message: message(seq), attempt: 2, error });
    for (let seq = 1; seq <= 250; seq++) fail(new TypeError(`no ${seq}`), seq);
    fail('a text');
    runtime.pass(60_000);
    fail(new TypeError('again'));
    const where = (seq: number) =>
      `queue client: a handler of group "logger" failed at message ${seq} ("save") of "files", attempt 2:`;
    expect(lines).toEqual([
      `${where(1)} TypeError: no 1`,
      `${where(10)} TypeError: no 10 (number 10 of its kind)`,
      `${where(100)} TypeError: no 100 (number 100 of its kind)`,
      `${where(5)} a text`,
      `${where(5)} TypeError: again`,
    ]);
  });

  it('is the first error of a responder and of its kind', () => {
    const { lines, unhandled } = open();
    const fail = (error: unknown): void =>
      unhandled.log('call:error', { queue: 'stock', call: 'reserve', attempt: 2, error });
    for (const text of ['no 17', 'no 18', 'odd']) fail(new TypeError(text));
    fail({ why: 'an object' });
    fail('a text');
    const where = 'queue client: a responder of "reserve" of "stock" failed, attempt 2:';
    expect(lines).toEqual([
      `${where} TypeError: no 17`,
      `${where} TypeError: odd`,
      `${where} {"why":"an object"}`,
      `${where} a text`,
    ]);
  });

  it('is each dead letter, a flood of them folded', () => {
    const { lines, unhandled } = open();
    for (let seq = 1; seq <= 1_000; seq++) {
      unhandled.log('dead-letter', {
        ...of,
        message: message(seq),
        attempt: 6,
        code: 'rejected',
        reason: 'odd',
      });
    }
    expect(lines.slice(0, 1)).toEqual([
      'queue client: message 1 ("save") of "files" went to the dead letters of group "logger" (rejected): odd',
    ]);
    expect(lines.map((line) => /message (\d+)/.exec(line)?.[1])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1_000].map(String),
    );
  });

  it('is a handler that does not return, and what the server refuses', () => {
    const { lines, unhandled } = open();
    unhandled.log('handler:slow', { ...of, message: message(7), attempt: 1, runningMs: 60_000 });
    unhandled.log('error', { error: new QueueError('unauthorized', 'no token') });
    unhandled.log('error', { ...of, error: new QueueError('group_conflict', 'others') });
    expect(lines).toEqual([
      'queue client: the handler of message 7 ("save") of "files" in group "logger" has been running for 60 s',
      'queue client: unauthorized: no token',
      'queue client: group_conflict: others (queue "files", group "logger")',
    ]);
  });

  it('is one line, whatever it contains', () => {
    const { lines, unhandled } = open();
    const odd = {
      toJSON: () => {
        throw new Error('odd');
      },
    };
    for (const error of [new Error('a\nb\u001b[31mc'), odd]) {
      unhandled.log('handler:error', { ...of, message: message(1), attempt: 1, error });
    }
    expect(lines.map((line) => line.slice(line.indexOf('attempt')))).toEqual([
      'attempt 1: Error: a\\u000ab\\u001b[31mc',
      'attempt 1: what it threw has no text',
    ]);
  });

  it('is a token that others can read', () => {
    const { lines, unhandled } = open();
    unhandled.log('token:exposed', { server: 'http://host:3333' });
    expect(lines).toEqual(['queue client: the token goes to http://host:3333 unencrypted; use https or wss']);
  });

  it('is nothing of the events that say that all is well', () => {
    const { lines, unhandled } = open();
    unhandled.log('connected', { again: false });
    unhandled.log('tail:live', { queue: 'files', next: 1 });
    expect(lines).toEqual([]);
  });
});

describe('a client without a server', () => {
  const openCounting = () => {
    const lines: string[] = [];
    let failures = 0;
    const client = stage.open(
      {},
      {
        warn: (line) => lines.push(line),
        openSocket: (options) => {
          const socket = openSocket(options);
          socket.on('connect_error', () => failures++);
          return socket;
        },
      },
    );
    return { client, lines, failed: (times: number) => until(() => failures >= times) };
  };

  it('says so once for each outage, with the URL and the reason', async () => {
    const { client, lines, failed } = openCounting();
    await heard(client, 'connected');
    const closed = stage.server.close();
    await failed(3);
    await closed;
    expect(lines).toEqual([
      expect.stringMatching(
        /^queue client: no connection to http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*; trying again$/,
      ),
    ]);
  });

  it('says so again when it was connected between', () => {
    const { lines, unhandled } = open();
    const cause = Object.assign(new Error('getaddrinfo nowhere'), { code: 'ENOTFOUND' });
    unhandled.log('connection:failed', { cause });
    unhandled.log('connection:failed', { cause });
    unhandled.connected();
    unhandled.log('connection:failed', { cause: new Error('websocket error') });
    expect(lines).toEqual([
      'queue client: no connection to http://host:3333: getaddrinfo nowhere (ENOTFOUND); trying again',
      'queue client: no connection to http://host:3333: browsers do not say why; trying again',
    ]);
  });

  it('says nothing when somebody listens', async () => {
    await stage.server.close();
    const { client, lines, failed } = openCounting();
    client.on('connection:failed', () => undefined);
    await failed(2);
    expect(lines).toEqual([]);
  });
});

describe('a token that goes over the network as it is', () => {
  const url = 'http://192.0.2.1:3333';
  const client = (warnings: string[], connectTo = url) =>
    stage.open(
      { url: connectTo, token: 'secret' },
      {
        warn: (line) => warnings.push(line),
        openSocket: (options) => openSocket({ ...options, url: stage.url }),
      },
    );
  const EXPOSED = expect.stringMatching(/the token goes to http:\/\/192\.0\.2\.1:3333 unencrypted/);

  it('is logged once on the console', async () => {
    const warnings: string[] = [];
    await heard(client(warnings), 'connected');
    expect(warnings).toEqual([EXPOSED]);
  });

  it('goes to a listener instead', async () => {
    const warnings: string[] = [];
    expect(await heard(client(warnings), 'token:exposed')).toEqual({ server: url });
    expect(warnings).toEqual([]);
  });

  it('is none on loopback', async () => {
    const warnings: string[] = [];
    await heard(client(warnings, stage.url), 'connected');
    expect(warnings).toEqual([]);
  });
});
