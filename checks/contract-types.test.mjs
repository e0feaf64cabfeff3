import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { calling, callingMistakes } from './calling.fixture.mjs';
import { Compiler } from './compiler.fixture.mjs';
import {
  BUDGETS,
  consumer,
  contractOf,
  failing,
  failingMistakes,
  LENGTHS,
  linesOf,
  mistakes,
  shopWith,
  store,
  storeMistakes,
} from './shop.fixture.mjs';

const compiler = new Compiler(ts);
const shop = shopWith('zod');
const FIRST_LINE = linesOf(shop);

describe('what a person reads in an editor', () => {
  const program = shop + mistakes.map(({ code }) => code).join('\n');
  const errors = compiler.errors({ 'shop.ts': program });

  it('has one error for each of the commonest mistakes', () => {
    expect(errors.map(({ line }) => line - FIRST_LINE)).toEqual(mistakes.map((_, index) => index));
  });

  it.each(mistakes.map((mistake, index) => ({ ...mistake, index })))(
    'shows $mistake at its place, short, with what is allowed',
    ({ index, at, names, length = LENGTHS.error }) => {
      const error = errors[index];
      expect(error?.at.startsWith(at)).toBe(true);
      expect(names.filter((name) => !error?.text.includes(name))).toEqual([]);
      expect(error?.text.length).toBeLessThanOrEqual(length);
    },
  );

  it.each([
    ['a message', "queue.subscribe('orders', { group: 'g', events: ['placed'] }, (/*?*/message) => message.seq);", LENGTHS.message], // prettier-ignore
    ['a message in a map of handlers', "queue.subscribe('stock', { group: 'g' }, { low: (/*?*/message) => message.seq });", LENGTHS.message], // prettier-ignore
    ['publish', "void queue./*?*/publish('stock', 'low', { left: 1 });", LENGTHS.method],
    ['subscribe', "queue./*?*/subscribe('stock', { group: 'g' }, () => undefined);", LENGTHS.method],
  ])('shows %s', (_what, code, length) => {
    const [hover] = compiler.hovers({ 'shop.ts': shop + code }, '/*?*/');
    expect(hover).toMatch(/left: number|total: number/);
    expect(hover?.length).toBeLessThanOrEqual(length);
  });

  it('offers the events in a map of handlers, and the fields of a message in a handler', () => {
    const code = `
      queue.subscribe('orders', { group: 'g' }, { /*!*/ });
      queue.subscribe('orders', { group: 'g' }, { placed: ({ payload }) => payload./*!*/x, cancelled: () => 1 });`;
    const [events, fields] = compiler.completions({ 'shop.ts': shop + code }, '/*!*/');
    expect(events).toEqual(expect.arrayContaining(['placed', 'cancelled']));
    expect(fields).toEqual(['id', 'total']);
  });
});

describe.each([
  ['a larger payload', store, storeMistakes],
  ['declared failures', failing, failingMistakes],
  ['calls', calling, callingMistakes],
])('what a person reads about %s', (_, head, wrong) => {
  const errors = compiler.errors({ 'store.ts': head + wrong.map(({ code }) => code).join('\n') });

  it.each(wrong.map((mistake, index) => ({ ...mistake, line: linesOf(head) + index })))(
    'shows $mistake at its place, with the field',
    ({ line, at, names, length = LENGTHS.error }) => {
      const own = errors.filter((error) => error.line === line);
      expect(own.map((error) => error.at.startsWith(at))).toEqual([true]);
      expect(names.filter((name) => !own[0].text.includes(name))).toEqual([]);
      expect(own[0].text.length).toBeLessThanOrEqual(length);
    },
  );
});

describe('what a person reads about a larger payload', () => {
  it.each([
    ['publish', "void queue./*?*/publish('orders', 'placed', { ...rest, customer, total: 1 });"],
    ['subscribe', "queue./*?*/subscribe('orders', { group: 'g' }, () => undefined);"],
  ])('shows the method %s with its payload', (_method, code) => {
    const [hover] = compiler.hovers({ 'store.ts': `${store}${code}` }, '/*?*/');
    expect(hover).toContain('total: number');
    expect(hover.length).toBeLessThanOrEqual(LENGTHS.storeMethod);
  });
});

describe('a consumer of a built contract', () => {
  const counts = Object.fromEntries(
    Object.keys(BUDGETS).map((queues) => {
      const declarations = compiler.declarations({ 'big.ts': contractOf(queues) });
      return [queues, compiler.instantiations({ 'big.d.ts': declarations, 'consumer.ts': consumer })];
    }),
  );

  it.each(Object.entries(BUDGETS))('of %s queues makes at most %s types', (queues, budget) => {
    expect(counts[queues]).toBeLessThanOrEqual(budget);
  });

  it('costs as much for each queue, however many there are', () => {
    const each = (from, to) => (counts[to] - counts[from]) / (to - from);
    expect(each(100, 500)).toBeLessThanOrEqual(each(10, 100) * 1.1 + 1);
  });
});
