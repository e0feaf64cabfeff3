import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { isFragment, type Fragment } from './frame-packet.js';

type Written = () => void;

type Message =
  | { readonly kind: 'text'; readonly data: string }
  | { readonly kind: 'binary'; readonly data: Uint8Array }
  /** Encoded for the network already. */
  | { readonly kind: 'fragment'; readonly fragment: Fragment };

interface Waiting {
  readonly message: Message;
  readonly written: Written | undefined;
}

interface Events {
  message: [data: string | Uint8Array, isBinary: boolean];
  fragment: [fragment: Fragment];
  close: [];
  error: [error: Error];
}

const [OPEN, CLOSED] = [1, 3];
/** What RFC 6455 asks for. The key is against caches in between. */
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
};

/**
 * One end of a WebSocket within this process: messages go to the other end as they are, without frames. It has what
 * Engine.IO asks of a WebSocket of `ws`, lives as long as its stream, and the stream carries nothing but the upgrade.
 */
export class DirectWebSocket extends EventEmitter<Events> {
  /** By their streams. */
  static readonly #all = new WeakMap<Duplex, DirectWebSocket>();

  /** Makes both ends, on both ends of a stream. */
  static pair(near: Duplex, far: Duplex): void {
    const [one, other] = [new DirectWebSocket(near), new DirectWebSocket(far)];
    one.#peer = other;
    other.#peer = one;
  }

  static of(stream: Duplex): DirectWebSocket | undefined {
    return DirectWebSocket.#all.get(stream);
  }

  /** Where `ws` takes what is encoded already: fragments, and the texts that Socket.IO broadcasts, after their header. */
  readonly _sender = {
    sendFrame: (frame: Fragment, written?: Written): void => {
      if (isFragment(frame)) this.#send({ kind: 'fragment', fragment: frame }, written);
      else this.send(textOf(frame), written);
    },
  };

  readonly #stream: Duplex;
  #peer: DirectWebSocket | undefined;
  #readyState = OPEN;
  #isPaused = false;
  #waiting: Waiting[] = [];
  #isReading = false;
  /** What waits at the other end. */
  #unreadBytes = 0;

  private constructor(stream: Duplex) {
    super();
    this.#stream = stream;
    DirectWebSocket.#all.set(stream, this);
    stream.once('close', () => this.#closed());
  }

  /** Asks the HTTP server at the other end for the upgrade, with which the other end is used. */
  askUpgrade(url: string, headers: Readonly<Record<string, string>>): void {
    const { host, pathname, search } = new URL(url);
    const fields = Object.entries({ host, ...UPGRADE, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    this.#stream.write([`GET ${pathname}${search} HTTP/1.1`, ...fields, '', ''].join('\r\n'));
    // It ends when the upgrade was refused.
    this.#stream.resume();
  }

  get readyState(): number {
    return this.#readyState;
  }

  /** Bytes, or characters, that the other end has not read. */
  get bufferedAmount(): number {
    return this.#unreadBytes;
  }

  send(data: string | Uint8Array, written?: Written): void {
    this.#send(typeof data === 'string' ? { kind: 'text', data } : { kind: 'binary', data }, written);
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#readLater();
  }

  close(): void {
    this.#stream.destroy();
  }

  terminate(): void {
    this.#stream.destroy();
  }

  #send(message: Message, written: Written | undefined): void {
    const peer = this.#peer;
    if (this.#readyState === OPEN && peer !== undefined) peer.#take({ message, written });
  }

  #take(arriving: Waiting): void {
    if (this.#readyState !== OPEN) return;
    this.#waiting.push(arriving);
    this.#countUnread(sizeOf(arriving.message));
    this.#readLater();
  }

  /** Not before whoever sent goes on, as with a network. */
  #readLater(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    queueMicrotask(() => {
      this.#isReading = false;
      this.#read();
    });
  }

  #read(): void {
    while (!this.#isPaused) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#countUnread(-sizeOf(next.message));
      this.#deliver(next.message);
      next.written?.();
    }
  }

  #countUnread(change: number): void {
    if (this.#peer !== undefined) this.#peer.#unreadBytes += change;
  }

  #deliver(message: Message): void {
    switch (message.kind) {
      case 'text':
        this.emit('message', message.data, false);
        break;
      case 'binary':
        this.emit('message', message.data, true);
        break;
      case 'fragment':
        this.emit('fragment', message.fragment);
    }
  }

  #closed(): void {
    this.#readyState = CLOSED;
    this.#waiting = [];
    this.emit('close');
  }
}

const textOf = ([, { buffer, byteOffset, byteLength }]: Fragment): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

const sizeOf = (message: Message): number => {
  switch (message.kind) {
    case 'text':
      return message.data.length;
    case 'binary':
      return message.data.byteLength;
    case 'fragment':
      return message.fragment[1].byteLength;
  }
};
