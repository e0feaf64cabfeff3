import { describe, expect, it } from '@jest/globals';
import type { ChangeEvent } from '../publishing/event.js';
import type { Stored } from '../repository/repository.js';
import { newEntry } from './new-entry.js';

const stored = (fields: object = {}): Stored => ({
  ...{ id: 'a', revision: 4, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:01.000Z' },
  ...fields,
});

const created = (fields?: object, headers = {}): ChangeEvent => ({
  ...{ event: 'create', payload: { model: 'product', id: 'a', after: stored(fields) }, headers },
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });

describe('an entry', () => {
  it('holds its payload as text, with what orders it', () => {
    const change = created({ b: 1, a: 2 }, { actor: 'ann' });
    expect(newEntry(change, 'id-1', 5)).toEqual({
      ...{ _id: 'id-1', event: 'create', payload: JSON.stringify(change.payload), headers: { actor: 'ann' } },
      ...{ document: 'product/a', revision: 4, change: 'product/a@000000000004', createdAt: new Date(5) },
    });
  });

  it('of a deletion counts as one more change', () => {
    const change: ChangeEvent = {
      ...{ event: 'delete', payload: { model: 'product', id: 'a', before: stored() }, headers: {} },
    };
    expect(newEntry(change, 'id-1', 5).revision).toBe(5);
  });

  it.each<[string, ChangeEvent, string]>([
    ['large', created({ text: 'x'.repeat(1024 * 1024) }), 'body_too_large'],
    ['large in bytes', created({ text: 'ä'.repeat(600_000) }), 'body_too_large'],
    ['deep', created({ deep: nested(99) }), 'document_invalid'],
    ['long in its headers', created({}, { actor: 'x'.repeat(17_000) }), 'header_invalid'],
    [
      'none of the contract',
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
