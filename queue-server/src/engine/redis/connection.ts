import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { Redis, RedisOptions } from 'ioredis';
import { Buffer } from 'node:buffer';
import { tlsOptions, type StoreTls } from '../remote/store-tls.js';
import { databaseOf } from './redis-url.js';

export type Argument = string | number | Uint8Array;

/** A connection to Redis that sends no command twice: when it is lost, every command without an answer rejects. */
export interface RedisConnection {
  /** Texts are buffers in what it resolves to. */
  call(command: string, args: readonly Argument[]): Promise<unknown>;
  /** Called once, with why it was lost or closed; at once when it is. */
  onClosed(listener: (error: Error) => void): void;
  close(): void;
}

/** Makes one connection that can be used at once. */
export type Connect = () => Promise<RedisConnection>;

const CONNECT_TIMEOUT_MS = 5_000;
/** The lease is renewed more often than this, so a connection without any answer for so long is lost. */
const SILENCE_MS = 10_000;

/** Where its major version is named, too: the package.json. */
const CLIENT = 'ioredis@6';

/** Where a Redis is. */
export interface RedisAddress {
  /** `redis://` or `rediss://`, with user, password and database where they are needed. */
  readonly url: string;
  /** Of `rediss://`. */
  readonly tls?: StoreTls | undefined;
}

/**
 * Makes connections to a Redis.
 * @throws QueueError `config_invalid` when its client library is not installed
 */
export const connector = async (
  { url, tls = {} }: RedisAddress,
  load = () => import('ioredis'),
): Promise<Connect> => {
  const { Redis } = await load().catch((cause: unknown) => {
    throw new QueueError(
      'config_invalid',
      `Redis needs the package ioredis, which cannot be loaded (${messageOf(cause)}). Install it: npm install ${CLIENT}`,
      { cause },
    );
  });
  const options = url.startsWith('rediss:') ? { ...OPTIONS, tls: tlsOptions(tls) } : OPTIONS;
  return () => connected(new Redis(url, options), databaseOf(url));
};

const OPTIONS = {
  lazyConnect: true,
  protocol: 2,
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  connectionName: 'typed-queue',
  // A command that was sent before may have been executed: who sent it decides.
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: null,
  retryStrategy: () => null,
} satisfies RedisOptions;

const connected = async (client: Redis, database: string): Promise<RedisConnection> => {
  let cause: Error | undefined;
  client.on('error', (error) => (cause = error));
  await client.connect().catch((error: unknown) => {
    client.disconnect();
    throw cause ?? error;
  });
  // The client library ignores that there is no such database.
  await client.select(database).catch((error: unknown) => {
    client.disconnect();
    throw bare(error);
  });
  const why = (): Error => cause ?? new Error('the connection was closed');
  return {
    call: (command, args) =>
      client.callBuffer(command, args.map(sendable)).catch((error: unknown) => {
        throw bare(error);
      }),
    onClosed: (listener) => {
      if (client.status === 'end') listener(why());
      else client.once('end', () => listener(why()));
    },
    close: () => client.disconnect(),
  };
};

/** Errors have the whole command with them: payloads must not be logged. */
const bare = (error: unknown): unknown => {
  if (typeof error === 'object' && error !== null) Reflect.deleteProperty(error, 'command');
  return error;
};

/** ioredis sends the text of bytes that are no buffer. */
const sendable = (value: Argument): string | number | Buffer =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
