import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { hasAttachment } from './packet-decoder.js';
import { packetSize, type EnginePacket } from './send-buffer.js';

type Engine = Socket['conn'];

/** A client that is not admitted sends a token, and answers pings. */
const MAX_HANDSHAKE_BYTES = 8 * 1024;
/** The least that a read counts, however few bytes it brings. */
const MIN_READ_BYTES = 256;
/** The answer to a handshake, and pongs. */
const MAX_UNSENT_BYTES_ARRIVING = 32 * 1024;
/** Pongs that no ping of the server asked for, and packets without effect. */
const MAX_SPARE_PONGS = 16;
/** Of Engine.IO, on a WebSocket. */
const WITHOUT_EFFECT: readonly string[] = ['open', 'close', 'upgrade', 'noop'];
/** A client that has answered two pings had the time to send an attachment. */
const MAX_PONGS_BEFORE_ATTACHMENT = 1;

/** Reasons of Engine.IO. */
const CLOSED_BY_SERVER: readonly string[] = ['forced close', 'parse error'];

/**
 * Why a connection was cut off.
 * `handshake_too_large`: it sent more than a handshake needs before it was admitted.
 * `handshake_timeout`: it was not admitted in time.
 * `packet_invalid`: before it was admitted it sent something else than one well-formed CONNECT for the namespace `/`.
 * `unread`: it does not read what it is sent.
 * `pings`: it sends nothing else.
 * `pongs`: no ping asked for them, or they are other packets without effect.
 * `not_waiting`: it goes on sending before it may.
 * `attachment_missing`: it announced an attachment and sends none.
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
  readonly principal?: string;
}

export interface AdmittedClient {
  /** Its name. */
  readonly client: string;
  readonly principal: () => string;
  readonly maxUnsentBytes: () => number;
}

/**
 * arriving  the client is not admitted: it may send, and leave unread, a few KiB. Admitted -> admitted;
 *           refused -> refused.
 * admitted  it may leave unread what the memory budget allows.
 * refused   its handshake was answered with an error, and the connection ends.
 * cut       the connection was reset.
 */
type State =
  | { readonly kind: 'arriving'; readonly receivedBytes: number }
  | ({ readonly kind: 'admitted' } & AdmittedClient)
  | { readonly kind: 'refused' }
  | { readonly kind: 'cut' };

/** Bounds what one connection costs the server, from its first byte on, and cuts it off when it costs more. */
export class ConnectionCutoff {
  readonly #engine: Engine;
  readonly #tcp: TcpSocket;
  readonly #onCut: (cut: ConnectionCut) => void;
  #state: State = { kind: 'arriving', receivedBytes: 0 };
  /** In packets that Engine.IO has not written to the socket. */
  #queuedBytes = 0;
  #pings = 0;
  #pongs = 0;
  /** Since an attachment was announced; undefined: none was. */
  #pongsBeforeAttachment: number | undefined;

  /** `tcp`: the accepted socket, below TLS if there is TLS. */
  constructor(engine: Engine, tcp: TcpSocket, onCut: (cut: ConnectionCut) => void) {
    this.#engine = engine;
    this.#tcp = tcp;
    this.#onCut = onCut;
    // Runs after the listener of `ws`, which has written its pongs by then.
    engine.request.socket.on('data', (bytes) => this.#received(bytes.byteLength));
    engine.on('flush', () => (this.#queuedBytes = 0));
    engine.on('packetCreate', (packet: EnginePacket) => this.#created(packet));
    engine.on('heartbeat', () => this.#ponged());
    engine.on('packet', ({ type }: EnginePacket) => {
      if (WITHOUT_EFFECT.includes(type)) this.#countPong();
    });
    engine.once('close', (reason: string) => this.#closed(reason));
    engine.on('data', (data: unknown) => {
      this.#pongsBeforeAttachment = hasAttachment(data) ? 0 : undefined;
    });
  }

  admit(client: AdmittedClient): void {
    if (this.#state.kind === 'arriving') this.#state = { kind: 'admitted', ...client };
  }

  /** The handshake was refused. */
  refuse(): void {
    if (this.#state.kind === 'arriving') this.#state = { kind: 'refused' };
  }

  cut(reason: CutReason): void {
    this.#cut(reason, 0);
  }

  get isAdmitted(): boolean {
    return this.#state.kind === 'admitted';
  }

  /** The handshake timeout. */
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

  /** Socket.IO closes a connection at a packet that it cannot decode, without an event of its own. */
  #closed(reason: string): void {
    if (this.#state.kind !== 'arriving' || !CLOSED_BY_SERVER.includes(reason)) return;
    this.#cut('packet_invalid', this.#state.receivedBytes);
  }

  #created(packet: EnginePacket): void {
    if (packet.type === 'ping') this.#pings++;
    this.#queuedBytes += packetSize(packet);
    this.#boundUnsent();
  }

  #countPong(): void {
    if (++this.#pongs > this.#pings + MAX_SPARE_PONGS) this.#cut('pongs', 0);
  }

  #ponged(): void {
    this.#countPong();
    if (this.#pongsBeforeAttachment === undefined) return;
    if (++this.#pongsBeforeAttachment > MAX_PONGS_BEFORE_ATTACHMENT) this.#cut('attachment_missing', 0);
  }

  #boundUnsent(): void {
    const state = this.#state;
    if (state.kind === 'cut') return;
    const unsent = this.#queuedBytes + this.#engine.request.socket.writableLength;
    if (unsent <= MAX_UNSENT_BYTES_ARRIVING) return;
    if (state.kind === 'admitted' && unsent <= state.maxUnsentBytes()) return;
    this.#cut('unread', unsent);
  }

  #cut(reason: CutReason, bytes: number): void {
    const state = this.#state;
    if (state.kind === 'cut') return;
    this.#state = { kind: 'cut' };
    this.#onCut({
      reason,
      bytes,
      ...(state.kind === 'admitted' && { client: state.client, principal: state.principal() }),
    });
    // A reset, so that the system keeps no buffers for it either.
    this.#tcp.resetAndDestroy();
    // Engine.IO takes no more packets, and writes none of those that wait: each would fail, with a stack of its own.
    this.#engine.transport.removeAllListeners('ready');
    this.#engine.close();
  }
}
