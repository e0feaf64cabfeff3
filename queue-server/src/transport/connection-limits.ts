import type { Socket } from 'node:net';
import { addressRange } from '../access/address-range.js';

export interface Refusal {
  /** Whose bound was reached. */
  readonly bound: 'server' | 'address';
  /** Of the connection that was closed. */
  readonly address: string;
}

export interface ConnectionLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Do the connections from here belong to many clients? Then only those of each client are bounded. */
  readonly isProxy: (address: string) => boolean;
  readonly onRefused: (refusal: Refusal) => void;
}

/**
 * Bounds the TCP connections of the server, all together and from one address (of IPv6, from one /64), idle ones
 * included. At a bound the oldest that is not admitted makes room for a new one; only where all are admitted is the
 * new one closed. So connections that only wait keep nobody out.
 */
export class ConnectionLimits {
  readonly #options: ConnectionLimitsOptions;
  readonly #all: Crowd;
  readonly #byAddress = new Map<string, Crowd>();
  /** What each connection counts in. */
  readonly #counted = new Map<Socket, { readonly address: string; readonly crowds: Set<Crowd> }>();

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
    this.#all = new Crowd(undefined, options.maxConnections);
  }

  /** Counts a connection that was just accepted. */
  enter(socket: Socket): void {
    const address = addressRange(socket.remoteAddress ?? '');
    this.#counted.set(socket, { address, crowds: new Set() });
    socket.once('close', () => this.#leave(socket));
    this.#join(socket, this.#all);
    if (!this.#options.isProxy(socket.remoteAddress ?? '')) this.#join(socket, this.#of(address));
  }

  /** Behind a proxy: this is the address of the client that the connection is for. */
  attribute(socket: Socket, address: string): void {
    this.#join(socket, this.#of(addressRange(address)));
  }

  /** The connection makes room for nobody any more. */
  admit(socket: Socket): void {
    for (const crowd of this.#counted.get(socket)?.crowds ?? []) crowd.admit(socket);
  }

  #of(address: string): Crowd {
    const { maxConnectionsPerAddress } = this.#options;
    const crowd = this.#byAddress.get(address) ?? new Crowd(address, maxConnectionsPerAddress);
    this.#byAddress.set(address, crowd);
    return crowd;
  }

  #join(socket: Socket, crowd: Crowd): void {
    const counted = this.#counted.get(socket);
    if (counted === undefined || counted.crowds.has(crowd)) return;
    counted.crowds.add(crowd);
    const excess = crowd.enter(socket);
    if (excess === undefined) return;
    const address = crowd.address ?? this.#counted.get(excess)?.address ?? '';
    this.#options.onRefused({ bound: crowd === this.#all ? 'server' : 'address', address });
    this.#leave(excess);
    excess.destroy();
  }

  #leave(socket: Socket): void {
    const counted = this.#counted.get(socket);
    this.#counted.delete(socket);
    for (const crowd of counted?.crowds ?? []) {
      crowd.leave(socket);
      if (crowd.address !== undefined && crowd.size === 0) this.#byAddress.delete(crowd.address);
    }
  }
}

/** Connections that share a bound. */
class Crowd {
  /** Undefined: from anywhere. */
  readonly address: string | undefined;
  readonly #bound: number;
  readonly #admitted = new Set<Socket>();
  /** Not admitted yet, the oldest first. */
  readonly #arriving = new Set<Socket>();

  constructor(address: string | undefined, bound: number) {
    this.address = address;
    this.#bound = bound;
  }

  get size(): number {
    return this.#admitted.size + this.#arriving.size;
  }

  /** Takes a connection in; returns the one that has to go for it, which may be itself. */
  enter(socket: Socket): Socket | undefined {
    const [oldest] = this.size >= this.#bound ? this.#arriving : [];
    this.#arriving.add(socket);
    return this.size > this.#bound ? (oldest ?? socket) : undefined;
  }

  admit(socket: Socket): void {
    if (this.#arriving.delete(socket)) this.#admitted.add(socket);
  }

  leave(socket: Socket): void {
    this.#arriving.delete(socket);
    this.#admitted.delete(socket);
  }
}
