import type { Connection } from './connection.js';

/** A front asks a unit to let a client finish what it has begun, with a `Finishing`: its connection is about to end. */
export const FINISH = 'front:finish';

/** What breaks between two servers. When the client is gone its front closes the stream. */
const BREAKS: readonly unknown[] = ['ECONNRESET', 'ETIMEDOUT'];

/** Whether the way to the front broke: the client may well be there. */
export const isCutOff = ({ socket }: Pick<Connection, 'socket'>): boolean => {
  const { errored } = socket.conn.request.socket;
  return errored !== null && 'code' in errored && BREAKS.includes(errored.code);
};
