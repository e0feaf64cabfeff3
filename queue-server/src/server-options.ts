import type { Contract } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { Authenticator } from '@typed-queue/program';
import type { Logger } from 'pino';
import type { MemoryBudget } from './access/budget.js';
import type { Certificate } from './access/certificate.js';
import type { LimitOptions } from './limits.js';
import type { EngineSettings, Storage } from './open-engine.js';
import type { ObservationClocks } from './open-observation.js';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_DRAIN_MS = 20_000;

export interface ServingOptions
  extends EngineSettings, LimitOptions, Pick<ObservationClocks, 'measuringClock'> {
  /** Default: the system's own contract. */
  readonly contract?: Contract | undefined;
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any that is free. */
  readonly port?: number | undefined;
  /**
   * Each client must show one of them as its token. Of 16 characters or more, and not easily guessed. Default: everybody
   * who reaches the server may connect, which `host` must be loopback for.
   */
  readonly keys?: readonly string[] | undefined;
  /** Finds the principal of a token, in place of `keys`. */
  readonly authenticator?: Authenticator | undefined;
  /** `none`: everybody may connect on any `host`, without keys; for a closed network. Logged as a warning. */
  readonly auth?: 'none' | undefined;
  /** Origins whose pages may connect, besides the server's own; `*`: all. Default: none. */
  readonly origins?: readonly string[] | undefined;
  /**
   * Names by which clients may call a server without keys, besides loopback and its address; `*`: any. With keys any
   * name is accepted, and these are the server's own origins. Default: none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Number of proxies before the server, whose `X-Forwarded-…` headers count. Default 0. */
  readonly trustedProxies?: number | undefined;
  /** What all connections together may use, in bytes. Default 256 MiB. */
  readonly memoryBudget?: number | undefined;
  /** In place of `memoryBudget`: what several parts of one server may use together. */
  readonly budget?: MemoryBudget | undefined;
  /** How long a closing server waits for the outcomes of what is in flight, in milliseconds. Default 20 s. */
  readonly drainMs?: number | undefined;
  /** Whether the dashboard is served, at `/`. Default: false. */
  readonly dashboard?: boolean | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Default: without TLS. */
  readonly tls?: Certificate | undefined;
  /** Milliseconds of a monotonic clock, by which rates are limited. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** Steers the deadlines of clients that are not admitted and of tokens, in tests. */
  readonly after?: After | undefined;
}

export type QueueServerOptions = Omit<ServingOptions, 'budget'> & Storage;
