import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import type { Settle } from '../claim.js';
import { UNCHANGED, type Change } from './change.js';
import { attemptOf } from './message-state.js';
import { Group } from './group.js';

const LEASE_MS = 30_000;
const policy = {
  leaseMs: LEASE_MS,
  maxUnsettled: 100,
  maxAttempts: 6,
  retryDelayMs: (failures: number) => failures * 1_000,
};

interface Lease {
  readonly member: string;
  readonly token: number;
}
/** The lease of most tests, and another member's. */
const OWN: Lease = { member: 'a', token: 1 };
const OTHER: Lease = { member: 'b', token: 2 };

const each = (...seqs: readonly number[]): Range[] => seqs.map((seq) => [seq, seq]);

let group: Group;
let now: number;

beforeEach(() => {
  group = new Group(1, policy);
  now = 0;
});

/** Returns the claimed ranges, each with the attempt that it begins. */
const claim = (lease: Lease, ...ranges: readonly Range[]): unknown[] =>
  group.claim(ranges, lease, now).map(({ from, to, state }) => [from, to, attemptOf(state)]);

const settle = (lease: Lease, kind: 'ack' | 'release' | 'extend', ...ranges: readonly Range[]): Change =>
  group.settle({ ...lease, outcome: { kind }, ...(ranges.length > 0 && { ranges }) }, now);

/** Without a delay it is that of the policy. */
const retry = (
  lease: Lease,
  delay: { readonly delayMs?: number } = {},
  ...ranges: readonly Range[]
): Change =>
  group.settle({ ...lease, outcome: { kind: 'retry', ...delay }, ...(ranges.length > 0 && { ranges }) }, now);

/** What a member without leases may claim. */
const offered = ({ head, limit = 10 }: { readonly head: number; readonly limit?: number }): Range[] => [
  ...group.candidates({ member: 'c' }, head, now, limit).ranges,
];

describe('a group offers', () => {
  it('nothing while the log ends before its floor', () => {
    group = new Group(3, policy);
    expect(offered({ head: 2 })).toEqual([]);
  });

  it('new messages from its floor on, within the limit', () => {
    group = new Group(3, policy);
    expect(offered({ head: 20 })).toEqual([[3, 12]]);
  });

  it('new messages after those that were claimed, up to the head', () => {
    claim(OWN, [1, 12]);
    expect(offered({ head: 20 })).toEqual([[13, 20]]);
    expect(offered({ head: 12 })).toEqual([]);
  });

  it('released messages before new ones, at the same attempt', () => {
    claim(OWN, [1, 5]);
    settle(OWN, 'release', [2, 3]);
    expect(offered({ head: 9 })[0]).toEqual([2, 3]);
    expect(claim(OTHER, [2, 3])).toEqual([[2, 3, 1]]);
  });

  it('failed messages before new ones once their delay is over, at the next attempt', () => {
    claim(OWN, [1, 5]);
    retry(OWN, { delayMs: 50 }, [5, 5]);
    now = 49;
    expect(offered({ head: 9 })[0]).toEqual([6, 9]);
    now = 50;
    expect(offered({ head: 9 })[0]).toEqual([5, 5]);
    expect(claim(OTHER, [5, 5])).toEqual([[5, 5, 2]]);
  });

  it('scattered messages that were returned together, and new ones after them', () => {
    const returned = each(2, 4, 6, 8);
    claim(OWN, [1, 9]);
    settle(OWN, 'release', ...returned);
    expect(offered({ head: 20, limit: 3 })).toEqual(returned.slice(0, 3));
    expect(offered({ head: 20, limit: 6 })).toEqual([...returned, [10, 11]]);
    expect(offered({ head: 9, limit: 6 })).toEqual(returned);
  });
});

describe('the floor of a group', () => {
  beforeEach(() => void claim(OWN, [1, 10]));

  it('stays while the oldest message is not settled', () => {
    settle(OWN, 'ack', [4, 6]);
    expect(group.floor).toBe(1);
  });

  it('moves past all messages that are settled', () => {
    settle(OWN, 'ack', [4, 6]);
    settle(OWN, 'ack', [1, 3]);
    expect(group.floor).toBe(7);
    expect(group.holds(OWN.token, OWN.member)).toBe(true);
  });

  it('is the cursor when all is settled, and no state is left', () => {
    settle(OWN, 'ack');
    expect(group.floor).toBe(11);
    expect(group.leases).toEqual([]);
    expect(group.runs).toEqual([]);
  });
});

describe('an outcome', () => {
  it('is refused for messages that are not under the token, which are listed', () => {
    claim(OWN, [1, 3]);
    claim(OTHER, [4, 6]);
    const { refused, changed } = settle(OWN, 'ack', [2, 5], [9, 9]);
    expect(refused).toEqual([
      [4, 5],
      [9, 9],
    ]);
    expect(changed).toMatchObject([{ from: 2, to: 3 }]);
  });

  it('is refused under the token of another member, whose lease stays', () => {
    claim(OTHER, [1, 3]);
    expect(settle({ ...OTHER, member: 'a' }, 'ack', [1, 3]).refused).toEqual([[1, 3]]);
    expect(group.holds(OTHER.token, OTHER.member)).toBe(true);
  });

  it('has no effect the second time', () => {
    claim(OWN, [1, 3]);
    settle(OWN, 'ack', [1, 2]);
    expect(settle(OWN, 'ack', [1, 2])).toEqual(UNCHANGED);
  });

  describe('for a range without end', () => {
    const endless: Omit<Settle, 'token'> = {
      member: 'a',
      outcome: { kind: 'ack' },
      ranges: [[1, 2 ** 53 - 1]],
    };

    /** Every second message of two leases is settled. */
    beforeEach(() => {
      for (const [token, range] of [[1, [1, 30]] as const, [2, [31, 60]] as const]) {
        const lease = { member: 'a', token };
        claim(lease, range);
        settle(lease, 'ack', ...each(...Array.from({ length: 30 }, (_, n) => 2 * n + 1)));
      }
    });

    it('lists all that it is refused for', () => {
      expect(group.settle({ ...endless, token: 3 }, now).refused).toHaveLength(31);
    });

    it.each([
      { maxRefused: 4, refused: each(2, 4, 6, 8) },
      { maxRefused: 0, refused: [] },
    ])('searches no further than the limit of $maxRefused ranges', ({ maxRefused, refused }) => {
      expect(group.settle({ ...endless, token: 3, maxRefused }, now).refused).toEqual(refused);
    });

    it('is applied to all messages under the token, whatever the limit', () => {
      const { refused, changed } = group.settle({ ...endless, token: 2, maxRefused: 1 }, now);
      expect(refused).toEqual([[2, 2]]);
      expect(changed).toHaveLength(15);
    });
  });
});

describe('a retry without a delay of its own', () => {
  it('waits by the number of failures', () => {
    claim(OWN, [1, 1]);
    retry(OWN);
    expect(group.nextDue(now)).toBe(1_000);
    now = 1_000;
    claim(OTHER, [1, 1]);
    now = 5_000;
    retry(OTHER);
    expect(group.nextDue(now)).toBe(7_000);
  });

  it('has no time any more when it is due', () => {
    claim(OWN, [1, 1]);
    retry(OWN);
    expect(group.nextDue(1_000)).toBeUndefined();
  });
});

describe('a lease', () => {
  beforeEach(() => {
    claim(OWN, [1, 3]);
    settle(OWN, 'ack', [1, 1]);
  });

  it('ends at its deadline, not before', () => {
    expect(group.expire(LEASE_MS - 1)).toEqual([]);
    expect(group.expire(LEASE_MS)).toMatchObject([{ lease: OWN }]);
  });

  it('that ended counts one failure', () => {
    now = LEASE_MS;
    group.expire(now);
    expect(claim(OTHER, [2, 3])).toEqual([[2, 3, 2]]);
  });

  it('that ended has its outcomes refused', () => {
    group.expire(LEASE_MS);
    expect(settle(OWN, 'ack', [1, 3]).refused).toEqual([[2, 3]]);
  });

  it('ends later when it is extended', () => {
    now = 20_000;
    settle(OWN, 'extend');
    expect(group.nextDue(now)).toBe(20_000 + LEASE_MS);
  });

  it.each([
    { what: 'earlier when its member vanished', member: 'a', until: 25_000, deadline: 25_000 },
    { what: 'not later when its member vanished', member: 'a', until: 40_000, deadline: LEASE_MS },
    { what: 'as before when another member vanished', member: 'b', until: 21_000, deadline: LEASE_MS },
  ])('ends $what', ({ member, until, deadline }) => {
    group.abandon(member, until, false);
    expect(group.nextDue(20_000)).toBe(deadline);
  });
});

describe('messages that the log has lost', () => {
  it('are skipped', () => {
    group.skip([1, 6]);
    expect(offered({ head: 9 })).toEqual([[7, 9]]);
  });

  it('are settled by their holder when they are leased', () => {
    claim(OWN, [1, 2]);
    group.skip([2, 6]);
    expect(group.floor).toBe(1);
    settle(OWN, 'ack');
    expect(group.floor).toBe(7);
  });

  it('are skipped while they wait for a retry', () => {
    claim(OWN, [1, 1]);
    retry(OWN, { delayMs: 50 });
    group.skip([1, 1]);
    now = 50;
    expect(offered({ head: 1 })).toEqual([]);
    expect(group.floor).toBe(2);
  });
});

describe('a group that is restored from the records of its changes', () => {
  beforeEach(() => {
    claim(OWN, [1, 8]);
    const changes = [retry(OWN, {}, [6, 6]), settle(OWN, 'ack', [1, 2], [5, 5])];
    group = new Group(1, policy);
    for (const run of changes.flatMap(({ changed }) => changed)) group.restore(run);
  });

  it('has its floor', () => {
    expect(group.floor).toBe(3);
  });

  it('offers what is not settled and does not wait', () => {
    expect(offered({ head: 8 })).toEqual([
      [3, 4],
      [7, 8],
    ]);
  });

  it('offers retries when they are due', () => {
    claim(OTHER, [3, 4]);
    now = 1_000;
    expect(offered({ head: 8 })).toEqual([
      [6, 6],
      [7, 8],
    ]);
  });
});
