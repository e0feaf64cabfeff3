import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { Authenticator, type Principal } from '@typed-queue/program';
import { WrongKeys } from './wrong-keys.js';

const KEY = 'a-key-of-some-length';
const ADDRESS = '192.0.2.1';

let now: number;
let looked: number;
let keys: WrongKeys;
/** What a token gets whose issuer is asked. */
let fetching: Promise<Principal>;

beforeEach(async () => {
  now = 0;
  looked = 0;
  const known = await Authenticator.open({ tokens: [KEY] });
  const authenticator = {
    authenticate: (token: string | undefined) => {
      looked++;
      if (token?.startsWith('jwt') === true) return fetching;
      return known.authenticate(token);
    },
    renew: known.renew.bind(known),
    wallNow: known.wallNow,
    mayFetch: (token?: string) => token?.startsWith('jwt') === true,
  };
  keys = new WrongKeys({ authenticator, mostPerMinute: 3, now: () => now });
});

/** The error that a token is refused with; undefined: it is let in. */
const refusalOf = async (address: string, token: string | undefined): Promise<QueueError | undefined> => {
  try {
    await keys.from(address).authenticate(token);
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
};
const guess = async (address: string, times = 1): Promise<unknown[]> => {
  const codes: unknown[] = [];
  for (let n = 0; n < times; n++) codes.push((await refusalOf(address, `guess-${n}`))?.code);
  return codes;
};

describe('wrong keys from one address', () => {
  it('are looked at a few times, and then not at all', async () => {
    expect(await guess(ADDRESS, 5)).toEqual([
      ...['unauthorized', 'unauthorized', 'unauthorized'],
      ...['rate_limited', 'rate_limited'],
    ]);
    expect(looked).toBe(3);
  });

  it('at the limit refuse a right key from there, too, as long as the error says', async () => {
    await guess(ADDRESS, 3);
    const refusal = await refusalOf(ADDRESS, KEY);
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      details: { limit: 'wrong keys', perMinute: 3, retryAfterMs: 20_000 },
      message: expect.stringContaining('MAX_WRONG_KEYS_PER_ADDRESS'),
    });
    now += 20_000;
    expect(await refusalOf(ADDRESS, KEY)).toBeUndefined();
  });

  it('keep nobody out who comes from elsewhere', async () => {
    await guess(ADDRESS, 10);
    expect(await refusalOf('192.0.2.2', KEY)).toBeUndefined();
  });

  it('count for all of a /64 of IPv6', async () => {
    for (const end of ['1', '2', '3']) await guess(`2001:db8::${end}`);
    expect(await guess('2001:db8::4')).toEqual(['rate_limited']);
    expect(await guess('2001:db8:0:1::4')).toEqual(['unauthorized']);
  });

  it('are not those of a client that shows none, nor right ones', async () => {
    for (let n = 0; n < 10; n++) {
      expect(await refusalOf(ADDRESS, undefined)).toMatchObject({ code: 'unauthorized' });
      expect(await refusalOf(ADDRESS, KEY)).toBeUndefined();
    }
    expect(keys.size).toBe(0);
  });

  it('are counted before they are looked at: no more at once than are allowed', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await refusalOf(ADDRESS, `guess-${n}`))?.code),
    );
    expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(3);
    expect(looked).toBe(3);
  });

  it('do not count for right ones that come at once', async () => {
    const refusals = await Promise.all(Array.from({ length: 20 }, () => refusalOf(ADDRESS, KEY)));
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([]);
    expect(keys.size).toBe(0);
  });

  it('are not delayed by tokens whose issuer does not answer', async () => {
    fetching = new Promise(() => undefined);
    for (let n = 0; n < 20; n++) void refusalOf(ADDRESS, `jwt-${n}`);
    expect(await refusalOf(ADDRESS, KEY)).toBeUndefined();
    expect(looked).toBe(4);
  });

  it('are also tokens that cannot be verified, with a limit of their own', async () => {
    fetching = Promise.reject(new QueueError('auth_unavailable', 'The issuer does not answer.'));
    const codes: unknown[] = [];
    for (let n = 0; n < 5; n++) codes.push((await refusalOf(ADDRESS, `jwt-${n}`))?.code);
    expect(codes).toEqual([...Array<string>(3).fill('auth_unavailable'), 'rate_limited', 'rate_limited']);
    expect(await refusalOf(ADDRESS, KEY)).toBeUndefined();
  });

  it('do not wait in any number for those that are being checked', async () => {
    fetching = new Promise(() => undefined);
    for (let n = 0; n < 103; n++) void refusalOf(ADDRESS, `jwt-${n}`);
    expect(await refusalOf(ADDRESS, 'jwt-last')).toMatchObject({ code: 'rate_limited' });
  });

  it('are remembered of 10,000 addresses, the latest', async () => {
    for (let n = 0; n < 10_100; n++) await guess(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(keys.size).toBe(10_000);
    await guess('10.0.39.115', 3);
    expect(await guess('10.0.39.115')).toEqual(['rate_limited']);
  });
});
