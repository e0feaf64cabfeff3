import type { AddressInfo } from 'node:net';
import { Duplex, type DuplexOptions } from 'node:stream';
import type { TunnelOrigin } from './tunnel-origin.js';

const LOOPBACK = '127.0.0.1';
const PORTS = 2 ** 32;

let lastPort = 0;

/** A stream with what HTTP servers and WebSockets ask of a socket. It keeps no process alive. */
export abstract class SocketStream extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly remoteFamily: string | undefined;
  readonly localAddress = LOOPBACK;
  /** No port: it tells the connections of a client apart. */
  readonly localPort: number;
  readonly connecting = false;
  /** As set by `setTimeout`, in milliseconds. */
  timeout = 0;
  #bytesRead = 0;
  #bytesWritten = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DuplexOptions, origin?: TunnelOrigin) {
    super(options);
    this.localPort = lastPort = (lastPort + 1) % PORTS;
    if (origin === undefined) return;
    this.remoteAddress = origin.address;
    this.remotePort = origin.port ?? 0;
    this.remoteFamily = origin.address.includes(':') ? 'IPv6' : 'IPv4';
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }
  get bytesWritten(): number {
    return this.#bytesWritten;
  }
  get pending(): boolean {
    return this.connecting;
  }
  get bufferSize(): number {
    return this.writableLength;
  }

  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  address(): AddressInfo {
    return { address: this.localAddress, port: this.localPort, family: 'IPv4' };
  }

  /** Emits `timeout` when nothing came or went for as long; 0: never. */
  setTimeout(ms: number, listener?: () => void): this {
    this.timeout = ms;
    this.stopTimeout();
    if (ms > 0 && !this.destroyed) this.#timer = setTimeout(() => this.emit('timeout'), ms).unref();
    if (listener === undefined) return this;
    return ms > 0 ? this.once('timeout', listener) : this.off('timeout', listener);
  }

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /** Ends it as soon as what was written is sent. */
  destroySoon(): void {
    this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Ends it at once, and what the other end has not read is lost. */
  abstract resetAndDestroy(): this;

  protected countRead(bytes: number): void {
    this.#bytesRead += bytes;
    this.#timer?.refresh();
  }
  protected countWritten(bytes: number): void {
    this.#bytesWritten += bytes;
    this.#timer?.refresh();
  }
  protected stopTimeout(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
