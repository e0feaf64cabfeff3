import { describe, expect, it } from '@jest/globals';
import { DAY } from '@typed-queue/contracts';
import { deepValue, guard, refusalOf, refused } from './guard.fixture.js';
import {
  parseDeadLetterQuery,
  parseGroupName,
  parsePosition,
  parsePurgeLimit,
  parseStart,
  parseSubscribe,
  parseTail,
} from './requests.js';

const request = { subscription: 'mine', queue: 'files', from: 'start' };
const YEAR = 365 * DAY;

describe('a tail request', () => {
  it.each(['start', 'now', { seq: 1 }, { time: 0 }, { epoch: 'one', seq: 7 }])('begins with %j', (from) => {
    const window = { messages: 1_000, bytes: 4 * 1024 * 1024 };
    expect(parseTail({ ...request, from })).toEqual({ ...request, from, form: 'json', live: 'json', window });
  });

  it('passes unchanged when all is said', () => {
    const window = { messages: 1, bytes: 64 * 1024 * 1024 };
    const full = { ...request, events: ['save'], form: 'frame', live: 'frame', window };
    expect(parseTail(full)).toEqual(full);
  });

  it('passes without the fields that only later versions know', () => {
    const later = { more: 1, from: { epoch: 'one', seq: 7, more: 1 } };
    expect(parseTail({ ...request, ...later }).from).toEqual({ epoch: 'one', seq: 7 });
    expect(parseTail({ ...request, ...later })).not.toHaveProperty('more');
  });

  it.each<[object, RegExp]>([
    [{ from: undefined }, /from: expected "start", "now"/],
    [{ from: 'yesterday' }, /from: expected/],
    [{ from: { seq: 0 } }, /from\.seq: /],
    [{ from: { time: -1 } }, /from\.time: /],
    [{ from: { time: 1.5 } }, /from: expected/],
    [{ from: { epoch: 'one' } }, /from: expected/],
    [{ from: { epoch: '', seq: 1 } }, /from\.epoch: /],
    [{ from: { epoch: 7, seq: 1 } }, /from: expected/],
    [{ events: [] }, /events: /],
    [{ events: 'save' }, /events: .*array/],
    [{ events: [7] }, /events\.0: .*string/],
    [{ events: Array.from({ length: 256 }, () => 'save') }, /events: /],
    [{ subscription: '' }, /subscription: /],
    [{ window: { messages: 10_001 } }, /window\.messages: /],
    [{ form: 'xml' }, /form: /],
    [{ live: 'xml' }, /live: /],
  ])('is refused with %j', (changes, text) => {
    refused(parseTail, { ...request, ...changes }, 'tail request', text);
  });

  it('is refused when it begins with what no reader can follow', () => {
    refused(parseTail, { ...request, from: deepValue() }, 'tail request', /from: expected/);
  });

  it.each([null, undefined, 7, [request], deepValue()])('is refused when it is %#', (input) => {
    refused(parseTail, input, 'tail request', /expected object/);
  });

  it('names a queue of the contract and its events', () => {
    expect(guard.tail({ ...request, events: ['save', 'error'] })).toMatchObject(request);
    const code = (changes: object): unknown => refusalOf(() => guard.tail({ ...request, ...changes }))?.code;
    expect(code({ queue: 'none' })).toBe('queue_unknown');
    for (const event of ['saev', 'create', '__proto__', 'constructor']) {
      expect(code({ events: ['save', event] })).toBe('event_unknown');
    }
  });
});

describe('the settings of a group', () => {
  const subscribe = { subscription: 'mine', queue: 'files', group: 'g' };

  it.each([
    {},
    { events: ['save'] },
    { events: ['save'], maxAttempts: 1, retryDelaysMs: [0], expireAfterMs: 1_000, priorities: true },
    { maxAttempts: 100, retryDelaysMs: Array.from({ length: 20 }, () => YEAR), expireAfterMs: YEAR },
  ])('pass unchanged: %j', (settings) => {
    expect(guard.subscribe({ ...subscribe, settings }).settings).toEqual(settings);
  });

  it('are left out when they are not said', () => {
    expect(parseSubscribe(subscribe)).not.toHaveProperty('settings');
  });

  it.each<[unknown, RegExp]>([
    [null, /settings: .*object/],
    [{ events: [] }, /settings\.events: /],
    [{ events: undefined }, /settings\.events: /],
    [{ priorities: 1 }, /settings\.priorities: /],
    [{ maxAttempts: 0 }, /settings\.maxAttempts: /],
    [{ maxAttempts: 101 }, /settings\.maxAttempts: /],
    [{ retryDelaysMs: [] }, /settings\.retryDelaysMs: /],
    [{ retryDelaysMs: Array.from({ length: 21 }, () => 1) }, /settings\.retryDelaysMs: /],
    [{ retryDelaysMs: [-1] }, /settings\.retryDelaysMs\.0: /],
    [{ retryDelaysMs: [YEAR + 1] }, /settings\.retryDelaysMs\.0: /],
    [{ retryDelaysMs: [NaN] }, /settings\.retryDelaysMs\.0: /],
    [{ expireAfterMs: 999 }, /settings\.expireAfterMs: /],
    [{ expireAfterMs: YEAR + 1 }, /settings\.expireAfterMs: /],
  ])('are refused with %j', (settings, text) => {
    refused(parseSubscribe, { ...subscribe, settings }, 'subscribe request', text);
  });

  it('name events of the queue', () => {
    const refusal = refusalOf(() => guard.subscribe({ ...subscribe, settings: { events: ['create'] } }));
    expect(refusal).toMatchObject({ code: 'event_unknown', details: { queue: 'files', event: 'create' } });
  });
});

describe('what operators ask for', () => {
  it.each<{ what: string; parse: (input: unknown) => unknown; values: unknown[] }>([
    { what: 'a position', parse: parsePosition, values: [7] },
    { what: 'the name of a group', parse: parseGroupName, values: ['a.b:c@d_e-f'] },
    { what: 'a start', parse: parseStart, values: ['start', 'now', { seq: 3 }, { time: 3 }] },
    { what: 'the limit of a purge', parse: parsePurgeLimit, values: [null, 1] },
    {
      what: 'a query of dead letters',
      parse: parseDeadLetterQuery,
      values: [{}, { group: 'g', after: 0, limit: 1_000 }],
    },
  ])('passes unchanged: $what', ({ parse, values }) => {
    expect(values.map(parse)).toEqual(values);
  });

  it.each([undefined, null])('is a query of all dead letters when it is %s', (absent) => {
    expect(parseDeadLetterQuery(absent)).toEqual({});
  });

  it('passes without the fields that only later versions know', () => {
    expect(parseStart({ time: 3, more: 1 })).toEqual({ time: 3 });
    expect(parseDeadLetterQuery({ limit: 1, more: 1 })).toEqual({ limit: 1 });
  });

  it.each([0, -1, 1.5, '1', null, undefined])('is no position: %p', (input) => {
    refused(parsePosition, input, 'position', /\w/);
  });

  it.each(['', 'a b', null, 7])('is no name of a group: %p', (input) => {
    refused(parseGroupName, input, 'name of the group', /\w/);
  });

  it.each([undefined, null, 'end', { epoch: 'e' }])('is no start: %p', (input) => {
    refused(parseStart, input, 'position to seek', /expected "start"/);
  });

  it.each([undefined, 0, 'all'])('is no limit of a purge: %p', (input) => {
    refused(parsePurgeLimit, input, 'seq to purge before', /\w/);
  });

  it.each([7, { limit: 0 }, { limit: 1_001 }, { after: -1 }, { group: '' }])(
    'is no query of dead letters: %p',
    (input) => {
      refused(parseDeadLetterQuery, input, 'query for dead letters', /\w/);
    },
  );
});
