import type {
  FilesClientToServerEvents,
  FilesMessage,
  FilesServerToClientEvents,
  Position,
} from '@typed-queue/contracts';
import { io, type Socket } from 'socket.io-client';

export type FilesSocket = Socket<FilesServerToClientEvents, FilesClientToServerEvents>;

/** A client as anyone would write it with socket.io-client: it has types of ours, and no code. */
export const filesSocket = async (url: string, client?: string): Promise<FilesSocket> => {
  const socket: FilesSocket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocolVersion: 1, client },
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
};

/** A tail of `files` as docs/protocol.md describes it: it keeps its position, and throws for a hole. */
export class PlainTail {
  readonly messages: FilesMessage[] = [];
  live = false;
  #epoch = '';
  #next = 0;
  #changed = (): void => undefined;

  get position(): Position {
    return { epoch: this.#epoch, seq: this.#next };
  }

  /** Begins, or goes on at its position. */
  async follow(socket: FilesSocket): Promise<void> {
    this.live = false;
    socket.on('replay', ({ from, to, messages }) => this.#take(socket, from, to, messages));
    socket.on('live', () => this.#turn(true));
    socket.on('behind', () => this.#turn(false));
    socket.on('deliver', (_queue, _epoch, firstSeq, text) => {
      if (!this.live) return;
      // Safe: that is what the document says of it.
      const messages = JSON.parse(text) as FilesMessage[];
      this.#take(socket, firstSeq, firstSeq + messages.length - 1, messages);
    });
    const from = this.#epoch === '' ? 'start' : this.position;
    const window = { messages: 10 };
    await new Promise<void>((resolve, reject) => {
      // After an `await` the position would be set too late: a replay may come in the same turn.
      socket.emit('tail', { subscription: 't', queue: 'files', from, window }, (result) => {
        if (!result.ok) {
          reject(new Error(result.error.message));
          return;
        }
        this.#epoch = result.value.epoch;
        this.#next = result.value.next;
        resolve();
      });
    });
  }

  /** Resolves when this is so. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  #take(socket: FilesSocket, from: number, to: number, messages: readonly FilesMessage[]): void {
    if (from !== this.#next) throw new Error(`expected seq ${this.#next}, not ${from}`);
    this.messages.push(...messages);
    this.#next = to + 1;
    socket.emit('position', 't', this.#next);
    this.#changed();
  }

  #turn(live: boolean): void {
    this.live = live;
    this.#changed();
  }
}
