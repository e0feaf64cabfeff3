import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byRevision, changeKey, type Entry } from './entry.js';

const entry = (document: string, revision: number): Entry => ({
  ...{ _id: `${document}${revision}`, event: 'update', payload: '{}', headers: {}, createdAt: new Date(0) },
  ...{ document, revision, change: changeKey(document, revision) },
});

const ids = (entries: readonly Entry[]) => entries.map(({ _id }) => _id);

describe('entries by revision', () => {
  it('leave each document the places that it had', () => {
    const entries = [
      entry('a', 3),
      entry('b', 2),
      entry('a', 1),
      entry('c', 1),
      entry('b', 1),
      entry('a', 2),
    ];
    expect(ids(byRevision(entries))).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3']);
  });

  it('are the same entries, whatever their order', () => {
    const all = ['a', 'b', 'c'].flatMap((document) =>
      [1, 2, 3, 4].map((revision) => entry(document, revision)),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (entries) => {
        const sorted = byRevision(entries);
        expect(ids(sorted).sort()).toEqual(ids(entries).sort());
        expect(sorted.map(({ document }) => document)).toEqual(entries.map(({ document }) => document));
        for (const [place, { document, revision }] of sorted.entries()) {
          const later = sorted.slice(place + 1).filter((other) => other.document === document);
          expect(later.every((other) => other.revision > revision)).toBe(true);
        }
      }),
    );
  });
});

it('the keys of changes sort as their revisions', () => {
  expect(changeKey('a', 9) < changeKey('a', 10)).toBe(true);
  expect(changeKey('a', 99_999_999_999) < changeKey('a', 100_000_000_000)).toBe(true);
});
