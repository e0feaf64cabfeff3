import { expect, it } from '@jest/globals';
import { StoreBacklog } from './store-backlog.js';

const MIB = 1024 * 1024;

/** A connection that goes on sending 1 MiB while it is read. */
const connectionTo = (backlog: StoreBacklog) => {
  const ends: (() => void)[] = [];
  const connection = {
    isRead: true,
    get stored(): number {
      return ends.length;
    },
    send: (): void => void ends.push(share.add(MIB)),
    complete: (): void => ends.shift()?.(),
  };
  const share = backlog.share({
    hold: () => (connection.isRead = false),
    release: () => (connection.isRead = true),
  });
  return connection;
};

/** Each in turn sends what it may. */
const sendAll = (connections: readonly ReturnType<typeof connectionTo>[]): void => {
  while (connections.some(({ isRead }) => isRead)) {
    for (const connection of connections) if (connection.isRead) connection.send();
  }
};

it.each([
  [1, 8],
  [4, 4],
  [40, 2],
])('each of %i connections may have %i MiB that are being stored', (count, most) => {
  const backlog = new StoreBacklog();
  const connections = Array.from({ length: count }, () => connectionTo(backlog));
  sendAll(connections);
  expect(connections.map(({ stored }) => stored).filter((stored) => stored > most)).toEqual([]);
});

it('a connection is read again when its bytes are stored', () => {
  const connection = connectionTo(new StoreBacklog());
  sendAll([connection]);
  connection.complete();
  expect(connection.isRead).toBe(true);
});

it('a connection of which nothing is being stored is read, however much the others have', () => {
  const backlog = new StoreBacklog();
  backlog.share(undefined).add(100 * MIB);
  const connection = connectionTo(backlog);
  connection.send();
  expect(connection.isRead).toBe(false);
  connection.complete();
  expect(connection.isRead).toBe(true);
});
