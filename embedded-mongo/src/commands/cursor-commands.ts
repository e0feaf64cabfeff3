import type { Document } from '../bson/document.js';
import type { Call, Command } from './command.js';

const getMore = ({ instance, subject, args }: Call): Document => {
  args.string('collection');
  const batchSize = args.count('batchSize', 0);
  args.end();
  const id = BigInt(String(subject));
  return instance.cursors.more(id, batchSize === 0 ? Infinity : batchSize);
};

const killCursors = ({ instance, args }: Call): Document => {
  const ids = args.array('cursors').map((id) => BigInt(String(id)));
  args.end();
  const killed = ids.filter((id) => instance.cursors.close(id));
  const [cursorsKilled, cursorsNotFound] = [killed, ids.filter((id) => !killed.includes(id))];
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
};

export const cursorCommands: Readonly<Record<string, Command>> = {
  getMore: { run: getMore, inTransaction: true },
  killCursors: { run: killCursors, inTransaction: true },
};
