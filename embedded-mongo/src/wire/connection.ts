import type { Socket } from 'node:net';
import type { Document } from '../bson/document.js';
import { encodeReply, Framing, parseRequest, type Request } from './message.js';

export type Answerer = (request: Request, connection: object) => Promise<Document>;

/** Answers the commands of one connection, one after the other. Ends the connection of a client that does not speak the protocol. */
export const serveConnection = (socket: Socket, answer: Answerer): void => {
  const framing = new Framing();
  let last = Promise.resolve();
  const serve = async (message: Buffer): Promise<void> => {
    if (socket.destroyed) return;
    const request = parseRequest(message);
    const reply = await answer(request, socket);
    if (request.answered && socket.writable) socket.write(encodeReply(request, reply));
  };
  const refuse = (): void => {
    socket.destroy();
  };
  socket.setNoDelay(true);
  // A closed connection is no error of the server.
  socket.on('error', refuse);
  socket.on('data', (chunk) => {
    try {
      for (const message of framing.add(chunk)) last = last.then(() => serve(message)).catch(refuse);
    } catch {
      refuse();
    }
  });
};
