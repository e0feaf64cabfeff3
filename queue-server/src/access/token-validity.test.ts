import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { ALL_RIGHTS, type Principal } from '@typed-queue/program';
import { TokenValidity } from './token-validity.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What the wall clock says, and the one timer that is set. */
let wall: number;
let timer: { readonly run: () => void; readonly ms: number } | undefined;
let log: string[];

const ann: Principal = { kind: 'jwt', name: 'jwt:ann', rights: ALL_RIGHTS, expiresAt: HOUR };
const forever: Principal = { kind: 'token', name: 'token:1', rights: ALL_RIGHTS };

const validityOf = (principal: Principal): TokenValidity =>
  new TokenValidity(principal, {
    authenticator: {
      wallNow: () => wall,
      authenticate: (token) => Promise.resolve({ ...ann, name: `jwt:${token}`, expiresAt: wall + HOUR }),
      renew: (each) => {
        if (!('expiresAt' in each) || wall < (each.expiresAt ?? Infinity)) return each;
        throw new QueueError('auth_expired', 'over');
      },
    },
    after: (ms, run) => {
      const set = { run, ms };
      timer = set;
      return () => {
        if (timer === set) timer = undefined;
      };
    },
    onExpired: ({ code }) => log.push(code),
    onRenewed: () => log.push('renewed'),
    onOverdue: () => log.push('overdue'),
  });

/** The timer fires. */
const fire = (): void => {
  const due = timer;
  timer = undefined;
  due?.run();
};

beforeEach(() => {
  wall = 0;
  timer = undefined;
  log = [];
});

describe('the token of a connection', () => {
  it('that does not expire sets no timer', () => {
    validityOf(forever).check();
    expect(timer).toBeUndefined();
  });

  it('refuses requests that still wait when the connection is gone', () => {
    const signed = validityOf(forever);
    signed.end();
    expect(() => signed.check()).toThrow(expect.objectContaining({ code: 'aborted' }));
  });

  it('looks at the wall clock every minute, since it may be set', () => {
    const signed = validityOf(ann);
    expect(timer?.ms).toBe(MINUTE);
    fire();
    expect(timer?.ms).toEqual(MINUTE);
    expect(log).toEqual([]);
    wall = 2 * HOUR;
    fire();
    expect(log).toEqual(['auth_expired']);
    expect(() => signed.check()).toThrow(expect.objectContaining({ code: 'auth_expired' }));
  });

  it('expires on time, and is overdue 10 s later', () => {
    wall = HOUR - 500;
    validityOf(ann);
    expect(timer?.ms).toBe(500);
    wall = HOUR;
    fire();
    expect(timer?.ms).toBe(10_000);
    fire();
    expect(log).toEqual(['auth_expired', 'overdue']);
    expect(timer).toBeUndefined();
  });

  it('is valid again with another token, of whomever', async () => {
    const signed = validityOf(ann);
    wall = HOUR;
    fire();
    fire();
    await signed.show('late');
    expect(log).toEqual(['auth_expired', 'overdue']);

    log = [];
    const other = validityOf(ann);
    fire();
    await other.show('bob');
    other.check();
    expect(log).toEqual(['auth_expired', 'renewed']);
    expect(other.principal.name).toBe('jwt:bob');
  });

  it('that nothing changed of is not renewed', () => {
    validityOf(ann).review();
    expect(log).toEqual([]);
  });

  it('leaves no timer when its connection is closed', () => {
    const signed = validityOf(ann);
    signed.end();
    expect(timer).toBeUndefined();
    signed.review();
    expect(log).toEqual([]);
  });
});
