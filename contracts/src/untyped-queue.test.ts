import { expect, it } from '@jest/globals';
import { untypedQueue } from './untyped-queue.js';
import { findIssues } from './validate.js';

it('an untyped queue accepts any payload of the events that it names', () => {
  const { name, events } = untypedQueue('orders', ['placed', 'paid']);
  expect(name).toBe('orders');
  expect(Object.keys(events)).toEqual(['placed', 'paid']);
  const issues = Object.values(events).map((schema) => findIssues(schema, { any: ['thing'] }));
  expect(issues).toEqual([undefined, undefined]);
});

it('an untyped queue has events', () => {
  expect(() => untypedQueue('orders', [])).toThrow('it has no events');
});

it('an untyped queue may be the log of durable calls, whose name no contract can declare', () => {
  expect(untypedQueue('orders.calls', ['ship']).name).toBe('orders.calls');
});
