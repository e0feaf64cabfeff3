import type { Socket } from 'socket.io';

/** The rooms of one connection: it leaves a room when all subscriptions that entered it have left. */
export class Rooms {
  readonly #socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>;
  /** How many subscriptions are in each room. */
  readonly #entered = new Map<string, number>();
  #isSuspended = false;

  constructor(socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>) {
    this.#socket = socket;
  }

  enter(room: string): void {
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

  leave(room: string): void {
    const entered = this.#entered.get(room) ?? 0;
    if (entered > 1) this.#entered.set(room, entered - 1);
    else if (this.#entered.delete(room)) void this.#socket.leave(room);
  }

  #join(room: string): void {
    // A closed connection has left all rooms, and would never leave this one.
    if (!this.#isSuspended && !this.#socket.disconnected) void this.#socket.join(room);
  }
}
