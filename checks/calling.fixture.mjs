/** A program with a queue that has an event, a call that may fail in two declared ways, and a streaming call. */
export const calling = `import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import * as z from 'zod';
const low = z.strictObject({ sku: z.string() });
const failures = { busy: { retry: true }, sold_out: { retry: false, data: z.strictObject({ left: z.int() }) } } as const;
const stock = defineQueue('stock', { events: {
  low,
  reserve: call({ input: z.strictObject({ sku: z.string(), count: z.int() }), output: z.strictObject({ id: z.string() }), failures }),
  count: call({ input: low, output: z.int(), idempotent: true }),
  movements: streaming({ input: low, output: z.strictObject({ at: z.string(), delta: z.int() }), failures: { archived: { retry: false } } }),
} });
const logs = defineQueue('logs', { events: { low } });
const queue = connect(defineContract({ stock, logs }), { url: 'http://localhost:3333' });
const reserve = () => ({ id: '' });
const count = () => 1;
const movements = async function* () { yield { at: '', delta: 1 }; };
const reserved = queue.call('stock', 'reserve', { sku: 'a', count: 1 });
const { answer } = reserved;
const { answer: counted } = queue.call('stock', 'count', { sku: 'a' });
`;

const reserveFailing = (failure) =>
  `queue.serve('stock', { reserve: (_, { fail }) => { throw ${failure}; }, count, movements });`;

/** Mistakes there. */
export const callingMistakes = [
  {
    mistake: 'an event that is called',
    code: "void queue.call('stock', 'low', { sku: 'a' });",
    at: "'low'",
    names: ['"reserve"', '"count"', '"movements"'],
  },
  {
    mistake: 'a missing field of an input',
    code: "void queue.call('stock', 'reserve', { sku: 'a' });",
    at: "{ sku: 'a' }",
    names: ["'count' is missing"],
  },
  {
    mistake: 'a field too many of an input',
    code: "void queue.call('stock', 'count', { sku: 'a', more: 1 });",
    at: 'more: 1',
    names: ["'more' does not exist", 'sku: string'],
  },
  {
    mistake: 'an unknown option of a call',
    code: "void queue.call('stock', 'count', { sku: 'a' }, { timeout: 5 });",
    at: 'timeout: 5',
    names: ["'timeout' does not exist", 'CallOptions'],
  },
  {
    mistake: 'the answer of a streaming call',
    code: "void queue.call('stock', 'movements', { sku: 'a' }).answer;",
    at: 'answer',
    names: ["'answer' does not exist", 'AsyncIterable'],
  },
  {
    mistake: 'a loop over a call that is no stream',
    code: "for await (const one of queue.call('stock', 'reserve', { sku: 'a', count: 1 })) void one;",
    at: "queue.call('stock', 'reserve'",
    names: ['CallPromise', '[Symbol.asyncIterator]'],
  },
  {
    mistake: 'an output that may not have come',
    code: 'void (await answer).value;',
    at: 'value',
    names: ["'value' does not exist", 'NotOk'],
  },
  {
    mistake: 'a code that a call does not fail with',
    code: "void ((await counted).error?.code === 'sold_out');",
    at: 'error',
    names: ["'error' does not exist", 'Ok<'],
  },
  {
    mistake: 'a call that is published',
    code: "void queue.publish('stock', 'reserve', { sku: 'a', count: 1 });",
    at: "'reserve'",
    names: ['"low"'],
  },
  {
    mistake: 'a subscription to a call',
    code: "queue.subscribe('stock', { group: 'g' }, { low: () => 1, reserve: () => 1 });",
    at: 'reserve',
    names: ['NoSuchEvent', '"low"'],
  },
  {
    mistake: 'a filter by a call',
    code: "queue.subscribe('stock', { group: 'g', events: ['reserve'] }, () => undefined);",
    at: "'reserve'",
    names: ['"low"'],
  },
  {
    mistake: 'a tail of a call',
    code: "queue.tail('stock', { events: ['reserve'] });",
    at: "'reserve'",
    names: ['"low"'],
  },
  {
    mistake: 'a forgotten responder',
    code: "queue.serve('stock', { reserve, movements });",
    at: '{ reserve',
    names: ['no responder for count'],
  },
  {
    mistake: 'two forgotten responders',
    code: "queue.serve('stock', { reserve });",
    at: '{ reserve',
    names: ['no responder for count', 'no responder for movements'],
  },
  {
    mistake: 'a responder for an event',
    code: "queue.serve('stock', { reserve, count, movements, low: () => 1 });",
    at: 'low',
    names: ['NoSuchCall', '"reserve"', '"count"', '"movements"'],
  },
  {
    mistake: 'a filter by a call that is not there',
    code: "queue.serve('stock', { count }, { calls: ['counts'] });",
    at: '{ count }',
    names: ['no responder for movements', 'no responder for reserve'],
  },
  {
    mistake: 'a responder of a call that is not selected',
    code: "queue.serve('stock', { count, reserve }, { calls: ['count'] });",
    at: 'reserve',
    names: ['NoSuchCall', '"count"'],
  },
  {
    mistake: 'an unknown option of responders',
    code: "queue.serve('stock', { reserve, count, movements }, { window: 4 });",
    at: 'window: 4',
    names: ['window'],
  },
  {
    mistake: 'a wrong output',
    code: "queue.serve('stock', { reserve: () => ({ ref: '' }), count, movements });",
    at: 'reserve: ()',
    names: ["'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'an output of a wrong type',
    code: "queue.serve('stock', { reserve, count: () => 'one', movements });",
    at: 'count: ()',
    names: ["'Replying<number>'"],
  },
  {
    mistake: 'a wrong output in a block',
    code: "queue.serve('stock', { reserve, count: () => { return 'one'; }, movements });",
    at: 'count',
    names: ["'Replying<number>'"],
  },
  {
    mistake: 'a wrong output in a block of a call with failures',
    code: "queue.serve('stock', { reserve: () => { return { ref: '' }; }, count, movements });",
    at: 'reserve',
    names: ["'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'no responders',
    code: "queue.serve('stock', {});",
    at: '{}',
    names: ['no responder for reserve', 'no responder for count', 'no responder for movements'],
  },
  {
    mistake: 'a wrong output by a promise',
    code: "queue.serve('stock', { reserve: async () => ({ ref: '' }), count, movements });",
    at: 'reserve: async',
    names: ["'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'no output',
    code: "queue.serve('stock', { reserve: () => undefined, count, movements });",
    at: 'reserve: ()',
    names: ["'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'an output for a stream',
    code: "queue.serve('stock', { reserve, count, movements: () => ({ at: '', delta: 1 }) });",
    at: 'movements: ()',
    names: ["'Yielding<{ at: string; delta: number; }>'"],
  },
  {
    mistake: 'a wrong item of a stream',
    code: "queue.serve('stock', { reserve, count, movements: async function* () { yield { at: '' }; } });",
    at: 'movements',
    names: ["'Yielding<{ at: string; delta: number; }>'"],
  },
  {
    mistake: 'a field too many of an output',
    code: "queue.serve('stock', { reserve: async () => ({ id: '', more: 1 }), count, movements });",
    at: 'reserve: async',
    names: ['NoSuchField<"more">'],
  },
  {
    mistake: 'a field too many of an item',
    code: "queue.serve('stock', { reserve, count, movements: async function* () { yield { at: '', delta: 1, more: 2 }; } });",
    at: 'movements: async',
    names: ['NoSuchField<"more">'],
  },
  {
    mistake: 'an output that may be missing',
    code: "queue.serve('stock', { reserve: () => (Math.random() > 0.5 ? { id: '' } : undefined), count, movements });",
    at: 'reserve: ()',
    names: ["'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'a failure that is returned',
    code: "queue.serve('stock', { reserve: (_, { fail }) => fail('busy'), count, movements });",
    at: 'reserve: (_',
    names: ['DeclaredFailure', "'Replying<{ id: string; }>'"],
  },
  {
    mistake: 'a function for all calls',
    code: "queue.serve('stock', () => 1);",
    at: '() => 1',
    names: ['no responder for reserve'],
  },
  {
    mistake: 'a responder that is none',
    code: "queue.serve('stock', { reserve: 5, count, movements });",
    at: 'reserve: 5',
    names: ['CallResponder<{ sku: string; count: number; }, { id: string; }'],
  },
  {
    mistake: 'the id of a call that is not durable',
    code: "queue.serve('stock', { reserve: (_, { id }) => ({ id: String(id) }), count, movements });",
    at: 'id }',
    names: ["'id' does not exist", 'ResponderContext'],
  },
  {
    mistake: 'responders of a queue without calls',
    code: "queue.serve('logs', {});",
    at: '{}',
    names: ['there is no call to serve'],
  },
  {
    mistake: 'an unknown failure',
    code: reserveFailing("fail('sold_oot', { left: 1 })"),
    at: "'sold_oot'",
    names: ['"busy"', '"sold_out"'],
  },
  {
    mistake: 'forgotten data of a failure',
    code: reserveFailing("fail('sold_out')"),
    at: "fail('sold_out')",
    names: ['Expected 2-3 arguments'],
  },
  {
    mistake: 'wrong data of a failure',
    code: reserveFailing("fail('sold_out', { left: 'x' })"),
    at: "left: 'x'",
    names: ["'string' is not assignable to type 'number'"],
  },
  {
    mistake: 'a failure of a call that declares none',
    code: "queue.serve('stock', { reserve, count: (_, { fail }) => { throw fail('busy'); }, movements });",
    at: "'busy'",
    names: ["'never'"],
  },
  {
    mistake: 'an unknown field of an invocation',
    code: "queue.serve('stock', { reserve, count: (_, { message }) => 1, movements });",
    at: 'message',
    names: ["'message' does not exist", 'ResponderContext'],
  },
];
