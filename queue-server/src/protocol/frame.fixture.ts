/** Frames by the layout in docs/protocol.md, by hand: nothing here knows how the contracts write them. */
export interface HandMade {
  readonly id: string;
  readonly event: string;
  readonly payload: string;
  readonly headers?: string;
  readonly key?: string;
}

/** A message of a frame of the server. */
export interface Found extends HandMade {
  readonly seq: number;
  readonly time: number;
}

const HEADER = 77;
const ENTRY = 32;

export const handMadeCrc = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc % 2 === 0 ? 0 : 0xedb88320);
    crc >>>= 0;
  }
  return (crc ^ 0xffffffff) >>> 0;
};

export const handMadeHash = (key: string): number => {
  let hash = 0x811c9dc5n;
  for (let at = 0; at < key.length; at++) {
    hash = ((hash ^ BigInt(key.charCodeAt(at))) * 0x01000193n) % 2n ** 32n;
  }
  return hash === 0n ? 1 : Number(hash);
};

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export const handMadeFrame = (messages: readonly HandMade[], producer: string, number: number): Buffer => {
  const names = [...new Set(messages.map(({ event }) => event))];
  const nameBytes = names.map((name) =>
    Buffer.concat([Buffer.of(Buffer.byteLength(name)), Buffer.from(name)]),
  );
  const texts = messages.map(({ headers, payload }) => (headers ? `${headers},${payload}` : payload));
  let end = -1;
  const table = messages.map(({ id, event, headers = '', key }, index) => {
    const entry = Buffer.alloc(ENTRY);
    end += 1 + Buffer.byteLength(texts[index] ?? '');
    uuidBytes(id).copy(entry, 0);
    entry.writeUInt32LE(end, 16);
    entry.writeUInt32LE(key === undefined ? 0 : handMadeHash(key), 20);
    entry.writeUInt16LE(Buffer.byteLength(headers), 24);
    entry.writeUInt16LE(index, 26);
    entry.writeUInt8(names.indexOf(event), 28);
    return entry;
  });
  const body = Buffer.concat([...table, Buffer.from(texts.join())]);
  const header = Buffer.concat([Buffer.alloc(HEADER), ...nameBytes]);
  header.write('TQ', 4, 'latin1');
  header.writeUInt8(1, 6);
  header.writeUInt32LE(header.length, 8);
  header.writeUInt32LE(header.length + body.length, 12);
  header.writeUInt32LE(handMadeCrc(body), 16);
  header.writeUInt32LE(messages.length, 20);
  uuidBytes(producer).copy(header, 48);
  header.writeBigUInt64LE(BigInt(number), 64);
  header.writeUInt32LE(messages.length, 72);
  header.writeUInt8(names.length, 76);
  header.writeUInt32LE(handMadeCrc(header.subarray(4)), 0);
  return Buffer.concat([header, body]);
};

/** The messages of one or more frames, back to back. */
export const readFrames = (bytes: Buffer): Found[] => {
  if (bytes.length === 0) return [];
  const length = bytes.readUInt32LE(12);
  return [...readFrame(bytes.subarray(0, length)), ...readFrames(bytes.subarray(length))];
};

const readFrame = (frame: Buffer): Found[] => {
  const table = frame.readUInt32LE(8);
  const count = frame.readUInt32LE(20);
  if (handMadeCrc(frame.subarray(4, table)) !== frame.readUInt32LE(0)) throw new Error('a wrong header');
  if (handMadeCrc(frame.subarray(table)) !== frame.readUInt32LE(16)) throw new Error('wrong messages');
  const names = namesOf(frame.subarray(HEADER - 1, table));
  const texts = frame.subarray(table + count * ENTRY);
  let start = 0;
  return Array.from({ length: count }, (_, place) => {
    const entry = frame.subarray(table + place * ENTRY);
    const end = entry.readUInt32LE(16);
    const headersLength = entry.readUInt16LE(24);
    const payload = start + (headersLength === 0 ? 0 : headersLength + 1);
    const message = {
      id: uuidText(entry.subarray(0, 16)),
      event: names[entry.readUInt8(28)] ?? '',
      payload: texts.toString('utf8', payload, end),
      ...(headersLength > 0 && { headers: texts.toString('utf8', start, start + headersLength) }),
      seq: Number(frame.readBigUInt64LE(24)) + place,
      time: Number(frame.readBigUInt64LE(32)),
    };
    start = end + 1;
    return message;
  });
};

const namesOf = (bytes: Buffer): string[] => {
  const names: string[] = [];
  for (let at = 1; names.length < bytes.readUInt8(0); at += 1 + bytes.readUInt8(at)) {
    names.push(bytes.toString('utf8', at + 1, at + 1 + bytes.readUInt8(at)));
  }
  return names;
};
