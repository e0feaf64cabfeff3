import type { Duplex } from 'node:stream';

/** Reads what comes on a connection. While it is held it reads nothing more, and whoever sends has to wait. */
export interface SocketReader {
  hold(): void;
  release(): void;
}

const readers = new WeakMap<Duplex, SocketReader>();

/** Says who reads the connection of a socket. */
export const setReader = (socket: Duplex, reader: SocketReader): void => void readers.set(socket, reader);

export const readerOf = (socket: Duplex): SocketReader | undefined => readers.get(socket);
