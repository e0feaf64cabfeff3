import { once } from 'node:events';
import { WebSocket, type RawData } from 'ws';

/** One packet: text, or the bytes that follow it. */
export type Packet = string | Buffer;

/** A WebSocket that speaks packets, and nothing else: made of docs/protocol.md, without a Socket.IO library. */
export class PacketSocket {
  readonly #socket: WebSocket;
  readonly #packets: Packet[] = [];
  readonly #closed: Promise<number>;
  #arrived = (): void => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    // It closes after any error.
    socket.on('error', () => undefined);
    // Safe: without a setting of its own, `ws` gives what came as one Buffer.
    socket.on('message', (data: RawData, isBinary) => this.#take(data as Buffer, isBinary));
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<PacketSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers,
    });
    const packets = new PacketSocket(socket);
    await once(socket, 'open');
    return packets;
  }

  send(packet: Packet): void {
    this.#socket.send(packet);
  }

  /** Takes out the first packet that is this one; what else came stays. */
  async next(isIt: (packet: Packet) => boolean): Promise<Packet> {
    for (;;) {
      const place = this.#packets.findIndex(isIt);
      const [found] = place < 0 ? [] : this.#packets.splice(place, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }

  /** Received packets that were not read. */
  get untaken(): readonly Packet[] {
    return this.#packets;
  }

  /** Resolves with the code with which the server, or this side, ended it. */
  closed(): Promise<number> {
    return this.#closed;
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await this.closed();
  }

  #take(data: Buffer, isBinary: boolean): void {
    this.#packets.push(isBinary ? data : data.toString('utf8'));
    this.#arrived();
  }
}
