import { decode, encode, type Document } from '../bson/document.js';
import { checkFieldOrder } from '../bson/field-order.js';
import { CommandError } from '../errors.js';

/** Bytes of the header: length, id, id of the request that is answered, opcode. */
const HEADER = 16;

export const MAX_MESSAGE = 48_000_000;

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

export interface Request {
  readonly id: number;
  /** The old form, by which drivers shake hands. */
  readonly legacy: boolean;
  readonly answered: boolean;
  readonly command: Document;
  /** Why the command cannot be read as it was sent. */
  readonly refusal?: CommandError;
}

/** Cuts messages out of what comes from a socket. */
export class Framing {
  #rest: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #held = 0;

  /** The messages that are complete. @throws RangeError for what cannot be one */
  add(chunk: Buffer): readonly Buffer[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const messages: Buffer[] = [];
    while (this.#held >= 4) {
      this.#gather(4);
      const length = this.#rest.readInt32LE(0);
      if (length < HEADER || length > MAX_MESSAGE) throw new RangeError(`a message of ${length} bytes`);
      if (this.#held < length) break;
      this.#gather(length);
      messages.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      this.#held -= length;
    }
    return messages;
  }

  /** Joins the chunks when the first of them does not hold enough: once a message, however many they are. */
  #gather(length: number): void {
    if (this.#rest.length >= length) return;
    this.#rest = Buffer.concat([this.#rest, ...this.#chunks]);
    this.#chunks = [];
  }
}

/** @throws Error for what is no message of a driver */
export const parseRequest = (message: Buffer): Request => {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_MSG) {
    const flags = message.readUInt32LE(HEADER);
    const answered = (flags & MORE_TO_COME) === 0;
    return { id, legacy: false, answered, ...bodyOf(message, (flags & CHECKSUM_PRESENT) !== 0) };
  }
  if (opcode !== OP_QUERY) throw new Error(`unknown opcode ${opcode}`);
  const name = message.indexOf(0, HEADER + 4);
  return { id, legacy: true, answered: true, command: documentAt(message, name + 9) };
};

const bodyOf = (message: Buffer, checksum: boolean): Pick<Request, 'command' | 'refusal'> => {
  try {
    return { command: sections(message, checksum) };
  } catch (error) {
    if (error instanceof CommandError) return { command: {}, refusal: error };
    throw error;
  }
};

const documentAt = (message: Buffer, offset: number): Document => {
  const bytes = message.subarray(offset, offset + message.readInt32LE(offset));
  const document = decode(bytes);
  checkFieldOrder(bytes);
  return document;
};

/** The body, and the lists of documents that come beside it. */
const sections = (message: Buffer, checksum: boolean): Document => {
  const end = message.length - (checksum ? 4 : 0);
  let body: Document = {};
  const lists: Record<string, readonly Document[]> = {};
  for (let at = HEADER + 4; at < end;) {
    const kind = message.readUInt8(at);
    const length = message.readInt32LE(at + 1);
    if (length < 5 || at + 1 + length > end) throw new RangeError('a section leaves its message');
    if (kind === 0) body = documentAt(message, at + 1);
    else Object.assign(lists, listAt(message, at + 5, at + 1 + length));
    at += 1 + length;
  }
  return { ...body, ...lists };
};

const listAt = (message: Buffer, start: number, end: number): Record<string, readonly Document[]> => {
  const nameEnd = message.indexOf(0, start);
  const documents: Document[] = [];
  for (let at = nameEnd + 1; at < end; at += message.readInt32LE(at)) documents.push(documentAt(message, at));
  return { [message.toString('utf8', start, nameEnd)]: documents };
};

/** An answer, in the form of its request. */
export const encodeReply = ({ id, legacy }: Request, reply: Document): Buffer => {
  const body = encode(reply);
  const fixed = legacy ? 20 : 5;
  const head = Buffer.alloc(HEADER + fixed);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  // How many documents follow.
  if (legacy) head.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([head, body]);
};
