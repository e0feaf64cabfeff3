import type { Contract, ServerToClientEvents } from '@typed-queue/contracts';
import { PacketType } from 'socket.io-parser';
import { Buffer } from 'node:buffer';
import type { QueueServer, QueueSocket } from './queue-socket.js';
import type { Room } from './rooms.js';

/** Of Engine.IO. */
const MESSAGE = '4';
const PLACEHOLDER = { _placeholder: true, num: 0 };

/** Opcodes of WebSocket frames. */
const OPCODE = { text: 1, binary: 2 } as const;
const FIN = 0x80;

type Events = ServerToClientEvents<Contract>;
/** An event whose last argument is bytes. */
type BinaryEvent = {
  [E in keyof Events]: Parameters<Events[E]> extends [...unknown[], Uint8Array] ? E : never;
}[keyof Events];

/**
 * An event with bytes, encoded as it goes to the network: once, also for many clients. Socket.IO encodes a text and an
 * attachment for each client, and writes them in two WebSocket messages of two pieces each. Here the first piece is all
 * that precedes the bytes; the second is the bytes, which are not copied.
 */
export class FramePacket {
  readonly #bytes: Uint8Array;
  readonly #written: readonly [Uint8Array, Uint8Array];

  private constructor(event: string, header: readonly unknown[], bytes: Uint8Array) {
    const json = JSON.stringify([event, ...header, PLACEHOLDER]);
    const text = Buffer.from(`${MESSAGE}${PacketType.BINARY_EVENT}1-${json}`);
    const head = [
      webSocketHeader(OPCODE.text, text.byteLength),
      text,
      webSocketHeader(OPCODE.binary, bytes.byteLength),
    ];
    this.#bytes = bytes;
    this.#written = [Buffer.concat(head), bytes];
  }

  static of<E extends BinaryEvent>(event: E, ...args: Parameters<Events[E]>): FramePacket {
    // Safe: the last argument of such an event.
    return new FramePacket(event, args.slice(0, -1), args.at(-1) as Uint8Array);
  }

  sendTo({ conn }: Pick<QueueSocket, 'conn'>): void {
    // Socket.IO's own adapter broadcasts texts by this option; a closed connection ignores it.
    const options = { compress: false, wsPreEncodedFrame: this.#written };
    conn.write(Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength), options);
  }

  sendToRoom({ sockets: { adapter, sockets } }: Pick<QueueServer, 'sockets'>, room: Room): void {
    for (const id of adapter.rooms.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket !== undefined) this.sendTo(socket);
    }
  }
}

/** Of an unmasked message in one piece (RFC 6455, section 5.2). */
const webSocketHeader = (opcode: number, length: number): Uint8Array => {
  if (length < 126) return Buffer.from([FIN | opcode, length]);
  if (length < 2 ** 16) return Buffer.from([FIN | opcode, 126, length >>> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = FIN | opcode;
  header[1] = 127;
  header.writeUInt32BE(length, 6);
  return header;
};
