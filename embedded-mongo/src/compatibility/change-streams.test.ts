import { describe, expect, it } from '@jest/globals';
import type { ChangeStream, ChangeStreamDocument } from 'mongodb';
import { useMongo } from './mongo.fixture.js';

const mongo = useMongo();

interface Note {
  readonly _id: number;
  readonly text?: string;
  readonly meta?: { readonly a?: number; readonly b?: number };
}

const notes = () => mongo().connection.getClient().db(mongo().connection.name).collection<Note>('notes');

const next = async (stream: ChangeStream<Note, ChangeStreamDocument<Note>>, count: number) => {
  const events: ChangeStreamDocument<Note>[] = [];
  while (events.length < count) events.push(await stream.next());
  return events;
};

describe('a change stream', () => {
  it('tells inserts, updates and deletes', async () => {
    const stream = notes().watch<Note, ChangeStreamDocument<Note>>([], { fullDocument: 'updateLookup' });
    await stream.tryNext();
    await notes().insertOne({ _id: 1, text: 'a', meta: { a: 1, b: 1 } });
    await notes().updateOne({ _id: 1 }, { $set: { 'meta.a': 2 }, $unset: { text: 1 } });
    await notes().deleteOne({ _id: 1 });
    const events = await next(stream, 3);
    await stream.close();
    expect(events).toMatchObject([
      { operationType: 'insert', documentKey: { _id: 1 }, fullDocument: { _id: 1, text: 'a' } },
      {
        operationType: 'update',
        updateDescription: { updatedFields: { 'meta.a': 2 }, removedFields: ['text'] },
      },
      { operationType: 'delete', documentKey: { _id: 1 } },
    ]);
  });

  it('goes on behind a token, with what a pipeline lets through', async () => {
    const stream = notes().watch<Note, ChangeStreamDocument<Note>>();
    await stream.tryNext();
    await notes().insertMany([1, 2, 3].map((_id) => ({ _id })));
    const [first] = await next(stream, 1);
    await stream.close();
    const later = notes().watch<Note, ChangeStreamDocument<Note>>([{ $match: { 'documentKey._id': 3 } }], {
      resumeAfter: first?._id,
    });
    expect(await next(later, 1)).toMatchObject([{ operationType: 'insert', documentKey: { _id: 3 } }]);
    await later.close();
  });
});
