import { contract, findIssues, type QueueDefinition } from '@typed-queue/contracts';
import { isUuid } from '@typed-queue/contracts/wire';
import { io, type Socket } from 'socket.io-client';
import type { Target } from '../server-process.js';

/** The fields of a replay that are read. */
interface Replay {
  readonly to: number;
  readonly messages: readonly Stored[];
}

interface Stored {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  readonly headers: unknown;
  readonly seq: number;
}

const isText = (value: unknown): boolean => typeof value === 'string';

/** What is wrong with a message as it is stored. */
const problemOf = ({ events }: QueueDefinition, message: Stored): string | undefined => {
  const { id, event, payload, headers } = message;
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  if (schema === undefined) return 'unknown event';
  if (!isUuid(id)) return 'the id is no UUID';
  if (typeof headers !== 'object' || headers === null || !Object.values(headers).every(isText))
    return 'headers';
  return findIssues(schema, payload) === undefined ? undefined : 'the payload does not match its schema';
};

const problemsIn = (socket: Socket, queue: QueueDefinition): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const problems: string[] = [];
    let last = 0;
    socket.on('replay', ({ to, messages }: Replay) => {
      for (const message of messages) {
        const problem = message.seq > last ? problemOf(queue, message) : 'out of order';
        if (problem !== undefined) problems.push(`${queue.name} #${message.seq}: ${problem}`);
        last = message.seq;
      }
      socket.emit('position', queue.name, to + 1);
    });
    socket.on('live', () => resolve(problems));
    socket.on('disconnect', (reason) => reject(new Error(`the tail was cut off: ${reason}`)));
    socket.emit('tail', { subscription: queue.name, queue: queue.name, from: 'start' });
  });

/** Reads all queues from the start; everything in them that is invalid. */
export const invalidMessages = async ({ port, key }: Target): Promise<string[]> => {
  const problems: string[] = [];
  for (const queue of Object.values(contract)) {
    const auth = { token: key };
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, auth });
    problems.push(...(await problemsIn(socket, queue)));
    socket.off('disconnect');
    socket.disconnect();
  }
  return problems;
};
