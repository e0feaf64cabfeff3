import fc from 'fast-check';
import type { Headers } from '../message.js';
import type { Draft } from './encode.js';

/** What a publisher has in mind, before it becomes a draft. */
export interface Plan {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  readonly headers: Headers;
}

/** Any UTF-16, lone surrogates included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 12 });
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }), anyText);

const headers: fc.Arbitrary<Headers> = fc.oneof(
  fc.constant({}),
  text.map((key) => ({ key })),
  fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    text,
    { maxKeys: 3 },
  ),
);

const plan: fc.Arbitrary<Plan> = fc.record({
  id: fc.uuid(),
  event: fc.constantFrom('create', 'update', 'a', 'Größe', '変更'),
  payload: fc.oneof(
    text,
    fc.jsonValue({ maxDepth: 2 }),
    fc.record({ text, list: fc.array(text, { maxLength: 3 }) }),
  ),
  headers,
});

/** Messages of every kind that JSON can carry. */
export const plans = fc.array(plan, { minLength: 1, maxLength: 12 });

export const draftOf = (plan: Plan): Draft => ({
  id: plan.id,
  event: plan.event,
  payload: JSON.stringify(plan.payload),
  headers: Object.keys(plan.headers).length === 0 ? undefined : JSON.stringify(plan.headers),
  key: plan.headers.key,
});

/** What JSON makes of a value: `-0` becomes `0`. */
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const uuid = (number: number): string => `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** A small message that differs from others by its number. */
export const numbered = (number: number, changes: Partial<Draft> = {}): Draft => ({
  id: uuid(number),
  event: number % 2 === 0 ? 'even' : 'odd',
  payload: JSON.stringify({ number }),
  ...changes,
});

export const numberedDrafts = (count: number): Draft[] =>
  Array.from({ length: count }, (_, number) => numbered(number));
