import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientSession } from 'mongoose';
import { useMongo } from './mongo.fixture.js';

const mongo = useMongo();
const models = () => mongo().models;

beforeEach(async () => {
  await models().Message.syncIndexes();
  await models().Author.create({ name: 'T1' });
});

/** Runs something with open sessions, which are ended whatever happens. */
const withSessions = async (
  count: number,
  run: (...sessions: ClientSession[]) => Promise<void>,
): Promise<void> => {
  const sessions = await Promise.all(Array.from({ length: count }, () => mongo().connection.startSession()));
  try {
    await run(...sessions);
  } finally {
    for (const session of sessions) {
      if (session.inTransaction()) await session.abortTransaction();
      await session.endSession();
    }
  }
};

describe('a session', () => {
  it('reads without a transaction', async () => {
    await withSessions(1, async (session) => {
      expect(await models().Author.findOne({}, null, { session })).toMatchObject({ name: 'T1' });
    });
  });
});

describe('a transaction', () => {
  it('is seen by others when it is committed', async () => {
    const { Author } = models();
    await mongo().connection.transaction(async (session) => {
      await Author.create([{ name: 'T2' }], { session });
      expect(await Author.countDocuments({ name: 'T2' }).session(session)).toBe(1);
      expect(await Author.countDocuments({ name: 'T2' })).toBe(0);
    });
    expect(await Author.countDocuments({ name: 'T2' })).toBe(1);
  });

  it('leaves nothing when it is aborted', async () => {
    const { Author } = models();
    const failing = mongo().connection.transaction(async (session) => {
      await Author.create([{ name: 'T2' }], { session });
      await Author.updateOne({ name: 'T1' }, { name: 'T3' }, { session });
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
    expect((await Author.find().lean()).map(({ name }) => name)).toEqual(['T1']);
  });

  it('fails with a transient error when another one has written the same document', async () => {
    const { Author } = models();
    await withSessions(2, async (one = never(), other = never()) => {
      for (const session of [one, other]) session.startTransaction();
      await Author.findOne().session(one);
      await Author.findOne().session(other);
      await Author.updateOne({ name: 'T1' }, { v: 1 }, { session: one });
      const error: unknown = await Author.updateOne({ name: 'T1' }, { v: 2 }, { session: other }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
      expect(
        (error as { hasErrorLabel(label: string): boolean }).hasErrorLabel('TransientTransactionError'),
      ).toBe(true);
      await one.commitTransaction();
    });
    expect(await Author.findOne().lean()).toMatchObject({ v: 1 });
  });

  it('is run again by the driver until it has no conflict', async () => {
    const { Author } = models();
    const increment = () =>
      mongo().connection.transaction(async (session) => {
        const author = await Author.findOne({ name: 'T1' }).session(session).orFail();
        await Author.updateOne({ name: 'T1' }, { v: (author.v ?? 0) + 1 }, { session });
      });
    await Promise.all(Array.from({ length: 8 }, increment));
    expect(await Author.findOne().lean()).toMatchObject({ v: 8 });
  });

  it('that begins with several commands at once fails, and ends', async () => {
    const { Author } = models();
    const work = mongo().connection.transaction((session) =>
      Promise.all(Array.from({ length: 5 }, (_, v) => Author.create([{ name: `P${v}` }], { session }))),
    );
    await expect(work).rejects.toMatchObject({ code: 117, codeName: 'ConflictingOperationInProgress' });
    expect(await Author.countDocuments({ name: /^P/ })).toBe(0);
  });

  it('keeps its snapshot while others write', async () => {
    const { Author } = models();
    await withSessions(1, async (session = never()) => {
      session.startTransaction();
      expect(await Author.countDocuments().session(session)).toBe(1);
      await Author.create({ name: 'T2' });
      await Author.updateOne({ name: 'T1' }, { name: 'T9' });
      expect((await Author.find().session(session).lean()).map(({ name }) => name)).toEqual(['T1']);
    });
  });

  it('makes a write outside wait until it ends', async () => {
    const { Author } = models();
    await withSessions(1, async (session = never()) => {
      session.startTransaction();
      await Author.updateOne({ name: 'T1' }, { $inc: { v: 1 } }, { session });
      const outside = Author.updateOne({ name: 'T1' }, { $inc: { v: 10 } }).exec();
      await Author.updateOne({ name: 'T1' }, { $inc: { v: 1 } }, { session });
      await session.commitTransaction();
      await outside;
    });
    expect(await Author.findOne().lean()).toMatchObject({ v: 12 });
  });

  it('ends with a duplicate, which is no transient error', async () => {
    const { Message } = models();
    await Message.create({ key: 'k1' });
    const failing = mongo().connection.transaction(async (session) => {
      await Message.create([{ key: 'k2' }], { session });
      await Message.create([{ key: 'k1' }], { session });
    });
    await expect(failing).rejects.toMatchObject({ code: 11_000, keyValue: { key: 'k1' } });
    expect(await Message.countDocuments()).toBe(1);
  });
});

function never(): never {
  throw new Error('a session is missing');
}
