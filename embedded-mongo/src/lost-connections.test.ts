import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from './server.js';
import { CuttingProxy } from './testing.js';

interface Note {
  readonly _id: number;
  readonly n: number;
}

let server: EmbeddedMongo;
let proxy: CuttingProxy;
let near: MongoClient;
let far: MongoClient;

const notes = (client: MongoClient) => client.db('shop').collection<Note>('notes');

beforeEach(async () => {
  server = await startEmbeddedMongo();
  proxy = await CuttingProxy.to(server.uri);
  near = await MongoClient.connect(server.uri);
  far = await MongoClient.connect(proxy.uri);
  await notes(near).insertOne({ _id: 1, n: 0 });
});
afterEach(async () => {
  await far.close();
  await near.close();
  await proxy.close();
  await server.close();
});

it('the transaction of a client whose connections are cut ends, and its locks with it', async () => {
  const session = far.startSession();
  session.startTransaction();
  await notes(far).updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
  const waiting = notes(near).updateOne({ _id: 1 }, { $inc: { n: 10 } });
  proxy.cut();
  expect(await waiting).toMatchObject({ modifiedCount: 1 });
  expect(await notes(near).findOne()).toEqual({ _id: 1, n: 10 });
  await expect(session.commitTransaction()).rejects.toBeDefined();
  await session.endSession();
});
