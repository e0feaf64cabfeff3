import type { QueueSocket } from './queue-socket.js';

declare const room: unique symbol;

/** The name of a room. A queue's name has no slash. */
export type Room = string & { readonly [room]: true };

/** The live tails of a queue that get text. */
export const queueRoom = (queue: string): Room =>
  // Safe: only here and below a name becomes a room.
  queue as Room;

/** The live tails of a queue that get frames. No group has an empty name. */
export const queueFrameRoom = (queue: string): Room => `${queue}/` as Room;

/** The members of a group. */
export const groupRoom = ({ queue, group }: { readonly queue: string; readonly group: string }): Room =>
  `${queue}/${group}` as Room;

/** The rooms of one connection: it leaves a room when all subscriptions that entered it have left. */
export class Rooms {
  readonly #socket: Pick<QueueSocket, 'join' | 'leave' | 'disconnected'>;
  /** How many subscriptions are in each room. */
  readonly #entered = new Map<Room, number>();
  #isSuspended = false;

  constructor(socket: Pick<QueueSocket, 'join' | 'leave' | 'disconnected'>) {
    this.#socket = socket;
  }

  enter(room: Room): void {
    const entered = this.#entered.get(room) ?? 0;
    this.#entered.set(room, entered + 1);
    if (entered === 0) this.#join(room);
  }

  /** No broadcast to a room reaches the connection until `resume`. */
  suspend(): void {
    this.#isSuspended = true;
    for (const room of this.#entered.keys()) void this.#socket.leave(room);
  }

  resume(): void {
    this.#isSuspended = false;
    for (const room of this.#entered.keys()) this.#join(room);
  }

  leave(room: Room): void {
    const entered = this.#entered.get(room) ?? 0;
    if (entered > 1) this.#entered.set(room, entered - 1);
    else if (this.#entered.delete(room)) void this.#socket.leave(room);
  }

  #join(room: Room): void {
    // A closed connection has left all rooms, and would never leave this one.
    if (!this.#isSuspended && !this.#socket.disconnected) void this.#socket.join(room);
  }
}
