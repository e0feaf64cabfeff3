import { once } from 'node:events';
import { connect } from 'node:net';
import { encode, type Document } from '../bson/document.js';
import { Framing, parseRequest } from './message.js';

/** An OP_MSG as drivers send it: a body, and documents beside it. */
export const message = (
  body: Record<string, unknown>,
  documents: readonly Record<string, unknown>[] = [],
  flags = 0,
): Buffer => {
  const list = documents.map(encode);
  const name = Buffer.from('documents\0');
  const size = Buffer.alloc(4);
  size.writeInt32LE(4 + name.length + list.reduce((sum, { length }) => sum + length, 0));
  const head = Buffer.alloc(20);
  head.writeInt32LE(7, 4);
  head.writeInt32LE(2013, 12);
  head.writeUInt32LE(flags, 16);
  const second = documents.length > 0 ? [Buffer.of(1), size, name, ...list] : [];
  const all = Buffer.concat([head, Buffer.of(0), encode(body), ...second]);
  all.writeInt32LE(all.length, 0);
  return all;
};

export interface RawClient {
  command(document: Document): Promise<Document>;
  close(): void;
}

/** A client that sends commands as they are, one at a time, without the additions of a driver. */
export const rawClient = async (uri: string): Promise<RawClient> => {
  const { hostname, port } = new URL(uri);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const framing = new Framing();
  return {
    command: async (document) => {
      socket.write(message({ ...document }));
      for (;;) {
        const data: readonly unknown[] = await once(socket, 'data');
        const [reply] = Buffer.isBuffer(data[0]) ? framing.add(data[0]) : [];
        if (reply !== undefined) return parseRequest(reply).command;
      }
    },
    close: () => socket.destroy(),
  };
};
