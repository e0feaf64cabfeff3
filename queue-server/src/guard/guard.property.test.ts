import { describe, expect, it } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import {
  encodeFrame,
  readMessages,
  type Draft,
  type Outcome,
  type Settlement,
} from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { guard, refusalOf, save } from './guard.fixture.js';
import {
  parseDeadLetterQuery,
  parseHandshake,
  parsePosition,
  parsePurgeLimit,
  parseSettlements,
  parseStart,
  parseSubscriptionName,
} from './requests.js';

/** Names that mean something to somebody. */
const someName = fc.oneof(
  fc.constantFrom(
    'files',
    'database',
    'anything',
    'save',
    'said',
    'create',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.string(),
);
const someValue: fc.Arbitrary<unknown> = fc.oneof(
  someName,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(undefined),
  fc.constant(save),
  fc.uuid(),
  fc.nat(),
);
/** An object of a request's fields with any values, and now and then one field more. */
const almost = (...fields: readonly string[]): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries([...fields, '__proto__', 'more'].map((field) => [field, someValue])), {
    requiredKeys: [],
  });

const somePublication = fc.oneof(someValue, almost('event', 'payload', 'id', 'headers'));
const someSettlement = fc.oneof(someValue, almost('token', 'outcome', 'ranges'));
const someText = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constant(JSON.stringify(save)),
  fc.string({ minLength: 1 }),
);
const someDraft: fc.Arbitrary<Draft> = fc.record({
  id: fc.uuid(),
  event: someName.map((name) => name.slice(0, 60)),
  payload: someText,
  headers: fc.option(fc.oneof(someText, fc.constant('{"key":"k"}')), { nil: undefined }),
  key: fc.option(fc.constantFrom('k', ''), { nil: undefined }),
});

/** `refusalOf` throws everything that is no refusal. */
const survives = (arbitrary: fc.Arbitrary<unknown>, run: (input: unknown) => unknown): void => {
  fc.assert(
    fc.property(arbitrary, (input) => {
      const refusal = refusalOf(() => run(input));
      if (refusal !== undefined) expect(refusal.message).toMatch(/\w{3,}.*\.$/s);
    }),
  );
};

describe('every input is accepted or refused, and never crashes the guard', () => {
  it.each<[string, fc.Arbitrary<unknown>, (input: unknown) => unknown]>([
    [
      'subscribe request',
      almost('subscription', 'queue', 'group', 'start', 'settings', 'window', 'tokens'),
      (input) => guard.subscribe(input),
    ],
    [
      'tail request',
      almost('subscription', 'queue', 'from', 'events', 'form', 'window'),
      (input) => guard.tail(input),
    ],
    [
      'subscribe request whose settings are almost right',
      almost('events', 'maxAttempts', 'retryDelaysMs', 'expireAfterMs').map((settings) => ({
        subscription: 's',
        queue: 'files',
        group: 'g',
        settings,
      })),
      (input) => guard.subscribe(input),
    ],
    ['position to seek', fc.oneof(someValue, almost('seq', 'time')), parseStart],
    ['position', someValue, parsePosition],
    ['seq to purge before', someValue, parsePurgeLimit],
    ['query for dead letters', fc.oneof(someValue, almost('group', 'after', 'limit')), parseDeadLetterQuery],
    ['list of settlements', fc.oneof(someValue, fc.array(someSettlement)), parseSettlements],
    ['name of a subscription', someValue, parseSubscriptionName],
    ['handshake', fc.oneof(someValue, almost('protocolVersion', 'client', 'token')), parseHandshake],
    ['queue', someValue, (input) => guard.queue(input)],
    ['message', somePublication, (input) => guard.queue('files').publication(input)],
    ['message of any payload', somePublication, (input) => guard.queue('anything').publication(input)],
    ['frame', fc.oneof(someValue, fc.uint8Array()), (input) => guard.queue('files').frame(input)],
  ])('as a %s', (_, arbitrary, run) => survives(arbitrary, run));

  it('as an array of messages, each answered in order', () => {
    survives(fc.array(somePublication), (input) => {
      // Safe: the arbitrary makes arrays.
      const inputs = input as readonly unknown[];
      const { frame, messages } = guard.queue('anything').publications(inputs);
      expect(messages).toHaveLength(inputs.length);
      expect(messages.filter((message) => 'id' in message)).toHaveLength(frame?.count ?? 0);
    });
  });

  it('as the bytes of a frame, of which some were changed', () => {
    const { bytes } = encodeFrame([
      { id: '01890000-0000-7000-8000-000000000001', event: 'save', payload: '1' },
    ]);
    survives(fc.array(fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
      const changed = Uint8Array.from(bytes);
      // Safe: the arbitrary makes pairs of numbers.
      for (const [at, value] of changes as [number, number][]) changed[at] = value;
      guard.queue('files').frame(changed);
    });
  });

  it('as a frame of any texts: what passes can be read, and every message is accounted for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('files', 'anything'),
        fc.array(someDraft, { minLength: 1 }),
        (queue, drafts) => {
          const { bytes } = encodeFrame(drafts);
          const refusal = refusalOf(() => {
            const { frame, refused } = guard.queue(queue).frame(bytes);
            const passed = frame === undefined ? [] : readMessages(frame, queue);
            expect(passed.length + refused.length).toBe(drafts.length);
            passed.forEach((message, index) => {
              const draft = drafts[frame?.publishedIndex(index) ?? -1];
              expect(message.id).toEqual(draft?.id);
              expect(message.event).toEqual(draft?.event);
              expect(message.payload).toEqual(JSON.parse(draft?.payload ?? ''));
            });
          });
          expect(refusal).toBeUndefined();
        },
      ),
    );
  });

  it('and what is right passes unchanged', () => {
    // Each after the last, with a gap between.
    const someRanges = fc
      .array(fc.tuple(fc.nat(10_000), fc.nat(10_000)))
      .map((sizes) =>
        sizes.map(([gap, more], index): Range => [30_000 * index + gap + 1, 30_000 * index + gap + 1 + more]),
      );
    const someOutcome = fc.oneof(
      fc.constantFrom<Outcome>({ kind: 'ack' }, { kind: 'release' }, { kind: 'extend' }),
      fc.record(
        {
          kind: fc.constant('retry' as const),
          delayMs: fc.nat(),
          reason: fc.string(),
          failure: fc.record({ code: fc.stringMatching(/^x[a-z0-9_]{0,62}$/), data: fc.boolean() }),
        },
        { requiredKeys: ['kind'] },
      ),
      fc.record(
        {
          kind: fc.constant('dead-letter' as const),
          reason: fc.string(),
          code: fc.constant('contract_mismatch' as const),
        },
        { requiredKeys: ['kind'] },
      ),
    );
    const valid: fc.Arbitrary<Settlement> = fc.record(
      { token: fc.nat(), outcome: someOutcome, ranges: someRanges },
      { requiredKeys: ['token', 'outcome'] },
    );
    const all = fc.uniqueArray(valid, { selector: ({ token }) => token });
    fc.assert(fc.property(all, (input) => expect(parseSettlements(input)).toEqual(input)));
  });
});
