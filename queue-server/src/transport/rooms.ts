import type { Socket } from 'socket.io';

/** The rooms of one connection. It stays in each until all who brought it there have left. */
export class Rooms {
  readonly #socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>;
  readonly #inside = new Map<string, number>();

  constructor(socket: Pick<Socket, 'join' | 'leave' | 'disconnected'>) {
    this.#socket = socket;
  }

  enter(room: string): void {
    const inside = this.#inside.get(room) ?? 0;
    this.#inside.set(room, inside + 1);
    // Who is gone has left all rooms already, and would never leave again.
    if (inside === 0 && !this.#socket.disconnected) void this.#socket.join(room);
  }

  leave(room: string): void {
    const inside = this.#inside.get(room) ?? 0;
    if (inside > 1) this.#inside.set(room, inside - 1);
    else if (this.#inside.delete(room)) void this.#socket.leave(room);
  }
}
