import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isThorough } from '../../../checks/thorough.fixture.js';
import { book } from '../repository/mongoose/documents.fixture.js';
import type { Kill } from './killable-process.fixture.js';
import { storedMessages, withoutOtherClients } from './queue.fixture.js';
import { byDocument, openRelays, changesIn, type Relays, type DocumentChange } from './relays.fixture.js';
import { until } from './until.fixture.js';

let relays: Relays;

beforeAll(async () => {
  relays = await openRelays();
});

afterAll(() => relays.close());

/** The changes of a document, ending with the write. */
const writes: Readonly<Record<string, () => Promise<DocumentChange[]>>> = {
  create: async () => {
    const { id } = await relays.products.create(book());
    return [{ event: 'create', id, revision: 1 }];
  },
  replace: async () => {
    const { id } = await relays.products.create(book());
    await relays.products.replace(id, book());
    return [
      { event: 'create', id, revision: 1 },
      { event: 'update', id, revision: 2 },
    ];
  },
  patch: async () => {
    const { id } = await relays.products.create(book());
    for (const price of [1, 2, 3]) await relays.products.patch(id, { price });
    return ['create', 'update', 'update', 'update'].map((event, n) => ({ event, id, revision: n + 1 }));
  },
  delete: async () => {
    const { id } = await relays.products.create(book());
    await relays.products.patch(id, { price: 1 });
    await relays.products.delete(id);
    return ['create', 'update', 'delete'].map((event, n) => ({ event, id, revision: n + 1 }));
  },
};

const kills: readonly (Kill & { readonly moment: string })[] = [
  { moment: 'before it was read', call: 'next', number: 1, when: 'after' },
  { moment: 'before it was published', call: 'publish', number: 1, when: 'before' },
  { moment: 'in the middle of publishing', call: 'publish', number: 2, when: 'after' },
  { moment: 'between the receipt and the deletion of the entry', call: 'remove', number: 1, when: 'before' },
  { moment: 'when the entry was deleted', call: 'remove', number: 1, when: 'after' },
  { moment: 'before its checkpoint was stored', call: 'renew', number: 4, when: 'before' },
  { moment: 'when its checkpoint was stored', call: 'renew', number: 4, when: 'after' },
];

/** Of a process that publishes what it has committed itself. */
const laterKills: readonly (Kill & { readonly moment: string })[] = [
  { moment: 'before it was published', call: 'publish', number: 4, when: 'before' },
  { moment: 'in the middle of publishing', call: 'publish', number: 5, when: 'after' },
  { moment: 'between the receipt and the deletion of the entry', call: 'remove', number: 2, when: 'before' },
  { moment: 'when the entry was deleted', call: 'remove', number: 2, when: 'after' },
];

/** Of the kills: all, or those whose turn it is with this write. */
const turnsOf = <T>(all: readonly T[], turn: number): readonly T[] =>
  isThorough ? all : all.filter((_, index) => index % Object.keys(writes).length === turn);

describe.each(Object.entries(writes).map(([name, write], turn) => ({ name, write, turn })))(
  '$name',
  ({ write, turn }) => {
    const expectPublished = async (work: () => Promise<DocumentChange[]>): Promise<void> => {
      const before = (await storedMessages(relays.url)).length;
      const expected = await work();
      const messages = (await storedMessages(relays.url)).slice(before);
      expect(byDocument(changesIn(messages))).toEqual(byDocument(expected));
      expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
      expect(await relays.isEmpty()).toBe(true);
    };

    it.each(turnsOf(kills, turn))(
      'is published once by a process that is killed $moment, and its successor',
      async (kill) => {
        await expectPublished(async () => {
          const expected = (await Promise.all([write(), write(), write()])).flat();
          const { relay, killable } = relays.start(kill);
          await killable.killed;
          await withoutOtherClients(relays.url);
          const more = await write();
          // Published messages are found in the queue, instead of left to the server's deduplication.
          expect(await relays.drain()).toBe(0);
          await relay.stop();
          return [...expected, ...more];
        });
      },
    );

    it.each(turnsOf(laterKills, turn))(
      'is published once by its own process, killed $moment, and its successor',
      async (kill) => {
        await expectPublished(async () => {
          const { relay, killable } = relays.start(kill);
          const first = (await Promise.all([write(), write(), write()])).flat();
          await Promise.race([until(relays.isEmpty), killable.killed]);
          const second = (await Promise.all([write(), write(), write()])).flat();
          await killable.killed;
          await withoutOtherClients(relays.url);
          expect(await relays.drain()).toBe(0);
          await relay.stop();
          return [...first, ...second];
        });
      },
    );

    it('is published once although the queue server was down', async () => {
      await expectPublished(async () => {
        await relays.down();
        const { relay } = relays.start();
        const expected = (await Promise.all([write(), write(), write()])).flat();
        expect(await relays.isEmpty()).toBe(false);
        await relays.up();
        await relays.drain();
        await relay.stop();
        return expected;
      });
    });
  },
);

describe('a queue server whose disk was wiped', () => {
  it('gets again what was published to its former log without a known receipt', async () => {
    const expected = await writes.patch?.();
    const { relay, killable } = relays.start({ call: 'remove', number: 1, when: 'before' });
    await killable.killed;
    await withoutOtherClients(relays.url);
    await relay.stop();
    await relays.down();
    await relays.up(true);
    expect(await storedMessages(relays.url)).toEqual([]);
    expect(await relays.drain()).toBe(0);
    expect(changesIn(await storedMessages(relays.url))).toEqual(expected);
  });
});
