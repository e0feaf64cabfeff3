import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { deepValue, guard, refusalOf, refused } from './guard.fixture.js';
import { parseHandshake, parseSubscribe, parseSubscriptionName } from './requests.js';

const request = { subscription: 'mine', queue: 'files', group: 'logger' };

describe('a subscribe request', () => {
  it('passes unchanged when all is said', () => {
    const full = {
      ...request,
      start: { seq: 7 },
      form: 'frame',
      window: { messages: 10_000, bytes: 64 * 1024 * 1024 },
      tokens: [0, 2 ** 40],
    };
    expect(parseSubscribe(full)).toEqual(full);
    for (const start of ['now', { time: 0 }]) {
      expect(parseSubscribe({ ...full, start })).toEqual({ ...full, start });
    }
  });

  it('passes without the fields that only later versions know', () => {
    const later = { more: 1, window: { more: 1 }, start: { seq: 7, more: 1 }, settings: { more: 1 } };
    const known = { window: {}, start: { seq: 7 }, settings: {} };
    expect(parseSubscribe({ ...request, ...later })).toEqual(parseSubscribe({ ...request, ...known }));
  });

  it('has defaults for what is not said', () => {
    const defaults = {
      start: 'start',
      form: 'json',
      window: { messages: 1_000, bytes: 4 * 1024 * 1024 },
      tokens: [],
    };
    expect(parseSubscribe(request)).toEqual({ ...request, ...defaults });
    expect(parseSubscribe({ ...request, window: { messages: 5 } }).window).toEqual({
      messages: 5,
      bytes: 4_194_304,
    });
    expect(parseSubscribe({ ...request, start: undefined }).start).toBe('start');
  });

  it.each<[object, RegExp]>([
    [{ subscription: '' }, /subscription: /],
    [{ subscription: 7 }, /subscription: .*string/],
    [{ subscription: 'x'.repeat(129) }, /subscription: /],
    [{ queue: 7 }, /queue: .*string/],
    [{ queue: undefined }, /queue: .*string/],
    [{ group: '' }, /group: expected 1 to 128 letters, digits or any of/],
    [{ group: 'a/b' }, /group: expected/],
    [{ group: 'a\n' }, /group: expected/],
    [{ group: 'x'.repeat(129) }, /group: expected/],
    [{ group: {} }, /group: .*string/],
    [{ start: 'yesterday' }, /start: /],
    [{ start: { seq: 0 } }, /start/],
    [{ start: { seq: 1.5 } }, /start/],
    [{ start: { time: -1 } }, /start\.time: /],
    [{ start: null }, /start/],
    [{ form: 'xml' }, /form: .*"json"\|"frame"/],
    [{ window: 7 }, /window: .*object/],
    [{ window: { messages: 0 } }, /window\.messages: /],
    [{ window: { messages: 10_001 } }, /window\.messages: /],
    [{ window: { bytes: -1 } }, /window\.bytes: /],
    [{ window: { bytes: 64 * 1024 * 1024 + 1 } }, /window\.bytes: /],
    [{ window: { bytes: Infinity } }, /window\.bytes: /],
    [{ tokens: 7 }, /tokens: .*array/],
    [{ tokens: [-1] }, /tokens\.0: /],
    [{ tokens: ['1'] }, /tokens\.0: .*number/],
  ])('is refused with %j', (changes, text) => {
    refused(parseSubscribe, { ...request, ...changes }, 'subscribe request', text);
  });

  it.each([null, undefined, 7, 'files', [request], deepValue()])('is refused when it is %#', (input) => {
    refused(parseSubscribe, input, 'subscribe request', /expected object/);
  });

  it('is refused with more tokens than a member can have', () => {
    const tokens = Array.from({ length: 10_001 }, () => 1);
    refused(parseSubscribe, { ...request, tokens }, 'subscribe request', /tokens: /);
  });

  it('is refused for a queue that the contract does not have', () => {
    expect(guard.subscribe(request)).toMatchObject(request);
    expect(refusalOf(() => guard.subscribe({ ...request, queue: '__proto__' }))?.code).toBe('queue_unknown');
  });

  it('says all that is wrong at once', () => {
    const wrong = { subscription: '', queue: 7, group: 'a b', form: 'xml' };
    expect(refusalOf(() => parseSubscribe(wrong))?.details.issues).toMatchObject([
      { path: 'subscription' },
      { path: 'queue' },
      { path: 'form' },
      { path: 'group' },
    ]);
  });
});

describe('the name of a subscription', () => {
  it('passes unchanged, or is refused', () => {
    expect(parseSubscriptionName('any name, even __proto__')).toBe('any name, even __proto__');
    for (const input of ['', 'x'.repeat(129), 7, null, undefined, {}, deepValue()]) {
      refused(parseSubscriptionName, input, 'name of the subscription', /\w/);
    }
  });
});

describe('a handshake', () => {
  it('passes with all of it or nothing, and lets fields of others pass', () => {
    const full = {
      protocolVersion: 2,
      secret: 'x'.repeat(32),
      name: 'a.b:c@d_e-f',
      client: newId(),
      token: 'key',
    };
    expect(parseHandshake(full)).toEqual(full);
    expect(parseHandshake({})).toEqual({});
    expect(parseHandshake({ ...full, more: 1 })).toEqual(full);
  });

  it('that is refused shows nothing of the secret', () => {
    const refusal = refusalOf(() => parseHandshake({ secret: 'open sesame' }));
    expect(JSON.stringify(refusal)).not.toContain('sesame');
  });

  it.each<[unknown, RegExp]>([
    [null, /expected object/],
    [undefined, /expected object/],
    [{ protocolVersion: '1' }, /protocolVersion: .*number/],
    [{ protocolVersion: 1.5 }, /protocolVersion: .*int/],
    [{ secret: 'x'.repeat(31) }, /secret: .*>=32/],
    [{ secret: 'x'.repeat(257) }, /secret: .*<=256/],
    [{ secret: 7 }, /secret: .*string/],
    [{ name: '' }, /name: expected 1 to 128 letters/],
    [{ name: 'a/b' }, /name: expected/],
    [{ name: 'a\n' }, /name: expected/],
    [{ client: 'me' }, /client: expected a UUID/],
    [{ client: 7 }, /client: .*string/],
    [{ token: 7 }, /token: .*string/],
    [{ token: deepValue() }, /token: .*string/],
  ])('is refused when it is %#', (input, text) => {
    refused(parseHandshake, input, 'handshake', text);
  });
});
