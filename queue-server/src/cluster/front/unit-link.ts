import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import type { Duplex } from 'node:stream';
import { PacketType } from 'socket.io-parser';
import { unitRefusal } from './unit-refusal.js';
import { UnitSocket, type UnitPacket, type UnitSocketDeps } from './unit-socket.js';

const CONNECT = String(PacketType.CONNECT);
const CONNECT_ERROR = String(PacketType.CONNECT_ERROR);
const DISCONNECT = String(PacketType.DISCONNECT);
const EVENT = String(PacketType.EVENT);
const ACK = String(PacketType.ACK);
/** The ids of the front's own requests: clients count from 0. */
const FIRST_OWN_ID = 2 ** 52;

export interface UnitLinkDeps extends Pick<UnitSocketDeps, 'address' | 'auth' | 'onPing' | 'onFragment'> {
  /** Opens the stream to the unit. */
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  /** Events, and the answers to the client's requests. */
  readonly onPacket: (packet: UnitPacket) => void;
  /** What waits to be sent became less. */
  readonly onWritten: () => void;
  /** It could not be opened, and what was sent was refused. */
  readonly onFailed: (error: unknown) => void;
  /** It was open. */
  readonly onLost: () => void;
}

/** A request on its way to a unit. */
export interface UnitRequest {
  /** As Socket.IO writes it. */
  readonly text: string;
  readonly attachment?: Uint8Array | undefined;
  /** It cannot be sent. */
  readonly onRefused: (error: unknown) => void;
}

/** What becomes of a request of the front. */
interface Asked extends Pick<UnitRequest, 'onRefused'> {
  readonly onAnswer: (answer: Result<unknown>) => void;
}

/**
 * opening  requests wait. The unit accepts the client -> open; it refuses it, or nobody owns the queue -> closed.
 * open     requests are sent.
 * closed   requests are refused.
 */
type State =
  | { readonly kind: 'opening'; readonly waiting: UnitRequest[]; bytes: number }
  | { readonly kind: 'open'; readonly socket: UnitSocket }
  | { readonly kind: 'closed' };

/** The connection of one client to the unit of one queue. Requests keep their order, also while it is being opened. */
export class UnitLink {
  readonly #deps: UnitLinkDeps;
  readonly #abort = new AbortController();
  readonly #asked = new Map<number, (answer: Result<unknown>) => void>();
  #state: State = { kind: 'opening', waiting: [], bytes: 0 };
  #socket: UnitSocket | undefined;
  #isPaused = false;
  #lastId = FIRST_OWN_ID;

  constructor(deps: UnitLinkDeps) {
    this.#deps = deps;
    void this.#open();
  }

  get unsentBytes(): number {
    const state = this.#state;
    if (state.kind === 'opening') return state.bytes;
    return state.kind === 'open' ? state.socket.unsentBytes : 0;
  }

  send(request: UnitRequest): void {
    const state = this.#state;
    if (state.kind === 'open') state.socket.send(request.text, request.attachment);
    else if (state.kind === 'closed') request.onRefused(lost());
    else {
      state.waiting.push(request);
      state.bytes += request.text.length + (request.attachment?.byteLength ?? 0);
    }
  }

  /** Sends a request of the front. @throws QueueError that the unit answers, or that the link ends with */
  ask(...request: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onAnswer = (answer: Result<unknown>): void => {
        if (answer.ok) resolve(answer.value);
        else reject(unitRefusal(answer.error));
      };
      this.request(request, { onAnswer, onRefused: reject });
    });
  }

  /** Sends a request of the front. Its answer is passed on before whatever the unit sends behind it. */
  request(request: readonly unknown[], { onAnswer, onRefused }: Asked): void {
    const id = ++this.#lastId;
    this.#asked.set(id, (answer) => {
      this.#asked.delete(id);
      onAnswer(answer);
    });
    const refused = (error: unknown): void => {
      this.#asked.delete(id);
      onRefused(error);
    };
    this.send({ text: `${EVENT}${id}${JSON.stringify(request)}`, onRefused: refused });
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state.kind === 'open') this.#state.socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#state.kind === 'open') this.#state.socket.resume();
  }

  /** The client has left. */
  close(): void {
    this.#end(lost());
  }

  async #open(): Promise<void> {
    try {
      const stream = await this.#deps.open(this.#abort.signal);
      if (this.#state.kind === 'closed') stream.destroy();
      else this.#connect(stream);
    } catch (error) {
      this.#fail(error);
    }
  }

  #connect(stream: Duplex): void {
    this.#socket = new UnitSocket(stream, {
      ...this.#deps,
      onPacket: (packet) => this.#received(packet),
      onClosed: () => this.#closed(),
    });
  }

  #received(packet: UnitPacket): void {
    const { text } = packet;
    if (text.startsWith(CONNECT)) this.#accepted();
    else if (text.startsWith(CONNECT_ERROR)) this.#fail(refusalOf(text));
    else if (text.startsWith(DISCONNECT)) this.#closed();
    else if (!this.#answered(text)) this.#deps.onPacket(packet);
  }

  #accepted(): void {
    const [state, socket] = [this.#state, this.#socket];
    if (state.kind !== 'opening' || socket === undefined) return;
    this.#state = { kind: 'open', socket };
    for (const { text, attachment } of state.waiting) socket.send(text, attachment);
    if (this.#isPaused) socket.pause();
    this.#deps.onWritten();
  }

  /** Whether a packet answers a request of the front. */
  #answered(text: string): boolean {
    if (this.#asked.size === 0 || !text.startsWith(ACK)) return false;
    const json = text.indexOf('[');
    const resolve = this.#asked.get(Number(text.slice(1, json)));
    // Safe: every answer of a unit is a result.
    resolve?.((JSON.parse(text.slice(json)) as [Result<unknown>])[0]);
    return resolve !== undefined;
  }

  #closed(): void {
    if (this.#state.kind === 'closed') return;
    if (this.#state.kind === 'opening') {
      this.#fail(lost());
      return;
    }
    this.#end(lost());
    this.#deps.onLost();
  }

  #fail(error: unknown): void {
    if (this.#state.kind === 'closed') return;
    // The next request opens another link.
    this.#deps.onFailed(error);
    this.#end(error);
  }

  #end(error: unknown): void {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    this.#abort.abort();
    this.#socket?.close();
    for (const resolve of this.#asked.values()) resolve({ ok: false, error: bodyOf(error) });
    if (state.kind === 'opening') for (const { onRefused } of state.waiting) onRefused(error);
  }
}

/** Retryable: the queue has an owner again soon. */
const lost = (): QueueError =>
  new QueueError(
    'storage_unavailable',
    'The server that owns this queue ended the connection. Send the request again.',
  );

const bodyOf = (error: unknown): ErrorBody => (error instanceof QueueError ? error : lost()).toJSON();

const refusalOf = (text: string): QueueError => {
  // Safe: a unit refuses handshakes in this form.
  const { message, data } = JSON.parse(text.slice(1)) as {
    readonly message: string;
    readonly data?: ErrorBody;
  };
  return data === undefined ? new QueueError('storage_unavailable', message) : QueueError.fromBody(data);
};
