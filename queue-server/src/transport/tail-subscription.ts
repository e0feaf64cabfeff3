import { QueueError } from '@typed-queue/contracts';
import type { Tailing } from '@typed-queue/contracts/wire';
import type { OpenedTail } from '../delivery/tailing/tails.js';
import type { TailReceiver } from '../delivery/tailing/tail-client.js';
import type { Tails } from '../delivery/tailing/tails.js';
import type { Guard } from '../guard/guard.js';
import type { TailInput } from '../guard/requests.js';
import type { Connection } from './connection.js';
import { FramePacket } from './frame-packet.js';
import { queueFrameRoom, queueRoom } from './rooms.js';
import { binaryReplay, plainReplay } from './wire-forms.js';

/** One tail of a client. While it is live and has no filter, its connection is in the room of its queue. */
export class TailSubscription {
  readonly kind = 'tail';
  readonly queue: string;
  readonly #opened: OpenedTail;
  readonly #leaveRoom: () => void;
  /** The last position that the client reported. */
  #reported: number;

  private constructor(connection: Connection, queue: string, opened: OpenedTail, leaveRoom: () => void) {
    this.queue = queue;
    this.#opened = opened;
    this.#reported = opened.next;
    this.#leaveRoom = leaveRoom;
    if (connection.socket.disconnected) this.end();
  }

  static async open(connection: Connection, tails: Tails, request: TailInput): Promise<TailSubscription> {
    const { receiver, leaveRoom } = receiving(connection, request);
    return new TailSubscription(connection, request.queue, await tails.open(request, receiver), leaveRoom);
  }

  get tailing(): Omit<Tailing, 'contract'> {
    const { epoch, next, reset } = this.#opened;
    return { epoch, next, ...(reset && { reset }) };
  }

  isPermitted(guard: Guard): boolean {
    return guard.mayTail(this.queue);
  }

  /** Sends nothing until `resume`. */
  suspend(): void {
    this.#opened.tail.suspend();
  }

  /** The client is ready for messages. */
  start(): void {
    this.#opened.tail.start();
  }

  /** There may be credit again. */
  resume(): void {
    this.#opened.tail.drained();
  }

  /**
   * The client reports a position.
   * @returns whether it is beyond the last one
   * @throws QueueError `request_invalid` when what is below it was not sent yet
   */
  reports(next: number): boolean {
    if (!this.#opened.tail.isSent(next)) {
      throw new QueueError('request_invalid', `The tail was not sent everything below ${next} yet.`);
    }
    if (next <= this.#reported) return false;
    this.#reported = next;
    return true;
  }

  /** The client read everything below a position that it reported. */
  position(next: number): void {
    this.#opened.tail.position(next);
  }

  end(): void {
    this.#opened.tail.end();
    this.#leaveRoom();
  }
}

const receiving = (
  { socket, rooms, sendBuffer }: Connection,
  { subscription, queue, form, events, live }: TailInput,
): { receiver: TailReceiver; leaveRoom: () => void } => {
  const room = live === 'frame' ? queueFrameRoom(queue) : queueRoom(queue);
  let inRoom = false;
  const leaveRoom = (): void => {
    if (inRoom) rooms.leave(room);
    inRoom = false;
  };
  const receiver: TailReceiver = {
    credit: () => sendBuffer.credit(),
    isSuspended: () => sendBuffer.isSuspended,
    replay: (batch) => {
      if (form === 'json') socket.emit('replay', plainReplay(subscription, queue, batch));
      else FramePacket.of('replay:frame', ...binaryReplay(subscription, batch)).sendTo(socket);
    },
    live: (next) => {
      socket.emit('live', { subscription, next });
      if (events !== undefined) return;
      inRoom = true;
      rooms.enter(room);
    },
    lagging: (next) => {
      leaveRoom();
      // The wire's name of a lagging tail.
      socket.emit('behind', { subscription, next });
    },
  };
  return { receiver, leaveRoom };
};
