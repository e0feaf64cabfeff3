import { describe, expect, it } from '@jest/globals';
import { Error as MongooseError, mongo } from 'mongoose';
import { isConnectionFailure, apiErrorOf } from './errors.js';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

const poolCleared = new mongo.MongoError('Connection pool was cleared');
poolCleared.addErrorLabel('PoolRequestedRetry');

describe('an error of the connection', () => {
  it.each([
    ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
    ...['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SOCKET_CLOSED'],
  ])('that is a plain %s of Node is database_unavailable', (code) => {
    expect(apiErrorOf(coded(code), 'product')).toMatchObject({ code: 'database_unavailable' });
    expect(isConnectionFailure(coded(code))).toBe(true);
  });

  it.each([
    ['MongoNetworkError', new mongo.MongoNetworkError('connection 1 closed'), true],
    ['PoolRequestedRetry', poolCleared, true],
    ['MongoTopologyClosedError', new mongo.MongoTopologyClosedError('closed'), false],
    ['MongoNotConnectedError', new mongo.MongoNotConnectedError('closed'), false],
    [
      'MongoServerSelectionError',
      // Safe: of its description only the error is read.
      new mongo.MongoServerSelectionError('nobody', {
        error: new mongo.MongoNetworkError('refused'),
      } as never),
      false,
    ],
    ['MongooseServerSelectionError', new MongooseError.MongooseServerSelectionError('nobody'), false],
  ])('that is a %s is database_unavailable', (_, error, mayRunAgain) => {
    expect(apiErrorOf(error, 'product')).toMatchObject({ code: 'database_unavailable' });
    expect(isConnectionFailure(error)).toBe(mayRunAgain);
  });

  it.each([
    ['MongoNetworkError', new mongo.MongoNetworkError('connection 1 closed', { cause: coded('ECONNRESET') })],
    ['PoolRequestedRetry', poolCleared],
    ['ECONNRESET', coded('ECONNRESET')],
  ])('is found in an error of several writes: %s', (_, cause) => {
    // Safe: nobody reads the result here.
    const error = new mongo.MongoBulkWriteError(cause, {} as never);
    expect(isConnectionFailure(error)).toBe(true);
    expect(apiErrorOf(error, 'product').code).toBe('database_unavailable');
    expect(isConnectionFailure(new Error('wrapped', { cause: error }))).toBe(true);
  });

  it.each([
    // Safe: of its description only the error is read.
    new mongo.MongoServerSelectionError('nobody', { error: new mongo.MongoNetworkError('refused') } as never),
    new mongo.MongoTopologyClosedError('closed'),
  ])('in an error of several writes is not tried again when its client gave up', (cause) => {
    // Safe: nobody reads the result here.
    const error = new mongo.MongoBulkWriteError(cause, {} as never);
    expect(isConnectionFailure(error)).toBe(false);
    expect(apiErrorOf(error, 'product').code).toBe('database_unavailable');
  });

  it('is not an error of several writes that the server refused', () => {
    const refused = { message: 'E121', code: 121, writeErrors: [{ code: 121 }] };
    // Safe: as above.
    const error = new mongo.MongoBulkWriteError(refused as never, {} as never);
    expect(isConnectionFailure(error)).toBe(false);
    expect(apiErrorOf(error, 'product').code).toBe('internal');
  });

  it.each(['ERR_INVALID_ARG_TYPE', 'MODULE_NOT_FOUND'])('is not one with the code %s', (code) => {
    expect(apiErrorOf(coded(code), 'product').code).toBe('internal');
  });
});

describe('a duplicate', () => {
  const duplicate = (more: object) =>
    new mongo.MongoServerError({ message: 'E11000', code: 11_000, ...more });

  it.each([
    ['name', { keyPattern: { name: 1 } }],
    ['id', { keyPattern: { _id: 1 } }],
  ])('names the field: %s', (field, more) => {
    expect(apiErrorOf(duplicate(more), 'product')).toMatchObject({
      code: 'duplicate_key',
      details: { field },
      message: `Another product has the same ${field}.`,
    });
  });

  it('says that the server did not name the field', () => {
    const error = apiErrorOf(duplicate({}), 'product');
    expect(error).toMatchObject({ code: 'duplicate_key', details: {} });
    expect(error.message).toContain('does not say in which');
  });
});
