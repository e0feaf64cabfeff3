import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeEvent } from '../publishing/publisher.js';
import type { Stored } from '../repository/repository.js';
import { entryOf } from './entry.fixture.js';
import { byRevision, changeKey, newEntry, type Entry } from './entry.js';

const entry = (document: string, revision: number): Entry =>
  entryOf({ _id: `${document}${revision}`, document, revision });

const ids = (entries: readonly Entry[]) => entries.map(({ _id }) => _id);

describe('entries by revision', () => {
  it('keep the positions of each document', () => {
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

  it('are the same entries, sorted by revision within each document, in any order', () => {
    const all = ['a', 'b', 'c'].flatMap((document) =>
      [1, 2, 3, 4].map((revision) => entry(document, revision)),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (entries) => {
        const sorted = byRevision(entries);
        expect(ids(sorted).sort()).toEqual(ids(entries).sort());
        expect(sorted.map(({ document }) => document)).toEqual(entries.map(({ document }) => document));
        for (const [index, { document, revision }] of sorted.entries()) {
          const later = sorted.slice(index + 1).filter((other) => other.document === document);
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

const stored = (fields: object = {}): Stored => ({
  id: 'a',
  revision: 4,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z',
  ...fields,
});

const created = (fields?: object, headers = {}): ChangeEvent => ({
  event: 'create',
  payload: { model: 'product', id: 'a', after: stored(fields) },
  headers,
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });

describe('a new entry', () => {
  it('holds its payload as text, and what it is sorted by', () => {
    const change = created({ b: 1, a: 2 }, { actor: 'ann' });
    expect(newEntry(change, 'id-1', 5)).toEqual({
      _id: 'id-1',
      event: 'create',
      payload: JSON.stringify(change.payload),
      headers: { actor: 'ann' },
      document: 'product/a',
      revision: 4,
      change: 'product/a@000000000004',
      createdAt: new Date(5),
    });
  });

  it('of a deletion counts as one more change', () => {
    const change: ChangeEvent = {
      event: 'delete',
      payload: { model: 'product', id: 'a', before: stored() },
      headers: {},
    };
    expect(newEntry(change, 'id-1', 5).revision).toBe(5);
  });

  it.each<[string, ChangeEvent, string]>([
    ['large', created({ text: 'x'.repeat(1024 * 1024) }), 'body_too_large'],
    ['large in bytes', created({ text: 'ä'.repeat(600_000) }), 'body_too_large'],
    ['deep', created({ deep: nested(99) }), 'document_invalid'],
    ['long in its headers', created({}, { actor: 'x'.repeat(17_000) }), 'header_invalid'],
    [
      'not of the contract',
      { ...created(), payload: { model: 7, after: stored() } } as never,
      'document_invalid',
    ],
  ])('is refused when it is %s', (_, change, code) => {
    expect(() => newEntry(change, 'id-1', 5)).toThrow(expect.objectContaining({ code }));
  });

  it('may be as deep as a message may', () => {
    expect(newEntry(created({ deep: nested(98) }), 'id-1', 5).revision).toBe(4);
  });
});
