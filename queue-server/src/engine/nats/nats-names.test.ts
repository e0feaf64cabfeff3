import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamNames } from './nats-names.js';

const prefix = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
const journal = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary', maxLength: 6 }),
  fc.stringMatching(/^[a-f0-9=./_-]{1,6}$/),
);

it('gives each journal of each prefix a stream of its own', () => {
  fc.assert(
    fc.property(fc.tuple(prefix, journal), fc.tuple(prefix, journal), (one, other) => {
      fc.pre(one.join(' ') !== other.join(' '));
      expect(new StreamNames(...one).stream).not.toBe(new StreamNames(...other).stream);
    }),
    { numRuns: 2_000 },
  );
});

it('has nothing in names of streams that NATS refuses', () => {
  fc.assert(
    fc.property(prefix, journal, (...names) => {
      expect(new StreamNames(...names).stream).toMatch(/^[A-Za-z0-9_=-]+$/);
    }),
  );
});

it('keeps the names of queues readable', () => {
  expect(new StreamNames('tq', 'queue/user-files').stream).toBe('typed-queue=tq=queue=2fuser-files');
});

it('has subjects that only its own stream takes', () => {
  const names = new StreamNames('tq', 'groups');
  expect([names.subjects, names.subject('batch')]).toEqual([
    'typed-queue.tq.groups.*',
    'typed-queue.tq.groups.batch',
  ]);
});

it('finds the journal of each stream', () => {
  fc.assert(
    fc.property(prefix, fc.string({ minLength: 1, maxLength: 6 }), (store, name) => {
      expect(StreamNames.journalOf(store, new StreamNames(store, name).stream)).toBe(name);
    }),
  );
});
