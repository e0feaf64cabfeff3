import { describe, expect, it } from '@jest/globals';
import { groupOfSegment, segmentOfGroup } from './group-segment.js';

describe.each(['.', '..', '...', '.a', '~', '~.', 'billing', 'a/b ?#'])('the group %s', (group) => {
  const path = `/groups/${encodeURIComponent(segmentOfGroup(group))}`;

  it('has an address that browsers leave as it is', () => {
    expect(new URL(path, 'http://localhost').pathname).toBe(path);
  });

  it('is found at its address', () => {
    expect(groupOfSegment(decodeURIComponent(path.slice('/groups/'.length)))).toBe(group);
  });
});
