import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { PacketType } from 'socket.io-parser';
import { WebSocket } from 'ws';
import { DirectWebSocket } from '../../transport/direct-web-socket.js';
import type { Fragment } from '../../transport/frame-packet.js';

/** Packets of Engine.IO on a WebSocket. */
const ENGINE = { open: '0', ping: '2', pong: '3', message: '4' } as const;
/** The host is what units without keys ask for; nothing is resolved or dialled. */
const URL = 'ws://127.0.0.1/socket.io/?EIO=4&transport=websocket';
/** More than any answer takes, or any batch. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A packet of Socket.IO, undecoded. */
export interface UnitPacket {
  readonly text: string;
  readonly attachments: readonly Uint8Array[];
}

/** As much of a WebSocket as is used. */
interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array, written: () => void): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface UnitSocketDeps {
  /** Of the client, for the unit. */
  readonly address: string;
  /** Of the handshake. */
  readonly auth: object;
  readonly onPacket: (packet: UnitPacket) => void;
  /** Of an event, encoded for the network: from a unit of this process. */
  readonly onFragment: (fragment: Fragment) => void;
  /** The unit pings: `pong` answers. */
  readonly onPing: (pong: () => void) => void;
  /** Something was written to the stream. */
  readonly onWritten: () => void;
  /** Once. */
  readonly onClosed: () => void;
}

const HEADER = /^5(\d+)-|^6(\d+)-/;

/** The client's end of Socket.IO over a stream; packets stay as they are on the wire. */
export class UnitSocket {
  readonly #socket: Socket;
  readonly #deps: UnitSocketDeps;
  /** A packet that waits for the rest of its attachments. */
  #arriving:
    { readonly text: string; readonly attachments: Uint8Array[]; readonly expected: number } | undefined;

  constructor(stream: Duplex, deps: UnitSocketDeps) {
    this.#deps = deps;
    this.#socket = this.#directSocket(stream) ?? this.#framedSocket(stream);
  }

  send(text: string, attachment?: Uint8Array): void {
    this.#write(ENGINE.message + text);
    if (attachment !== undefined) this.#write(attachment);
  }

  /** Bytes that the stream has not taken. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data, this.#deps.onWritten);
  }

  #framedSocket(stream: Duplex): Socket {
    const socket = new WebSocket(URL, {
      createConnection: () => stream,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      headers: { 'x-forwarded-for': this.#deps.address },
      // Masks are against proxies in between: there are none, and a mask of zeros costs nothing.
      generateMask: (mask) => mask.fill(0),
    });
    socket.on('message', (data, isBinary) => {
      // Safe: the default `binaryType` gives buffers.
      const bytes = data as Buffer;
      if (isBinary) this.#addAttachment(bytes);
      else this.#addText(bytes.toString());
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      stream.destroy();
      this.#deps.onClosed();
    });
    return socket;
  }

  /** To a unit of this process. */
  #directSocket(stream: Duplex): Socket | undefined {
    const socket = DirectWebSocket.of(stream);
    if (socket === undefined) return undefined;
    const { address, onFragment, onClosed } = this.#deps;
    socket.on('message', (data) => {
      if (typeof data === 'string') this.#addText(data);
      else this.#addAttachment(data);
    });
    socket.on('fragment', onFragment);
    socket.once('close', onClosed);
    socket.askUpgrade(URL, { 'x-forwarded-for': address });
    return socket;
  }

  #addText(text: string): void {
    const rest = text.slice(1);
    switch (text.charAt(0)) {
      case ENGINE.open:
        this.send(String(PacketType.CONNECT) + JSON.stringify(this.#deps.auth));
        return;
      case ENGINE.ping:
        this.#deps.onPing(() => this.#write(ENGINE.pong));
        return;
      case ENGINE.message:
        this.#addPacket(rest);
        return;
      default:
    }
  }

  #addPacket(text: string): void {
    const [, events, answers] = HEADER.exec(text.slice(0, 8)) ?? [];
    const expected = Number(events ?? answers ?? 0);
    if (expected === 0) this.#deps.onPacket({ text, attachments: [] });
    else this.#arriving = { text, attachments: [], expected };
  }

  #addAttachment(bytes: Uint8Array): void {
    const arriving = this.#arriving;
    if (arriving === undefined) return;
    arriving.attachments.push(bytes);
    if (arriving.attachments.length < arriving.expected) return;
    this.#arriving = undefined;
    this.#deps.onPacket(arriving);
  }
}
