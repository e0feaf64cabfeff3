import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../repository/mongoose/database.js';
import { openTestDatabase, type TestDatabase } from '../repository/mongoose/database.fixture.js';
import { entryOf } from './entry.fixture.js';
import type { Entry } from './entry.js';
import { Outbox } from './outbox.js';

let owner: TestDatabase;
let database: Database;

beforeAll(async () => {
  owner = await openTestDatabase();
  database = await openDatabase({ uri: `${owner.uri}&monitorCommands=true`, models: [] });
});
afterAll(async () => {
  await database.close();
  await owner.close();
});

it('the depth is counted, not estimated by the server', async () => {
  const commands: string[] = [];
  const client = database.connection.getClient();
  client.on('commandStarted', ({ commandName }) => commands.push(commandName));
  const outbox = new Outbox(database.connection);
  const parked = entryOf({ document: 'b' });
  await database.transact(async (unit) => {
    await outbox.add([entryOf({ document: 'a' }), parked], unit);
    // Uncommitted entries do not count.
    expect(await outbox.depth()).toMatchObject({ depth: 0, parked: 0 });
  });
  await outbox.park(parked._id, { code: 'payload_invalid', message: 'wrong', at: new Date(0) });
  expect(await outbox.depth()).toMatchObject({ depth: 1, parked: 1, oldest: new Date(0) });
  expect(commands).toContain('aggregate');
  expect(commands).not.toContain('count');
});

describe('entries in order', () => {
  const revisions = [1, 2, 3, 4].map((revision) => entryOf({ document: 'ordered', revision }));
  const [first, second, third, fourth] = revisions;
  const batch = (...entries: readonly (Entry | undefined)[]): Entry[] => entries.flatMap((one) => one ?? []);
  let outbox: Outbox;

  beforeAll(async () => {
    outbox = new Outbox(database.connection);
    await database.transact((unit) => outbox.add(batch(second, third, fourth), unit));
  });

  it.each([
    ['of which none is missing', batch(fourth, second, third), [2, 3, 4], true],
    ['without a change between them', batch(second, fourth), [2, 3, 4], false],
    ['without changes before them', batch(fourth), [2, 3, 4], false],
    ['without a change that does not wait', batch(second), [2], true],
    ['of a new document', batch(first), [1], true],
  ])('%s', async (_, entries, expected, isAll) => {
    const ordered = await outbox.inOrder(entries);
    expect(ordered.entries.map(({ revision }) => revision)).toEqual(expected);
    expect(ordered.isAll).toBe(isAll);
  });
});
