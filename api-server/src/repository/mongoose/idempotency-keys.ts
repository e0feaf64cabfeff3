import { DAY, ApiError } from '@typed-queue/contracts';
import { mongo, type ClientSession } from 'mongoose';
import type { Answer, IdempotencyStore, KeyedRequest } from '../idempotency-store.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Database } from './database.js';

/** How long a key is kept at least, in milliseconds. */
export const KEPT_MS = DAY;

interface Key {
  /** The scope and the key. */
  readonly _id: string;
  readonly fingerprint: string;
  /** There as soon as anybody sees the key: both are written in one transaction. */
  readonly answer?: Answer;
  readonly createdAt: Date;
}

const DUPLICATE_KEY = 11000;

const conflict = ({ key }: KeyedRequest): ApiError =>
  new ApiError('idempotency_conflict', `The Idempotency-Key "${key}" was used for another request.`);

const idOf = ({ scope, key }: KeyedRequest): string => `${scope} ${key}`;

/** The collection of the keys that clients gave their requests. */
export class IdempotencyKeys implements IdempotencyStore {
  readonly #database: Pick<Database, 'connection' | 'transact' | 'retry' | 'now'>;

  constructor(database: Pick<Database, 'connection' | 'transact' | 'retry' | 'now'>) {
    this.#database = database;
  }

  /** Looked up each time: the client of the connection may have been replaced. */
  get #keys(): mongo.Collection<Key> {
    const { connection } = this.#database;
    return connection.getClient().db(connection.name).collection<Key>('idempotency-keys');
  }

  /** Makes the index that it lacks, and with it the collection. */
  async build(): Promise<void> {
    await this.#keys.createIndex({ createdAt: 1 }, {}, {});
  }

  async once(
    request: KeyedRequest,
    work: (unit: UnitOfWork) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
    const first = await this.#answerTo(request);
    if (first !== undefined) return { answer: first, replayed: true };
    try {
      return {
        answer: await this.#database.transact((unit) => this.#do(request, work, unit)),
        replayed: false,
      };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'idempotency_conflict') throw error;
      // Somebody else had the key a moment ago, perhaps for the same request.
      const answer = await this.#answerTo(request);
      if (answer === undefined) throw error;
      return { answer, replayed: true };
    }
  }

  /** Removes keys that were kept long enough. Returns how many. */
  async removeOld(): Promise<number> {
    const createdAt = { $lt: new Date(this.#database.now() - KEPT_MS) };
    const { deletedCount } = await this.#keys.deleteMany({ createdAt });
    return deletedCount;
  }

  /** Inserts the key before the work is done: a second request with the key does nothing. */
  async #do(
    request: KeyedRequest,
    work: (unit: UnitOfWork) => Promise<Answer>,
    unit: UnitOfWork,
  ): Promise<Answer> {
    const { session } = unit;
    await this.#insert(request, session);
    const answer = await work(unit);
    await this.#keys.updateOne({ _id: idOf(request) }, { $set: { answer } }, { session });
    return answer;
  }

  async #insert(request: KeyedRequest, session: ClientSession): Promise<void> {
    const createdAt = new Date(this.#database.now());
    const key = { _id: idOf(request), fingerprint: request.fingerprint, createdAt };
    try {
      await this.#keys.insertOne(key, { session });
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) throw conflict(request);
      throw error;
    }
  }

  /** @throws ApiError `idempotency_conflict` when the key is another request's */
  async #answerTo(request: KeyedRequest): Promise<Answer | undefined> {
    const found = await this.#database.retry(() => this.#keys.findOne({ _id: idOf(request) }));
    if (found !== null && found.fingerprint !== request.fingerprint) throw conflict(request);
    return found?.answer;
  }
}
