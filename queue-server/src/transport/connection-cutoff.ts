import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { hasAttachment } from './packet-decoder.js';

type Engine = Socket['conn'];

/** A client shows a token, and is pinged. */
const MAX_HANDSHAKE_BYTES = 8 * 1024;
/** What a read costs at least, however few bytes it brings. */
const MIN_READ_BYTES = 256;
/** The answer to a handshake, and what pings of such a client are answered. */
const MAX_UNSENT_BYTES_ARRIVING = 32 * 1024;
/** Pongs that no ping of the server asked for. */
const MAX_SPARE_PONGS = 16;
/** A client that is asked twice and answers has had the time to send an attachment. */
const MAX_PONGS_BEFORE_ATTACHMENT = 1;

/** Reasons of Engine.IO. */
const CLOSED_BY_SERVER: readonly string[] = ['forced close', 'parse error'];

/**
 * Why a connection was cut off.
 * `handshake_too_large`: it sent more than a handshake needs before it was admitted. `handshake_timeout`: it was not
 * admitted in time. `unread`: it does not read what it is sent. `pings`: it sends nothing else.
 * `pongs`: nobody asked for them. `attachment_missing`: it announced an attachment, and sends none.
 * `not_waiting`: it goes on sending while it was told to wait. `packet_invalid`: before it was admitted it sent something else than one well-formed CONNECT for the namespace `/`.
 */
export type CutReason =
  | 'handshake_too_large'
  | 'handshake_timeout'
  | 'packet_invalid'
  | 'unread'
  | 'pings'
  | 'pongs'
  | 'not_waiting'
  | 'attachment_missing';

export interface ConnectionCut {
  readonly reason: CutReason;
  /** How many bytes it had sent, or left unread. */
  readonly bytes: number;
  /** The name of the client, when it was admitted. */
  readonly client?: string;
}

/** A client that was let in. */
export interface Admitted {
  /** Its name. */
  readonly client: string;
  /** How many bytes may wait for it. */
  readonly mayWait: () => number;
}

/**
 * arriving  the client has not been admitted: a few KiB may come from it and wait for it. Admitted -> admitted;
 *           refused -> refused.
 * admitted  As much may wait for it as the server has memory for.
 * refused   its handshake was answered with an error, and the connection ends.
 * cut       the connection was closed without a word.
 */
type State =
  | { readonly kind: 'arriving'; readonly receivedBytes: number }
  | ({ readonly kind: 'admitted' } & Admitted)
  | { readonly kind: 'refused' }
  | { readonly kind: 'cut' };

/** Bounds what one connection costs the server, from its first byte on; cuts it off when it costs more. */
export class ConnectionCutoff {
  readonly #engine: Engine;
  readonly #tcp: TcpSocket;
  readonly #onCut: (cut: ConnectionCut) => void;
  #state: State = { kind: 'arriving', receivedBytes: 0 };
  /** In packets that Engine.IO has not handed to the socket yet. */
  #queuedBytes = 0;
  #pings = 0;
  #pongs = 0;
  /** Since an attachment was announced; undefined: none is due. */
  #pongsBeforeAttachment: number | undefined;

  /** `tcp`: what the connection was accepted as, below TLS where there is any. */
  constructor(engine: Engine, tcp: TcpSocket, onCut: (cut: ConnectionCut) => void) {
    this.#engine = engine;
    this.#tcp = tcp;
    this.#onCut = onCut;
    // Behind the listener of `ws`: its pongs to what was read are written by then.
    engine.request.socket.on('data', (bytes) => this.#received(bytes.byteLength));
    engine.on('flush', () => (this.#queuedBytes = 0));
    engine.on('packetCreate', (packet: Packet) => this.#created(packet));
    engine.on('heartbeat', () => this.#ponged());
    engine.once('close', (reason: string) => this.#closed(reason));
    engine.on('data', (data: unknown) => {
      this.#pongsBeforeAttachment = hasAttachment(data) ? 0 : undefined;
    });
  }

  admit(admitted: Admitted): void {
    if (this.#state.kind === 'arriving') this.#state = { kind: 'admitted', ...admitted };
  }

  /** The handshake was refused. */
  refuse(): void {
    if (this.#state.kind === 'arriving') this.#state = { kind: 'refused' };
  }

  /** Something else about it costs more than it may. */
  cut(reason: CutReason): void {
    this.#cut(reason, 0);
  }

  get isAdmitted(): boolean {
    return this.#state.kind === 'admitted';
  }

  /** The time for a handshake is over. */
  expire(): void {
    if (this.#state.kind === 'arriving') this.#cut('handshake_timeout', this.#state.receivedBytes);
  }

  #received(bytes: number): void {
    if (this.#state.kind === 'arriving') {
      const receivedBytes = this.#state.receivedBytes + Math.max(bytes, MIN_READ_BYTES);
      this.#state = { kind: 'arriving', receivedBytes };
      if (receivedBytes > MAX_HANDSHAKE_BYTES) this.#cut('handshake_too_large', receivedBytes);
    }
    this.#boundUnsent();
  }

  /** Socket.IO closes a connection at a packet that it cannot read, and tells nobody. */
  #closed(reason: string): void {
    if (this.#state.kind !== 'arriving' || !CLOSED_BY_SERVER.includes(reason)) return;
    this.#cut('packet_invalid', this.#state.receivedBytes);
  }

  #created(packet: Packet): void {
    if (packet.type === 'ping') this.#pings++;
    this.#queuedBytes += sizeOf(packet);
    this.#boundUnsent();
  }

  #ponged(): void {
    if (++this.#pongs > this.#pings + MAX_SPARE_PONGS) this.#cut('pongs', 0);
    if (this.#pongsBeforeAttachment === undefined) return;
    if (++this.#pongsBeforeAttachment > MAX_PONGS_BEFORE_ATTACHMENT) this.#cut('attachment_missing', 0);
  }

  #boundUnsent(): void {
    const state = this.#state;
    if (state.kind === 'cut') return;
    const unsent = this.#queuedBytes + this.#engine.request.socket.writableLength;
    if (unsent <= MAX_UNSENT_BYTES_ARRIVING) return;
    if (state.kind === 'admitted' && unsent <= state.mayWait()) return;
    this.#cut('unread', unsent);
  }

  #cut(reason: CutReason, bytes: number): void {
    const state = this.#state;
    if (state.kind === 'cut') return;
    this.#state = { kind: 'cut' };
    this.#onCut({ reason, bytes, ...(state.kind === 'admitted' && { client: state.client }) });
    // A reset, so that the system keeps nothing for it either.
    this.#tcp.resetAndDestroy();
  }
}

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** Bytes, or characters, which are about as many. */
const sizeOf = ({ data }: Packet): number => {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
};
