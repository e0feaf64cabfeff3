import { QueueError } from '@typed-queue/contracts';

const STANDALONE = `The MongoDB server is no replica set: it has no transactions, so that no change could be stored together with its event.
A replica set of one member is enough. Start the server with a name for it, and initiate it once:
  mongod --replSet rs0
  mongosh --eval 'rs.initiate()'
Atlas always is one. Without MONGODB_URI the API server brings an embedded one along, for development.`;

/** What a server says of itself (the command `hello`). */
export interface Hello {
  readonly setName?: unknown;
  readonly msg?: unknown;
}

/** @throws QueueError `database_standalone` for a server without transactions */
export const refuseStandalone = ({ setName, msg }: Hello): void => {
  // A router of a sharded cluster says so instead of naming a set.
  if (setName === undefined && msg !== 'isdbgrid') throw new QueueError('database_standalone', STANDALONE);
};
