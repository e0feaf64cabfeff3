import { describe, expect, it } from '@jest/globals';
import {
  defineQueue,
  fingerprintOf,
  type AnyMessage,
  type Issue,
  type PayloadSchema,
} from '@typed-queue/contracts';
import * as z from 'zod';
import { keyedFrame, grantHeader, storedFrame } from '../consuming/grants.fixture.js';
import { openSubscription } from '../consuming/subscription.fixture.js';

const numbersBy = (schema: z.ZodNumber) => defineQueue('files', { events: { save: schema } });

const even = numbersBy(z.number().multipleOf(2, 'odd'));
const fingerprint = fingerprintOf(even);

const open = (definition = even) => {
  const seen: unknown[] = [];
  const handle = ({ payload }: AnyMessage): void => void seen.push(payload);
  return { ...openSubscription(handle, { definition }), seen };
};

describe('a contract', () => {
  it('that is the same as the server’s is not validated again', () => {
    const { join, grant, seen, events } = open();
    expect(fingerprint).not.toBeNull();
    join({ contract: { fingerprint, since: 1 } });
    grant({ token: 1, seqs: [1, 4] });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(events).toEqual([]);
  });

  it('that the server has only since a seq is held against what is older', () => {
    const { join, grant, seen } = open();
    join({ contract: { fingerprint, since: 3 } });
    grant({ token: 1, seqs: [1, 4] });
    expect(seen).toEqual([2, 3, 4]);
  });

  it.each(['another', null])('that differs from the server’s (%s) is held against everything', (other) => {
    const { join, grant, seen } = open();
    join({ contract: { fingerprint: other, since: 1 } });
    grant({ token: 1, seqs: [1, 4] });
    expect(seen).toEqual([2, 4]);
  });

  it('that checks what JSON Schema cannot say is held against everything', () => {
    const refined = numbersBy(z.number().refine((value) => value % 2 === 0));
    const { join, grant, seen } = open(refined);
    join({ contract: { fingerprint: fingerprintOf(numbersBy(z.number())), since: 1 } });
    grant({ token: 1, seqs: [1, 4] });
    expect(seen).toEqual([2, 4]);
  });

  it('is held against everything until the server has said what it serves by', () => {
    const { join, grant, seen, subscription } = open();
    subscription.online();
    grant({ token: 1, seqs: [1, 2] });
    expect(seen).toEqual([2]);
    join({ contract: { fingerprint, since: 1 } });
    grant({ token: 2, seqs: [3, 3] });
    subscription.offline();
    grant({ token: 3, seqs: [5, 5] });
    expect(seen).toEqual([2, 3]);
  });
});

describe('a message that does not match', () => {
  it('waits with the back-off of its group, and the reason goes to listeners', () => {
    const { join, grant, runtime, server, events } = open();
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.endTurn();
    expect(server.settles[0]?.settlements).toEqual([
      { token: 1, outcome: { kind: 'ack' }, ranges: [[2, 2]] },
      {
        token: 1,
        outcome: { kind: 'retry', code: 'contract_mismatch', reason: 'odd' },
        ranges: [[1, 1]],
      },
    ]);
    const issues: Issue[] = [{ path: '', message: 'odd' }];
    const details = { queue: 'files', group: 'logger', seq: 1, id: expect.any(String), issues };
    expect(events).toMatchObject([
      ['error', { queue: 'files', group: 'logger', error: { code: 'contract_mismatch', details } }],
    ]);
  });

  it('may be of an event that this contract does not have', () => {
    const { join, subscription, seen, events } = open();
    join();
    subscription.granted(grantHeader(1), storedFrame(1, [2], 'toString'));
    expect(seen).toEqual([]);
    expect(events).toMatchObject([
      ['error', { error: { details: { issues: [{ message: 'no event "toString"' }] } } }],
    ]);
  });

  it('holds the later messages of its key', () => {
    const { join, subscription, seen } = open();
    join();
    subscription.granted(grantHeader(1), keyedFrame(1, ['a', 'a', 'b']));
    expect(seen).toEqual([]);
    subscription.granted(grantHeader(2), keyedFrame(4, ['c']));
    expect(seen).toEqual([4]);
  });

  it.each([
    ['was stored under an earlier contract', { fingerprint, since: 2 }, 'the schema accept'],
    ['the server may have a newer contract for', { fingerprint: 'other', since: 1 }, 'another contract'],
  ])('is reported with what to do, when it %s', (_, contract, advice) => {
    const { join, grant, events } = open();
    join({ contract });
    grant({ token: 1, seqs: [1, 1] });
    expect(events).toMatchObject([['error', { error: { message: expect.stringContaining(advice) } }]]);
  });

  it('asks the older client for the newer contract, when it has no such event', () => {
    const { join, subscription, events } = open();
    join();
    subscription.granted(grantHeader(1), storedFrame(1, [2], 'new'));
    const message = expect.stringContaining('older contract than the publisher');
    expect(events).toMatchObject([['error', { error: { message } }]]);
  });

  it('is also one whose schema throws', () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const schema: PayloadSchema<number> = { '~standard': { version: 1, vendor: 'test', validate: broken } };
    const { join, grant, seen, events } = open(defineQueue('files', { events: { save: schema } }));
    join();
    grant({ token: 1, seqs: [1, 1] });
    expect(seen).toEqual([]);
    expect(events).toMatchObject([['error', { error: { details: { issues: [{ message: 'broken' }] } } }]]);
  });
});
