import { describe, expect, it } from '@jest/globals';
import { ownerOf } from './rendezvous.js';

const QUEUES = Array.from({ length: 3_000 }, (_, index) => `queue-${index}`);
const MEMBERS = ['ada', 'bea', 'cleo'];

const countOf = (members: readonly string[], member: string): number =>
  QUEUES.filter((queue) => ownerOf(queue, members) === member).length;

describe('rendezvous hashing', () => {
  it('has no owner when there are no members', () => {
    expect(ownerOf('logs', [])).toBeUndefined();
  });

  it('gives everything to the only member', () => {
    expect(countOf(['ada'], 'ada')).toBe(QUEUES.length);
  });

  it('does not depend on the order of the members', () => {
    const reversed = MEMBERS.toReversed();
    expect(QUEUES.map((queue) => ownerOf(queue, reversed))).toEqual(
      QUEUES.map((queue) => ownerOf(queue, MEMBERS)),
    );
  });

  it.each(MEMBERS)('gives about a third to each of three: to %s', (member) => {
    const count = countOf(MEMBERS, member);
    expect(Math.abs(count - QUEUES.length / 3)).toBeLessThan(120);
  });

  it('moves nothing between the others when a member leaves', () => {
    const moved = QUEUES.filter((queue) => {
      const owner = ownerOf(queue, MEMBERS);
      return owner !== 'cleo' && ownerOf(queue, ['ada', 'bea']) !== owner;
    });
    expect(moved).toEqual([]);
  });

  it('moves nothing but to the one that comes', () => {
    const movedTo = QUEUES.flatMap((queue) => {
      const owner = ownerOf(queue, [...MEMBERS, 'dora']);
      return owner === ownerOf(queue, MEMBERS) ? [] : [owner];
    });
    expect(new Set(movedTo)).toEqual(new Set(['dora']));
  });
});
