import type { Socket } from 'socket.io-client';
import type { Target } from '../server-process.js';
import { LastingConnection } from './lasting-connection.js';
import type { LoggedMessage } from './scheduled-message.js';

/** Of the default contract. A tail that names them gets all messages as replays. */
const EVENTS = { database: ['create', 'read', 'update', 'delete', 'error'], files: ['save', 'error'] };

/** The fields of a replay that are read. */
interface Replay {
  readonly from: number;
  readonly to: number;
  readonly gaps: readonly unknown[];
  readonly messages: readonly LoggedMessage[];
}

/** Reads a queue from its start on, over all connections that it needs. */
export class LogTail {
  readonly messages: LoggedMessage[] = [];
  /** Anything that is no message, or in no order. */
  readonly problems: string[] = [];
  readonly #queue: keyof typeof EVENTS;
  readonly #connection: LastingConnection;
  readonly #awaited = new Map<string, () => void>();
  readonly #seen = new Set<string>();
  #position: { readonly epoch: string; seq: number } | undefined;

  constructor(target: () => Target, queue: keyof typeof EVENTS) {
    this.#queue = queue;
    this.#connection = new LastingConnection(target, (socket) => this.#start(socket));
  }

  /** Resolves when a message was read. */
  async until(id: string): Promise<void> {
    if (!this.#seen.has(id)) await new Promise<void>((resolve) => this.#awaited.set(id, resolve));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #start(socket: Socket): void {
    const from =
      this.#position === undefined ? 'start' : { epoch: this.#position.epoch, seq: this.#position.seq };
    socket.on('replay', (replay: Replay) => {
      this.#read(replay);
      socket.emit('position', 't', replay.to + 1);
    });
    const request = { subscription: 't', queue: this.#queue, from, events: EVENTS[this.#queue] };
    socket.emit('tail', request, (answer: TailAnswer) => this.#began(answer));
  }

  #began(answer: TailAnswer): void {
    if (!answer.ok) {
      this.problems.push(`the tail was refused: ${answer.error.code}`);
      return;
    }
    const { epoch, next } = answer.value;
    const seq = this.#position?.seq ?? 1;
    if (epoch !== (this.#position?.epoch ?? epoch) || next !== seq)
      this.problems.push(`the tail goes on at ${next} instead of ${seq}`);
    this.#position = { epoch, seq: next };
  }

  #read({ from, to, gaps, messages }: Replay): void {
    const position = this.#position;
    if (position?.seq !== from) this.problems.push(`a replay from ${from} came at ${position?.seq}`);
    if (gaps.length > 0) this.problems.push(`gaps: ${JSON.stringify(gaps)}`);
    if (position !== undefined) position.seq = to + 1;
    for (const { id, seq, time } of messages) {
      this.messages.push({ id, seq, time });
      this.#seen.add(id);
      this.#awaited.get(id)?.();
    }
  }
}

type TailAnswer =
  | { readonly ok: true; readonly value: { readonly epoch: string; readonly next: number } }
  | { readonly ok: false; readonly error: { readonly code: string } };
