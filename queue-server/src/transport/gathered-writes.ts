import type { Socket } from 'socket.io';
import type { QueueServer } from './queue-socket.js';

type Engine = Socket['conn'];

/** The system gets the packets that Engine.IO flushes at once in one write, not each in its own. */
export const gatherWrites = ({ engine }: Pick<QueueServer, 'engine'>): void => {
  engine.on('connection', (connection: Engine) => {
    const { socket } = connection.request;
    connection.on('flush', () => socket.cork());
    connection.on('drain', () => socket.uncork());
  });
};
