import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import mongoose, { type Connection, type Model } from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo } from '../server.js';

const { Schema, Types } = mongoose;

interface Connected {
  readonly connection: Connection;
  readonly models: { readonly Message: Model<Message>; readonly Author: Model<Author> };
}

/** A connection to a database of its own, empty before each test. `MONGODB_URI` runs the tests against another server. */
export const useMongo = (): (() => Connected) => {
  let server: EmbeddedMongo | undefined;
  let connected: Connected | undefined;
  const now = (): Connected => {
    if (connected === undefined) throw new Error('the tests have not started');
    return connected;
  };
  beforeAll(async () => {
    let uri = process.env.MONGODB_URI;
    if (uri === undefined || uri === '') uri = (server = await startEmbeddedMongo()).uri;
    const dbName = `test_${randomBytes(6).toString('hex')}`;
    const options = { dbName, autoIndex: false, serverSelectionTimeoutMS: 5_000 };
    const connection = await mongoose.createConnection(uri, options).asPromise();
    const models = {
      Message: connection.model<Message>('Message', messageSchema),
      Author: connection.model<Author>('Author', authorSchema),
    };
    connected = { connection, models };
  });
  beforeEach(async () => {
    await now().connection.dropDatabase();
  });
  afterAll(async () => {
    await now().connection.dropDatabase();
    await now().connection.close();
    await server?.close();
  });
  return now;
};

interface Message {
  key: string;
  status: 'ready' | 'leased' | 'done';
  attempts: number;
  visibleAt?: Date;
  payload?: unknown;
  tags: string[];
  blob?: Buffer;
  big?: mongoose.Types.Decimal128;
  uuid?: mongoose.Types.UUID;
  m?: Map<string, number>;
  items: { sku: string; qty: number }[];
  author?: mongoose.Types.ObjectId;
  long?: bigint;
}

const messageSchema = new Schema<Message>(
  {
    key: { type: String, required: true, maxlength: 40 },
    status: { type: String, enum: ['ready', 'leased', 'done'], default: 'ready', index: true },
    attempts: { type: Number, default: 0, min: 0 },
    visibleAt: { type: Date, default: () => new Date(0) },
    payload: Schema.Types.Mixed,
    tags: [String],
    blob: Buffer,
    big: Schema.Types.Decimal128,
    uuid: Schema.Types.UUID,
    m: { type: Map, of: Number },
    items: [{ sku: String, qty: Number }],
    author: { type: Schema.Types.ObjectId, ref: 'Author' },
    long: BigInt,
  },
  { timestamps: true, optimisticConcurrency: true },
)
  .index({ key: 1 }, { unique: true })
  .index({ status: 1, visibleAt: 1 });
messageSchema.virtual('label').get(function () {
  return `L${this.key}`;
});

interface Author {
  name: string;
  v?: number;
}

const authorSchema = new Schema<Author>(
  { name: { type: String, required: true }, v: Number },
  { timestamps: true },
);

/** 50 messages: `b0` … `b49` with as many attempts, every second one ready. */
export const fifty = (author = new Types.ObjectId()) =>
  Array.from({ length: 50 }, (_, i) => ({
    key: `b${i}`,
    attempts: i,
    status: i % 2 === 1 ? ('ready' as const) : ('done' as const),
    author,
    tags: [`t${i % 3}`],
  }));
