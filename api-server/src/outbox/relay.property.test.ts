import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { book } from '../repository/mongoose/documents.fixture.js';
import type { Kill } from './killable-process.fixture.js';
import type { LeaseDocument } from './lease.js';
import type { Outbox } from './outbox.js';
import { storedMessages } from './queue.fixture.js';
import { byDocument, openRelays, changesIn, type Relays, type DocumentChange } from './relays.fixture.js';
import { until } from './until.fixture.js';

let relays: Relays;

beforeAll(async () => {
  relays = await openRelays();
});

afterAll(() => relays.close());

interface ChangeStep {
  readonly kind: 'create' | 'patch' | 'replace' | 'delete' | 'invalid' | 'outdated';
  readonly pick: number;
  /** Made by another process than the one that publishes. */
  readonly elsewhere: boolean;
}

type Step =
  | ChangeStep
  /** A new process publishes, and makes the following changes, until it is killed. */
  | { readonly kind: 'start'; readonly kill: Kill }
  /** It publishes until it is killed, or has nothing more to do, and is killed then. */
  | { readonly kind: 'finish' };

const changeSteps = fc.record({
  kind: fc.constantFrom('create', 'create', 'patch', 'replace', 'delete', 'invalid', 'outdated'),
  pick: fc.nat(20),
  elsewhere: fc.boolean(),
});
/** Calls of a relay: of its queue, its outbox and its lease. */
const RELAY_CALLS = ['publish', 'remove', 'next', 'inOrder', 'isEmpty', 'renew'] satisfies (
  'publish' | keyof Outbox | keyof LeaseDocument
)[];
const kills = fc.record({
  call: fc.constantFrom('any', ...RELAY_CALLS),
  number: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before', 'after'),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: changeSteps, weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant('start'), kill: kills }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant('finish') }), weight: 1 },
  ),
  { minLength: 5, maxLength: 30 },
);

type Started = ReturnType<Relays['start']>;

const kill = async ({ relay, killable }: Started): Promise<void> => {
  killable.kill();
  await relay.stop();
};

/** @returns the changes that were made */
const run = async (all: readonly Step[]): Promise<DocumentChange[]> => {
  const alive = new Map<string, number>();
  const changes: DocumentChange[] = [];
  let running: Started | undefined;
  for (const step of all) {
    if (step.kind === 'start') {
      if (running !== undefined) await kill(running);
      running = relays.start(step.kill);
    } else if (step.kind === 'finish') {
      if (running === undefined) continue;
      await Promise.race([running.killable.killed, until(relays.isEmpty)]);
      await kill(running);
      running = undefined;
    } else {
      changes.push(...(await change(step, alive)));
    }
  }
  if (running !== undefined) await kill(running);
  return changes;
};

/** Makes a change to one of the documents that are alive, by revision. */
const change = async (
  { kind, pick, elsewhere }: ChangeStep,
  alive: Map<string, number>,
): Promise<DocumentChange[]> => {
  const products = elsewhere ? relays.elsewhere : relays.products;
  const [id, revision = 0] = [...alive][pick % Math.max(1, alive.size)] ?? [];
  if (kind === 'create' || id === undefined) {
    const made = await products.create(book());
    alive.set(made.id, 1);
    return [{ event: 'create', id: made.id, revision: 1 }];
  }
  if (kind === 'invalid') {
    await expect(products.patch(id, { price: -1 })).rejects.toMatchObject({ code: 'document_invalid' });
    return [];
  }
  if (kind === 'outdated') {
    const patched = products.patch(id, { price: 1 }, [revision + 1]);
    await expect(patched).rejects.toMatchObject({ code: 'revision_conflict' });
    return [];
  }
  if (kind === 'delete') {
    await products.delete(id);
    alive.delete(id);
    return [{ event: 'delete', id, revision: revision + 1 }];
  }
  await (kind === 'patch' ? products.patch(id, { price: 10_000 + revision }) : products.replace(id, book()));
  alive.set(id, revision + 1);
  return [{ event: 'update', id, revision: revision + 1 }];
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
