import { afterEach, beforeEach } from '@jest/globals';
import type { Contract } from '@typed-queue/contracts';
import { Authenticator } from '@typed-queue/program';
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { After } from '@typed-queue/contracts/wire';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import type { LimitOptions } from '../limits.js';
import { startTestServer, type TestServer } from '../testing.js';

export interface Entry {
  readonly name: string;
  readonly expires?: string;
  readonly queues?: Readonly<Record<string, object>>;
}

const SECRET = 'a-secret-that-signs-tokens-of-tests';
const JWT = { audience: 'queue', issuer: 'tests', algorithms: ['HS256'], key: { secret: SECRET } };

/** The key of an entry. */
export const keyOf = (name: string): string => `key-of-${name}`;

/** A clock and timers that stand still. */
class Stillness {
  now = Date.UTC(2026, 0, 1);
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>();

  readonly after: After = (ms, run) => {
    const timer = {};
    this.#timers.set(timer, { at: this.now + ms, run });
    return () => this.#timers.delete(timer);
  };

  /** Runs what is due until then. */
  pass(ms: number): void {
    this.now += ms;
    for (const [timer, { at, run }] of [...this.#timers]) {
      if (at <= this.now && this.#timers.delete(timer)) run();
    }
  }
}

export type KeyHoldersOptions = Pick<LimitOptions, 'messagesPerSecond'> & {
  readonly now?: () => number;
  readonly contract?: Contract;
};

/** A server with a keys file, and clients that show keys of it. */
export class KeyHolders {
  time = new Stillness();
  /** What the server logged, as JSON. */
  log = '';
  readonly #options: KeyHoldersOptions;
  #folder = '';
  #server: TestServer | undefined;
  #clients: PlainClient[] = [];

  constructor(options: KeyHoldersOptions = {}) {
    this.#options = options;
  }

  get server(): TestServer {
    if (this.#server === undefined) throw new Error('no test is running');
    return this.#server;
  }

  async start(): Promise<void> {
    this.time = new Stillness();
    this.log = '';
    this.#folder = await mkdtemp(join(tmpdir(), 'key-holders-'));
    await this.write();
    const authenticator = await Authenticator.open({
      keysFile: this.#path,
      jwt: JWT,
      wallNow: () => this.time.now,
    });
    const logger = pino({ level: 'debug', base: null }, { write: (line: string) => (this.log += line) });
    const { after } = this.time;
    this.#server = await startTestServer({
      storage: 'memory',
      maxGroups: 40,
      authenticator,
      after,
      logger,
      ...this.#options,
    });
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#clients.splice(0)) socket.disconnect();
    await this.server.close();
    await rm(this.#folder, { recursive: true });
  }

  /** Replaces the entries of the keys file; the server does not know yet. */
  write(...entries: readonly Entry[]): Promise<void> {
    const keys = entries.map(({ name, ...rest }) => ({ name, sha256: digest(keyOf(name)), ...rest }));
    return writeFile(this.#path, JSON.stringify({ keys }), { mode: 0o600 });
  }

  /** Replaces the entries of the keys file and has the server read it. */
  async rewrite(...entries: readonly Entry[]): Promise<void> {
    await this.write(...entries);
    await this.server.reload();
  }

  /** A connected client that shows a token. */
  async client(token: string, auth: object = {}): Promise<PlainClient> {
    const client = await plainClient(this.server.url, { token, ...auth });
    this.#clients.push(client);
    return client;
  }

  /** A token that is valid for some milliseconds from now on. */
  jsonWebToken(sub: string, queues: Readonly<Record<string, object>>, ms: number): string {
    const exp = (this.time.now + ms) / 1_000;
    const payload = { sub, aud: 'queue', iss: 'tests', exp, typed_queue: { queues } };
    const text = [{ alg: 'HS256' }, payload].map((part) => base64url(JSON.stringify(part))).join('.');
    return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
  }

  get #path(): string {
    return join(this.#folder, 'keys.json');
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** New ones for each test of the file. */
export const keyHolders = (options?: KeyHoldersOptions): KeyHolders => {
  const holders = new KeyHolders(options);
  beforeEach(() => holders.start());
  afterEach(() => holders.stop());
  return holders;
};
