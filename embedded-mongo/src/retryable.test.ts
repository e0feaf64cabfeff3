import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary } from 'bson';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from './bson/document.js';
import { startEmbeddedMongo, type EmbeddedMongo } from './server.js';
import { rawClient, type RawClient } from './wire/raw-client.fixture.js';

let dataDir: string;
let server: EmbeddedMongo;
let client: RawClient;

const start = async (): Promise<void> => {
  server = await startEmbeddedMongo({ dataDir });
  client = await rawClient(server.uri);
};
const stop = async (): Promise<void> => {
  client.close();
  await server.close();
};
const restart = async (): Promise<void> => {
  await stop();
  await start();
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-mongo-retry-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true });
});

const lsid = { id: new Binary(Buffer.alloc(16, 7), 4) };
/** A command with a number: one that a driver may send again. */
const numbered = (txnNumber: bigint, document: Document): Promise<Document> =>
  client.command({ ...document, $db: 'shop', lsid, txnNumber });
const notes = async (): Promise<unknown> => {
  const reply = await client.command({ find: 'notes', $db: 'shop' });
  return (reply.cursor as { firstBatch: unknown }).firstBatch;
};
const increment = {
  update: 'notes',
  updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
};
const inTransaction = { ...increment, autocommit: false };
const commit = { commitTransaction: 1, autocommit: false };

describe('a write that is sent again', () => {
  it('is done once, and answered the same', async () => {
    const first = await numbered(1n, increment);
    expect(await numbered(1n, increment)).toEqual(first);
    await numbered(2n, increment);
    expect(await notes()).toEqual([{ _id: 1, n: 2 }]);
    expect(await numbered(1n, increment)).toMatchObject({ ok: 0, code: 225 });
  });

  it('is done once when it comes by two connections at the same time', async () => {
    const other = await rawClient(server.uri);
    const again = other.command({ ...increment, $db: 'shop', lsid, txnNumber: 1n });
    await Promise.all([numbered(1n, increment), again]);
    other.close();
    expect(await notes()).toEqual([{ _id: 1, n: 1 }]);
  });

  it('is known after restarts', async () => {
    await numbered(1n, increment);
    await restart();
    await restart();
    expect(await numbered(1n, increment)).toMatchObject({ n: 1, upserted: [{ _id: 1 }] });
    expect(await notes()).toEqual([{ _id: 1, n: 1 }]);
  });

  it('is done after all when it was refused', async () => {
    expect(await numbered(1n, { ...increment, nonsense: 1 })).toMatchObject({ code: 40_415 });
    expect(await numbered(1n, increment)).toMatchObject({ ok: 1, n: 1 });
  });
});

describe('a commit that is sent again', () => {
  it('is answered the same, after a restart too', async () => {
    await numbered(5n, { ...inTransaction, startTransaction: true });
    expect(await numbered(5n, commit)).toMatchObject({ ok: 1 });
    expect(await numbered(5n, commit)).toMatchObject({ ok: 1 });
    await restart();
    expect(await numbered(5n, commit)).toMatchObject({ ok: 1 });
    expect(await numbered(5n, inTransaction)).toMatchObject({ ok: 0, code: 256 });
    expect(await notes()).toEqual([{ _id: 1, n: 1 }]);
  });

  it('is refused when the transaction was lost', async () => {
    await numbered(5n, { ...inTransaction, startTransaction: true });
    await restart();
    const reply = await numbered(5n, commit);
    expect(reply).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
    expect(await notes()).toEqual([]);
  });

  it('is refused when a statement of the transaction failed', async () => {
    const insert = { insert: 'notes', autocommit: false };
    await numbered(5n, { ...insert, documents: [{ _id: 1 }], startTransaction: true });
    const reply = await numbered(5n, { ...insert, documents: [{ _id: 2 }, { _id: 1 }] });
    expect(reply).toMatchObject({ ok: 1, n: 1, writeErrors: [{ index: 1, code: 11_000 }] });
    expect(await numbered(5n, commit)).toMatchObject({ code: 251 });
    expect(await notes()).toEqual([]);
  });

  it('is refused after an abort, as an abort is that comes twice', async () => {
    await numbered(5n, { ...inTransaction, startTransaction: true });
    const abort = { abortTransaction: 1, autocommit: false };
    expect(await numbered(5n, abort)).toMatchObject({ ok: 1 });
    expect(await numbered(5n, abort)).toMatchObject({ code: 251 });
    expect(await numbered(5n, commit)).toMatchObject({ code: 251 });
  });
});
