import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EVERYBODY } from '@typed-queue/program';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { AuditEntry } from '../access/audit.js';
import { RefusalCounts } from '../access/refusal-counts.js';
import { backupPage, MAX_READER_PAUSE_MS, type BackupStall } from './backup-page.js';
import { guarded } from './guarded-page.js';
import { servePages } from './pages.js';

const CHUNK = new Uint8Array(64 * 1024);

let http: Server;
let client: Socket;
/** The timer of the page, while it waits for its reader. */
let timer: { readonly ms: number; readonly run: () => void } | undefined;
let stalls: BackupStall[];
let errors: unknown[];
let audited: AuditEntry[];
/** How many chunks of the backup were made, and resolves when it was released. */
let made: number;
let released: Promise<unknown>;
let recorded: Promise<unknown>;

/** Serves a backup of so many chunks; the client has requested it, and reads nothing yet. */
const start = async (chunks: number): Promise<void> => {
  let release = (): void => undefined;
  let record = (): void => undefined;
  released = new Promise<void>((resolve) => (release = resolve));
  recorded = new Promise<void>((resolve) => (record = resolve));
  const archive = async function* (): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (made = 0; made < chunks; made++) yield CHUNK;
    } finally {
      release();
    }
  };
  const page = backupPage({
    queues: async () => [],
    begin: async () => archive(),
    audit: {
      action: (entry) => {
        audited.push(entry);
        record();
      },
    },
    onStalled: (stall) => stalls.push(stall),
    onError: (error) => errors.push(error),
    after: (ms, run) => {
      const own = { ms, run };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
  });
  const authenticate = async () => EVERYBODY;
  const guard = { wrongKeys: { from: () => ({ authenticate }) }, trustedProxies: 0 };
  const deps = { refusals: new RefusalCounts(), onError: (error: unknown) => errors.push(error) };
  const behindGuard = guarded(page, { ...guard, audit: { refusal: (entry) => audited.push(entry) } });
  http = createServer(servePages([behindGuard], deps)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  client = connect((http.address() as AddressInfo).port, '127.0.0.1').pause();
  client.on('error', () => undefined);
  client.write('POST /backup HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
};

/** Until no more of the backup is made: the buffers of the system are full. */
const untilStalled = async (): Promise<void> => {
  for (let last = -1; last !== made || timer === undefined;) {
    last = made;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const ENDLESS = 1_000_000;

beforeEach(() => {
  [stalls, errors, audited, made, timer] = [[], [], [], 0, undefined];
});
afterEach(async () => {
  client.destroy();
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
  await recorded;
});

describe('a backup whose reader stops', () => {
  beforeEach(async () => {
    await start(ENDLESS);
    await untilStalled();
  });

  it('waits for it as long as documented', () => {
    expect(timer?.ms).toBe(MAX_READER_PAUSE_MS);
  });

  it('is then ended, released and logged', async () => {
    timer?.run();
    await released;
    await recorded;
    const caller = { address: '127.0.0.1', principal: 'everybody' };
    expect(stalls).toEqual([{ ...caller, waitedMs: MAX_READER_PAUSE_MS }]);
    expect(audited).toEqual([{ ...caller, verb: 'backup', outcome: 'aborted' }]);
    expect(errors).toEqual([]);
  });

  it('ends with its connection, not as a complete answer', async () => {
    timer?.run();
    let text = '';
    client.setEncoding('latin1').on('data', (more: string) => (text += more));
    client.resume();
    await once(client, 'close');
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false);
  });

  it('goes on when it reads again', async () => {
    const [before, waiting] = [made, timer];
    client.resume();
    while (made < before + 100) await once(client, 'data');
    expect(timer).not.toBe(waiting);
  });

  it('is released without that line when its reader leaves', async () => {
    client.destroy();
    await released;
    await recorded;
    expect([stalls, errors]).toEqual([[], []]);
  });
});

it('waits for the end of a backup to be read, too', async () => {
  await start(100);
  await untilStalled();
  expect(made).toBeLessThanOrEqual(100);
  timer?.run();
  await recorded;
  expect(audited).toMatchObject([{ outcome: 'aborted' }]);
});

it('has no deadline once it was read', async () => {
  await start(100);
  client.resume();
  await recorded;
  expect(audited).toMatchObject([{ outcome: 'ok' }]);
  expect(timer).toBeUndefined();
});
