import { describe, expect, it } from '@jest/globals';
import { mayHaveLost, refuseUnfit, type RedisSettings } from './settings.js';

const settings = (given: Partial<RedisSettings> = {}): RedisSettings => ({
  version: '7.0.15',
  runId: 'one',
  replicationId: 'data',
  isPromoted: false,
  durability: 'memory',
  evictionPolicy: undefined,
  ...given,
});

const FLUSHING = settings({ durability: 'disk' });

const noted = (runId: string, durability: string, lost = '0'): ReadonlyMap<string, string> =>
  new Map(Object.entries({ run_id: runId, durability, lost }));

describe('a Redis', () => {
  it.each([
    ['is new', new Map<string, string>(), settings(), false],
    ['is the same process', noted('one', 'memory'), settings(), false],
    ['was started again and flushes after its answers', noted('other', 'memory'), settings(), true],
    ['was started again and flushes before its answers', noted('other', 'disk'), FLUSHING, false],
    ['was started again and does not flush any more', noted('other', 'disk'), settings(), true],
    ['has an owner that noted nothing', new Map([['owners', '1']]), settings(), true],
    [
      'is the same process with the data of another one',
      new Map([...noted('one', 'disk'), ['replid', 'former']]),
      FLUSHING,
      true,
    ],
    [
      'took the place of a master',
      noted('other', 'disk'),
      settings({ durability: 'disk', isPromoted: true }),
      true,
    ],
    [
      'was once a replica, and is the same process',
      noted('one', 'disk'),
      settings({ isPromoted: true }),
      false,
    ],
    ['is known to have lost something', noted('one', 'disk', '1'), settings(), true],
  ])('that %s may have lost messages, or not', (_, before, now, expected) => {
    expect(mayHaveLost(before, now)).toBe(expected);
  });

  it.each([[undefined], ['noeviction']])('that removes nothing by itself is used (%s)', (evictionPolicy) => {
    expect(() => refuseUnfit(settings({ evictionPolicy }))).not.toThrow();
  });

  it('that is older than 7.0 is refused', () => {
    expect(() => refuseUnfit(settings({ version: '6.2.14' }))).toThrow(/Redis 6\.2\.14 is too old/);
  });

  it('that removes data when its memory is full is refused, with the command that changes it', () => {
    const refused = (): void => refuseUnfit(settings({ evictionPolicy: 'allkeys-lru' }));
    expect(refused).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(refused).toThrow(/CONFIG SET maxmemory-policy noeviction/);
  });
});
