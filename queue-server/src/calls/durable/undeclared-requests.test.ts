import { describe, expect, it } from '@jest/globals';
import type { GroupMessage } from '../../engine/group-message.js';
import { UndeclaredRequests } from './undeclared-requests.js';

const WAITING: GroupMessage = { kind: 'ready', attempt: 1, redriven: false };

/** What a group made of the messages from seq 1 on; undefined: there is no such group. */
const requests = (messages: readonly GroupMessage[] | undefined): UndeclaredRequests =>
  new UndeclaredRequests((_, seq) => messages?.[seq - 1]);

describe('durable calls that the contract no longer declares', () => {
  it('are counted, and kept from the oldest one on, unless they are settled', () => {
    const undeclared = requests([{ kind: 'settled' }, WAITING, { kind: 'dead' }, WAITING]);
    for (const seq of [1, 2, 3, 4]) undeclared.add('ship', seq);
    expect([...undeclared.counts]).toEqual([['ship', 2]]);
    expect(undeclared.floor).toBe(2);
  });

  it('keep nothing when all are settled', () => {
    const undeclared = requests([{ kind: 'settled' }]);
    undeclared.add('ship', 1);
    expect([undeclared.counts.size, undeclared.floor]).toEqual([0, Infinity]);
  });

  it('are forgotten with their group, which an operator may delete', () => {
    const undeclared = requests(undefined);
    undeclared.add('ship', 1);
    expect(undeclared.floor).toBe(Infinity);
  });
});
