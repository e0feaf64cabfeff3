import { describe, expect, it } from '@jest/globals';
import type { DatabaseMessage } from '@typed-queue/contracts';
import { differences, type Document, type Evidence } from './audit.js';

const at = (revision: number): Document => ({ id: 'a', revision, price: revision * 10 });

type Change = Pick<DatabaseMessage, 'event'> & { readonly payload: object };

const model = { model: 'product', id: 'a' };
const create: Change = { event: 'create', payload: { ...model, after: at(1) } };
const update = (to: number): Change => ({
  event: 'update',
  payload: { ...model, before: at(to - 1), after: at(to), changed: ['price'] },
});
const remove = (from: number): Change => ({ event: 'delete', payload: { ...model, before: at(from) } });

/** Safe: the audit reads nothing else of a message. */
const messagesOf = (changes: readonly Change[]): DatabaseMessage[] => changes as DatabaseMessage[];

const compare = (changes: readonly Change[], rest: Partial<Evidence> = {}): string[] =>
  differences({ messages: messagesOf(changes), documents: [], answered: [], ...rest });

describe('the audit', () => {
  it('finds nothing wrong with whole histories', () => {
    const kept = { documents: [at(3)] };
    expect(compare([create, update(2), update(3)], kept)).toEqual([]);
    expect(compare([create, update(2), remove(2)])).toEqual([]);
    const answered = [
      { operation: 'create', document: at(1) },
      { operation: 'update', document: at(2) },
      { operation: 'delete', id: 'a' },
    ] as const;
    expect(compare([create, update(2), remove(2)], { answered })).toEqual([]);
  });

  it.each<[string, readonly Change[], Partial<Evidence>]>([
    ['an event twice', [create, update(2), update(2)], { documents: [at(2)] }],
    ['a hole', [create, update(3)], { documents: [at(3)] }],
    ['a wrong order', [create, update(3), update(2)], { documents: [at(3)] }],
    ['two creations', [create, create], { documents: [at(1)] }],
    ['no creation', [update(2)], { documents: [at(2)] }],
    ['no last event', [create], { documents: [at(2)] }],
    ['an event of what is not there', [create], {}],
    ['a deletion of what is there', [create, remove(1)], { documents: [at(1)] }],
    ['a change after the deletion', [create, remove(1), update(2)], { documents: [at(2)] }],
    ['a document without an event', [], { documents: [at(1)] }],
  ])('finds %s', (_what, changes, rest) => {
    expect(compare(changes, rest)).not.toEqual([]);
  });

  it('finds answered writes without an event', () => {
    const kept = { documents: [at(1)] };
    const document = at(1);
    expect(compare([], { answered: [{ operation: 'create', document }] })).toHaveLength(1);
    const updated = { operation: 'update', document: at(2) } as const;
    expect(compare([create], { ...kept, answered: [updated] })).toHaveLength(1);
    expect(compare([create], { ...kept, answered: [{ operation: 'delete', id: 'a' }] })).toHaveLength(1);
    const other = { operation: 'create', document: { ...document, price: 11 } } as const;
    expect(compare([create], { ...kept, answered: [other] })).toHaveLength(1);
  });
});
