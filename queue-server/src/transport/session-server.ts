import type { Deliver } from '../delivery/tailing/live-broadcast.js';
import { answerRequests, type RequestDeps } from './client-requests.js';
import { FramePacket } from './frame-packet.js';
import type { QueueServer } from './queue-socket.js';
import { queueFrameRoom, queueRoom } from './rooms.js';
import { Session } from './session.js';
import { serveSockets, type SocketServer, type SocketServerDeps } from './socket-server.js';
import { piecesOf } from './wire-forms.js';

/** Serves the queues of an engine: each client that may connect has a session. */
export const serveSessions = (
  deps: RequestDeps & Omit<SocketServerDeps, 'serve' | 'decoder'>,
): SocketServer => {
  const server = serveSockets({
    ...deps,
    serve: (connection) => {
      const session = new Session(connection, deps);
      answerRequests(session, connection, deps);
      return session;
    },
  });
  deps.tails.onDeliver(liveDelivery(server.io));
  return server;
};

/** Broadcasts live messages to the tails of a queue, encoded once. */
const liveDelivery = (io: QueueServer): Deliver => ({
  json: (queue, ...delivery) => io.to(queueRoom(queue)).emit('deliver', queue, ...delivery),
  frame: (queue, epoch, firstSeq, frames) => {
    const packet = FramePacket.of('deliver:frame', [queue, epoch, firstSeq], piecesOf(frames));
    packet.sendToRoom(io, queueFrameRoom(queue));
  },
});
