import { Buffer } from 'node:buffer';

/** What the ends of an open tunnel tell each other. */
export type TunnelPacket =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The other end may send as much more. */
  | { readonly kind: 'credit'; readonly bytes: number }
  /** Nothing more is sent; the other end may go on. */
  | { readonly kind: 'end' }
  /** Nothing more is sent or read. */
  | { readonly kind: 'close' }
  /** The tunnel is broken: what was not read yet is lost. */
  | { readonly kind: 'reset'; readonly reason: string };

/** What servers tell each other beside. */
export type Packet =
  | TunnelPacket
  /** The first of a tunnel: where the end that opens it is to be sent to. */
  | { readonly kind: 'open'; readonly subject: string }
  | { readonly kind: 'alive' };

export interface NumberedPacket {
  readonly number: number;
  readonly packet: Packet;
}

const CODES = { data: 0, credit: 1, end: 2, close: 3, reset: 4, open: 5, alive: 6 } as const satisfies Record<
  Packet['kind'],
  number
>;

const NUMBER_BYTES = 6;
/** The code of its kind, its number. */
export const HEADER_BYTES = 1 + NUMBER_BYTES;

export const encodePacket = ({ number, packet }: NumberedPacket): Buffer => {
  const body = bodyOf(packet);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  bytes.writeUInt8(CODES[packet.kind], 0);
  bytes.writeUIntBE(number, 1, NUMBER_BYTES);
  bytes.set(body, HEADER_BYTES);
  return bytes;
};

const EMPTY = Buffer.alloc(0);

const bodyOf = (packet: Packet): Buffer => {
  switch (packet.kind) {
    case 'data':
      return packet.bytes;
    case 'credit': {
      const body = Buffer.allocUnsafe(4);
      body.writeUInt32BE(packet.bytes);
      return body;
    }
    case 'reset':
      return Buffer.from(packet.reason);
    case 'open':
      return Buffer.from(packet.subject);
    case 'end':
    case 'close':
    case 'alive':
      return EMPTY;
  }
};

/** Undefined: it is none, such as one of a later version. */
export const decodePacket = (bytes: Uint8Array): NumberedPacket | undefined => {
  if (bytes.length < HEADER_BYTES) return undefined;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packet = packetOf(all.readUInt8(0), all.subarray(HEADER_BYTES));
  return packet && { number: all.readUIntBE(1, NUMBER_BYTES), packet };
};

const packetOf = (code: number, body: Buffer): Packet | undefined => {
  switch (code) {
    case CODES.data:
      return { kind: 'data', bytes: body };
    case CODES.credit:
      return body.length === 4 ? { kind: 'credit', bytes: body.readUInt32BE(0) } : undefined;
    case CODES.end:
      return { kind: 'end' };
    case CODES.close:
      return { kind: 'close' };
    case CODES.reset:
      return { kind: 'reset', reason: body.toString() };
    case CODES.open:
      return { kind: 'open', subject: body.toString() };
    case CODES.alive:
      return { kind: 'alive' };
    default:
      return undefined;
  }
};
