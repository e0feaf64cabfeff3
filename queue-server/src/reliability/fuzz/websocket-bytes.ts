import type { SeededRandom } from '../seeded-random.js';

/** Opcodes of RFC 6455. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 };

interface FrameFields {
  readonly opcode: number;
  readonly isLast?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** The length that the header claims, if it lies. */
  readonly claimed?: number;
}

/** A frame of a client, masked with zeros. */
export const websocketFrame = (payload: Buffer, fields: FrameFields): Buffer => {
  const { opcode, isLast = true, reserved = 0, isMasked = true, claimed = payload.length } = fields;
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const key = Buffer.alloc(isMasked ? 4 : 0);
  if (claimed < 126) return Buffer.concat([Buffer.from([first, mask | claimed]), key, payload]);
  if (claimed < 2 ** 16) {
    const header = Buffer.from([first, mask | 126, 0, 0]);
    header.writeUInt16BE(claimed, 2);
    return Buffer.concat([header, key, payload]);
  }
  const header = Buffer.alloc(10);
  header.set([first, mask | 127]);
  header.writeBigUInt64BE(BigInt(claimed), 2);
  return Buffer.concat([header, key, payload]);
};

/** A packet of Engine.IO in a frame of its own. */
export const packetFrame = (packet: string | Buffer): Buffer =>
  typeof packet === 'string'
    ? websocketFrame(Buffer.from(packet), { opcode: OPCODE.text })
    : websocketFrame(packet, { opcode: OPCODE.binary });

/** Frames that break RFC 6455, the shape of CVE-2022-21676 among them: they come right after the handshake. */
export const brokenFrame = (random: SeededRandom): Buffer => {
  const payload = Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  const opcode = random.below(16);
  return random.of([
    () => websocketFrame(payload, { opcode, reserved: 1 + random.below(7) }),
    () => websocketFrame(payload, { opcode, isMasked: false }),
    () => websocketFrame(payload, { opcode, isLast: false }),
    () => websocketFrame(payload, { opcode: OPCODE.text }),
    () => websocketFrame(payload, { opcode: OPCODE.close }),
    () => websocketFrame(payload, { opcode: OPCODE.continuation }),
    () => websocketFrame(payload, { opcode: OPCODE.binary, claimed: 2 ** (10 + random.below(43)) }),
    () => payload,
  ])();
};
