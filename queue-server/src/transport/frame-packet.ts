import type { Contract, ServerToClientEvents } from '@typed-queue/contracts';
import { PacketType } from 'socket.io-parser';
import { Buffer } from 'node:buffer';
import type { QueueServer, QueueSocket } from './queue-socket.js';
import type { Room } from './rooms.js';

/** Of Engine.IO. */
const MESSAGE = '4';
const PLACEHOLDER = { _placeholder: true, num: 0 };

/** Opcodes of WebSocket frames, and what the last frame of a message adds. */
const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
const FIN = 0x80;

type Events = ServerToClientEvents<Contract>;
/** An event whose last argument is bytes. */
type BinaryEvent = {
  [E in keyof Events]: Parameters<Events[E]> extends [...unknown[], Uint8Array] ? E : never;
}[keyof Events];
type HeaderOf<E extends BinaryEvent> =
  Parameters<Events[E]> extends [...infer Header, Uint8Array] ? Header : never;

/** What precedes some of the bytes on the network, and the bytes. */
export type Fragment = readonly [head: Uint8Array, bytes: Uint8Array];

const fragments = new WeakSet<Fragment>();

const fragmentOf = (head: Uint8Array, bytes: Uint8Array): Fragment => {
  const fragment: Fragment = [head, bytes];
  fragments.add(fragment);
  return fragment;
};

/** Whether it was made here: Socket.IO encodes what it broadcasts by itself. */
export const isFragment = (frame: Fragment): boolean => fragments.has(frame);

export const sendFragment = ({ conn }: Pick<QueueSocket, 'conn'>, fragment: Fragment): void => {
  const [, bytes] = fragment;
  // Socket.IO broadcasts texts by this option. Without it the size of the bytes counts, and a closed connection ignores them.
  const options = { compress: false, wsPreEncodedFrame: fragment };
  conn.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
};

/**
 * An event with bytes, encoded as it goes to the network: once, also for many clients. Socket.IO encodes a text and an
 * attachment for each client, and needs the attachment in one piece. Here each piece is a fragment of the WebSocket
 * message, and none is copied.
 */
export class FramePacket {
  readonly #fragments: readonly Fragment[];

  private constructor(event: string, header: readonly unknown[], pieces: readonly Uint8Array[]) {
    const json = JSON.stringify([event, ...header, PLACEHOLDER]);
    const text = Buffer.from(`${MESSAGE}${PacketType.BINARY_EVENT}1-${json}`);
    const last = pieces.length - 1;
    this.#fragments = pieces.map((bytes, index) => {
      const opcode = index === 0 ? BINARY : CONTINUATION;
      const own = frameHeader(index === last ? FIN | opcode : opcode, bytes.byteLength);
      if (index > 0) return fragmentOf(own, bytes);
      return fragmentOf(Buffer.concat([frameHeader(FIN | TEXT, text.byteLength), text, own]), bytes);
    });
  }

  /** The bytes of the event come in pieces, at least one. */
  static of<E extends BinaryEvent>(
    event: E,
    header: HeaderOf<E>,
    pieces: readonly Uint8Array[],
  ): FramePacket {
    return new FramePacket(event, header, pieces);
  }

  sendTo(socket: Pick<QueueSocket, 'conn'>): void {
    for (const fragment of this.#fragments) sendFragment(socket, fragment);
  }

  sendToRoom({ sockets: { adapter, sockets } }: Pick<QueueServer, 'sockets'>, room: Room): void {
    for (const id of adapter.rooms.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket !== undefined) this.sendTo(socket);
    }
  }
}

/** The header of an unmasked WebSocket frame (RFC 6455, section 5.2). */
const frameHeader = (flags: number, length: number): Uint8Array => {
  if (length < 126) return Buffer.from([flags, length]);
  if (length < 2 ** 16) return Buffer.from([flags, 126, length >>> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = flags;
  header[1] = 127;
  header.writeUInt32BE(length, 6);
  return header;
};
