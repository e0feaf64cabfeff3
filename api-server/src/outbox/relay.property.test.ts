import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { book } from '../repository/mongoose/documents.fixture.js';
import type { Kill } from './killable-process.fixture.js';
import type { LeaseDocument } from './lease.js';
import type { Outbox } from './outbox.js';
import { storedMessages } from './queue.fixture.js';
import { byDocument, openRelays, changesIn, type Relays, type DocumentChange } from './relays.fixture.js';
import { until } from './shop.fixture.js';

let relays: Relays;

beforeAll(async () => {
  relays = await openRelays();
});

afterAll(() => relays.close());

type Step =
  | {
      readonly kind: 'create' | 'patch' | 'replace' | 'delete' | 'invalid' | 'outdated';
      readonly pick: number;
    }
  /** A process publishes until it is killed, or has nothing more to do. */
  | { readonly kind: 'relay'; readonly kill: Kill };

const change = fc.record({
  kind: fc.constantFrom('create', 'create', 'patch', 'replace', 'delete', 'invalid', 'outdated'),
  pick: fc.nat(20),
});
/** Calls of a relay: of its queue, its outbox and its lease. */
const RELAY_CALLS = ['publish', 'recordAttempt', 'remove', 'next', 'attempted', 'renew'] satisfies (
  'publish' | keyof Outbox | keyof LeaseDocument
)[];
const kill = fc.record({
  call: fc.constantFrom('any', ...RELAY_CALLS),
  number: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before', 'after'),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: change, weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant('relay'), kill }), weight: 1 },
  ),
  { minLength: 5, maxLength: 30 },
);

/** @returns the changes that were made */
const run = async (all: readonly Step[]): Promise<DocumentChange[]> => {
  const { products } = relays;
  const alive = new Map<string, number>();
  const changes: DocumentChange[] = [];
  for (const step of all) {
    if (step.kind === 'relay') {
      const { relay, killable } = relays.start(step.kill);
      await Promise.race([killable.killed, until(relays.isEmpty)]);
      killable.kill();
      await relay.stop();
      continue;
    }
    const [id, revision = 0] = [...alive][step.pick % Math.max(1, alive.size)] ?? [];
    if (step.kind === 'create' || id === undefined) {
      const made = await products.create(book());
      alive.set(made.id, 1);
      changes.push({ event: 'create', id: made.id, revision: 1 });
    } else if (step.kind === 'invalid') {
      await expect(products.patch(id, { price: -1 })).rejects.toMatchObject({ code: 'document_invalid' });
    } else if (step.kind === 'outdated') {
      await expect(products.patch(id, { price: 1 }, [revision + 1])).rejects.toMatchObject({
        code: 'revision_conflict',
      });
    } else if (step.kind === 'delete') {
      await products.delete(id);
      alive.delete(id);
      changes.push({ event: 'delete', id, revision: revision + 1 });
    } else {
      await (step.kind === 'patch'
        ? products.patch(id, { price: 10_000 + revision })
        : products.replace(id, book()));
      alive.set(id, revision + 1);
      changes.push({ event: 'update', id, revision: revision + 1 });
    }
  }
  return changes;
};

it('the events are the changes, each once and in order, whenever processes are killed', async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const changes = await run(all);
      await relays.drain();
      const messages = await storedMessages(relays.url);
      expect(byDocument(changesIn(messages.slice(checked)))).toEqual(byDocument(changes));
      checked = messages.length;
      expect(new Set(messages.map(({ id }) => id)).size).toBe(checked);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
