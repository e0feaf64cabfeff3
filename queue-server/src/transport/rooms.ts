import type { Socket } from 'socket.io';

/** The rooms of one connection. It stays in each until all who brought it there have left. */
export class Rooms {
  readonly #socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>;
  readonly #inside = new Map<string, number>();
  #isHeld = false;

  constructor(socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>) {
    this.#socket = socket;
  }

  enter(room: string): void {
    const inside = this.#inside.get(room) ?? 0;
    this.#inside.set(room, inside + 1);
    if (inside === 0) this.#join(room);
  }

  /** Nothing that is told to a room reaches the connection until it is released. */
  hold(): void {
    this.#isHeld = true;
    for (const room of this.#inside.keys()) void this.#socket.leave(room);
  }

  release(): void {
    this.#isHeld = false;
    for (const room of this.#inside.keys()) this.#join(room);
  }

  leave(room: string): void {
    const inside = this.#inside.get(room) ?? 0;
    if (inside > 1) this.#inside.set(room, inside - 1);
    else if (this.#inside.delete(room)) void this.#socket.leave(room);
  }

  #join(room: string): void {
    // Who is gone has left all rooms already, and would never leave again.
    if (!this.#isHeld && !this.#socket.disconnected) void this.#socket.join(room);
  }
}
