import type { Socket } from 'node:net';
import { addressRange } from '../access/address-range.js';

export interface Refusal {
  /** The limit that was reached. */
  readonly bound: 'server' | 'address';
  /** Of the closed connection. */
  readonly address: string;
}

export interface ConnectionLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Whether the connections from an address belong to many clients: then only those of each client are limited. */
  readonly isProxy: (address: string) => boolean;
  readonly onRefused: (refusal: Refusal) => void;
}

/**
 * Limits the TCP connections of the server, all together and from one address (one /64 of IPv6), idle ones included. At a
 * limit, a new connection replaces the oldest that is not admitted; only if all are admitted, the new one is closed. So
 * idle connections keep nobody out.
 */
export class ConnectionLimits {
  readonly #options: ConnectionLimitsOptions;
  readonly #all: ConnectionPool;
  readonly #byAddress = new Map<string, ConnectionPool>();
  /** By connection, the pools that it counts in. */
  readonly #counted = new Map<Socket, { readonly address: string; readonly pools: Set<ConnectionPool> }>();

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
    this.#all = new ConnectionPool(undefined, options.maxConnections);
  }

  /** Counts an accepted connection. */
  enter(socket: Socket): void {
    const address = addressRange(socket.remoteAddress ?? '');
    this.#counted.set(socket, { address, pools: new Set() });
    socket.once('close', () => this.#leave(socket));
    this.#join(socket, this.#all);
    if (!this.#options.isProxy(socket.remoteAddress ?? '')) this.#join(socket, this.#of(address));
  }

  /** The connection of a proxy is for the client with this address. */
  attribute(socket: Socket, address: string): void {
    this.#join(socket, this.#of(addressRange(address)));
  }

  /** The connection is no longer replaced. */
  admit(socket: Socket): void {
    for (const pool of this.#counted.get(socket)?.pools ?? []) pool.admit(socket);
  }

  #of(address: string): ConnectionPool {
    const { maxConnectionsPerAddress } = this.#options;
    const pool = this.#byAddress.get(address) ?? new ConnectionPool(address, maxConnectionsPerAddress);
    this.#byAddress.set(address, pool);
    return pool;
  }

  #join(socket: Socket, pool: ConnectionPool): void {
    const counted = this.#counted.get(socket);
    if (counted === undefined || counted.pools.has(pool)) return;
    counted.pools.add(pool);
    const excess = pool.enter(socket);
    if (excess === undefined) return;
    const address = pool.address ?? this.#counted.get(excess)?.address ?? '';
    this.#options.onRefused({ bound: pool === this.#all ? 'server' : 'address', address });
    this.#leave(excess);
    excess.destroy();
  }

  #leave(socket: Socket): void {
    const counted = this.#counted.get(socket);
    this.#counted.delete(socket);
    for (const pool of counted?.pools ?? []) {
      pool.leave(socket);
      if (pool.address !== undefined && pool.size === 0) this.#byAddress.delete(pool.address);
    }
  }
}

/** Connections that share a limit. */
class ConnectionPool {
  /** Undefined: any. */
  readonly address: string | undefined;
  readonly #limit: number;
  readonly #admitted = new Set<Socket>();
  /** Not admitted, the oldest first. */
  readonly #arriving = new Set<Socket>();

  constructor(address: string | undefined, limit: number) {
    this.address = address;
    this.#limit = limit;
  }

  get size(): number {
    return this.#admitted.size + this.#arriving.size;
  }

  /** Adds a connection. Returns the one to be closed for it, which may be itself. */
  enter(socket: Socket): Socket | undefined {
    const [oldest] = this.size >= this.#limit ? this.#arriving : [];
    this.#arriving.add(socket);
    return this.size > this.#limit ? (oldest ?? socket) : undefined;
  }

  admit(socket: Socket): void {
    if (this.#arriving.delete(socket)) this.#admitted.add(socket);
  }

  leave(socket: Socket): void {
    this.#arriving.delete(socket);
    this.#admitted.delete(socket);
  }
}
