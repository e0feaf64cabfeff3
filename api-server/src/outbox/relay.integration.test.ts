import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { book } from '../repository/mongoose/documents.fixture.js';
import { entryOf } from './entry.fixture.js';
import type { Entry } from './entry.js';
import { LeaseDocument } from './lease.js';
import { storedMessages } from './queue.fixture.js';
import type { RelayCandidate } from './relay-candidate.js';
import { byDocument, openRelays, changesIn, type Relays } from './relays.fixture.js';
import { until } from './until.fixture.js';

let relays: Relays;
const running: RelayCandidate[] = [];

beforeAll(async () => {
  relays = await openRelays();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.stop()));
});

afterAll(() => relays.close());

const start = (): RelayCandidate => {
  const { relay } = relays.start();
  running.push(relay);
  return relay;
};

/** A payload that the contract refuses. */
const INVALID = '{"model":7}';

const store = (...entries: readonly Entry[]): Promise<void> =>
  relays.database.transact((unit) => relays.outbox.add(entries, unit));

/** The revisions of a document, in the order of the queue. */
const revisionsOf = async (document: string): Promise<number[]> =>
  changesIn(await storedMessages(relays.url))
    .filter(({ id }) => id === document)
    .map(({ revision }) => revision);

describe('several relays', () => {
  it('publish each change once, in order, whichever of them stops', async () => {
    const all = [start(), start(), start()];
    const documents = await Promise.all(Array.from({ length: 10 }, () => relays.products.create(book())));
    for (let stock = 0; stock < 12; stock++) {
      await Promise.all(documents.map(({ id }) => relays.products.patch(id, { stock })));
      if (stock === 4) await all[0]?.stop();
      if (stock === 8) await all[1]?.stop();
    }
    await until(relays.isEmpty);
    const changes = byDocument(changesIn(await storedMessages(relays.url)));
    const inOrder = Array.from({ length: 13 }, (_, n) => n + 1);
    for (const { id } of documents) {
      expect(changes.get(id)?.map(({ revision }) => revision)).toEqual(inOrder);
    }
    expect((await all[2]?.status())?.relay).toBe('leader');
  });

  it('have one leader', async () => {
    const all = [start(), start(), start()];
    const states = () => Promise.all(all.map(async (relay) => (await relay.status()).relay));
    await until(async () => (await states()).includes('leader'));
    expect((await states()).sort()).toEqual(['leader', 'standby', 'standby']);
    const leader = all[(await states()).indexOf('leader')];
    await leader?.stop();
    await until(async () => (await states()).includes('leader'));
    expect((await states()).sort()).toEqual(['leader', 'standby', 'stopped']);
  });
});

describe('a relay that lost its lease', () => {
  it('publishes nothing until it has the lease again', async () => {
    const relay = start();
    const lease = new LeaseDocument(relays.database.connection);
    const state = async () => (await relay.status()).relay;
    await until(async () => (await state()) === 'leader');
    await until(async () => lease.claim('thief', await lease.read()));
    await until(async () => (await state()) === 'standby');
    const { id } = await relays.products.create(book());
    expect(await relays.isEmpty()).toBe(false);
    await lease.release('thief', undefined);
    await until(relays.isEmpty);
    expect(await state()).toBe('leader');
    expect(await revisionsOf(id)).toEqual([1]);
  });
});

describe('entries', () => {
  it('are published although their transaction commits after later ones are published', async () => {
    start();
    const late = entryOf({ document: 'late' });
    const early = entryOf({ document: 'early' });
    await relays.database.transact(async (unit) => {
      await relays.outbox.add([late], unit);
      await store(early);
      await until(async () => (await revisionsOf('early')).length === 1);
    });
    await until(relays.isEmpty);
    expect(late._id < early._id).toBe(true);
    expect(await revisionsOf('late')).toEqual([1]);
  });

  it('are published by revision, even when the clocks of their processes differ by more than a batch', async () => {
    const ids = Array.from({ length: 1_200 }, () => newId());
    const skewed = Array.from({ length: 600 }, (_, n) =>
      entryOf({ document: 'skewed', revision: 600 - n, _id: ids[n] ?? '' }),
    );
    const others = Array.from({ length: 600 }, (_, n) =>
      entryOf({ document: `other-${n}`, _id: ids[600 + n] ?? '' }),
    );
    await store(...skewed, ...others);
    start();
    await until(relays.isEmpty);
    expect(await revisionsOf('skewed')).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
  });

  it('are published by revision when two processes change a document in turn', async () => {
    const relay = start();
    await until(async () => (await relay.status()).relay === 'leader');
    const { id } = await relays.products.create(book());
    for (let stock = 0; stock < 20; stock++) {
      await (stock % 2 === 0 ? relays.elsewhere : relays.products).patch(id, { stock });
    }
    await until(relays.isEmpty);
    expect(await revisionsOf(id)).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
  });

  it('are not published when the server refuses them permanently, and block no others', async () => {
    const bad = entryOf({ document: 'bad', revision: 2, payload: INVALID });
    await store(
      entryOf({ document: 'bad' }),
      bad,
      entryOf({ document: 'bad', revision: 3 }),
      entryOf({ document: 'good' }),
    );
    const relay = start();
    await until(relays.isEmpty);
    expect(await revisionsOf('bad')).toEqual([1, 3]);
    expect(await revisionsOf('good')).toEqual([1]);
    expect(await relay.status()).toMatchObject({ depth: 0, lagMs: 0, parked: 1, relay: 'leader' });
    await relays.outbox.drop(bad._id);
  });
});

describe('a parked entry', () => {
  const parked = { code: 'payload_invalid', message: 'wrong', at: new Date(0) } as const;

  it('says what was refused, and why', async () => {
    const refused = entryOf({ document: 'refused', revision: 2, payload: INVALID });
    await store(refused);
    start();
    await until(relays.isEmpty);
    const { _id, document, revision } = refused;
    expect(await relays.outbox.parked(10)).toMatchObject([
      { _id, document, revision, parked: { code: 'payload_invalid' } },
    ]);
    await relays.outbox.drop(_id);
  });

  it('is parked again when it is retried and refused again', async () => {
    const again = entryOf({ document: 'refused again', payload: INVALID, parked });
    await store(again);
    start();
    expect(await relays.outbox.retry(again._id)).toBe(true);
    await until(async () => (await relays.outbox.parked(10)).length === 1);
    await relays.outbox.drop(again._id);
  });

  it('is published when it is retried and accepted', async () => {
    const accepted = entryOf({ document: 'accepted', parked });
    await store(accepted);
    start();
    expect(await relays.outbox.retry(accepted._id)).toBe(true);
    await until(relays.isEmpty);
    expect(await revisionsOf('accepted')).toEqual([1]);
  });

  it('is gone when it is dropped', async () => {
    const dropped = entryOf({ document: 'dropped', parked });
    await store(dropped);
    expect(await relays.outbox.drop(dropped._id)).toBe(true);
    expect(await relays.outbox.parked(10)).toEqual([]);
    expect(await relays.outbox.drop(dropped._id)).toBe(false);
    expect(await relays.outbox.retry(dropped._id)).toBe(false);
  });
});

describe('an unreachable queue server', () => {
  it('slows no change, and is shown by the status', async () => {
    const relay = start();
    await until(async () => (await relay.status()).relay === 'leader');
    await relays.down();
    const { id } = await relays.products.create(book());
    await until(async () => (await relay.status()).fault !== undefined);
    expect(await relay.status()).toMatchObject({ depth: 1, relay: 'leader' });
    expect((await relay.status()).lagMs).toBeGreaterThanOrEqual(0);
    await relays.up();
    await until(relays.isEmpty);
    expect(await revisionsOf(id)).toEqual([1]);
    expect((await relay.status()).fault).toBeUndefined();
  });
});
