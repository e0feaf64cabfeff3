import { afterAll, describe, expect, it } from '@jest/globals';
import { contract, QueueError, type Contract } from '@typed-queue/contracts';
import fc from 'fast-check';
import { connect } from './index.js';
import type { QueueClient } from './client.js';

/** What acts on a terminal, breaks a line, hides text or reorders it. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/u;

const SAVE = { path: 'a', bytes: 1, sha256: 'b', durationMs: 1 };
// Never connected: what is wrong is found before. As a caller in plain JavaScript has it.
const client = connect<Contract>(contract, { url: 'http://127.0.0.1:9' });
client.on('connection:failed', () => undefined);
afterAll(() => client.close({ timeoutMs: 0 }));

/** Calls that refuse a text of the caller. */
const calls: readonly (readonly [what: string, call: (text: string) => unknown])[] = [
  ['the name of a client', (name) => connect(contract, { url: 'http://127.0.0.1:9', name })],
  ['a URL', (url) => connect(contract, { url })],
  ['the scheme of a URL', (text) => connect(contract, { url: `x${text}://127.0.0.1` })],
  ['the path of a URL', (text) => connect(contract, { url: `http://127.0.0.1/a${text}` })],
  ['a path', (path) => connect(contract, { url: 'http://127.0.0.1:9', path: `x${path}` })],
  ['an unknown option', (text) => connect(contract, { url: 'http://127.0.0.1:9', [`${text}x`]: 1 })],
  ['a window', (text) => connect(contract, { url: 'http://127.0.0.1:9', window: { [`${text}x`]: 1 } })],
  ['the queue of a publish', (queue) => client.publish(queue, 'save', SAVE)],
  ['the event of a publish', (event) => client.publish('files', event, SAVE)],
  ['an option of a publish', (text) => client.publish('files', 'save', SAVE, { [`${text}x`]: 1 })],
  ['the id of a message', (id) => client.publish('files', 'save', SAVE, { id })],
  ['the queue of a batch', (queue) => client.publishBatch(queue, [{ event: 'save', payload: SAVE }])],
  ['the event of a batch', (event) => client.publishBatch('files', [{ event, payload: SAVE }])],
  ['the queue of a subscription', (queue) => client.subscribe(queue, { group: 'g' }, () => undefined)],
  [
    'the handlers of a subscription',
    (event) => client.subscribe('files', { group: 'g' }, Object({ [event]: Object })),
  ],
  ['an option of a subscription', (text) => subscribeWith({ [`${text}x`]: 1 })],
  ['the concurrency of a subscription', (text) => subscribeWith({ concurrency: `x${text}` })],
  ['the timeout of a subscription', (text) => subscribeWith({ handlerTimeoutMs: `x${text}` })],
  ['the queue of a tail', (queue) => client.tail(queue)],
  ['the events of a tail', (event) => client.tail('files', { events: [event] })],
  ['an option of a tail', (text) => client.tail('files', Object({ [`${text}x`]: 1 }))],
  ['the queue of a call', (queue) => client.call(queue, 'double', 1)],
  ['the call of a call', (name) => client.call('files', name, 1)],
  ['the queue of responders', (queue) => client.serve(queue, {})],
  ['the calls of responders', (call) => client.serve('files', {}, { calls: [call] })],
];

const subscribeWith = (options: object): unknown =>
  client.subscribe('files', Object({ group: 'g', ...options }), () => undefined);

/** The error of a call, thrown or rejected; undefined: it was accepted. */
const errorOf = async (call: () => unknown): Promise<unknown> => {
  try {
    const result = await call();
    await (result as Partial<QueueClient<Contract>> | undefined)?.close?.({ timeoutMs: 0 });
    return undefined;
  } catch (error) {
    return error;
  }
};

const ACTING = ['\u001b[2J', '\n', '\r', '\u0007', '\u009b31m', '\u202e', '\u200b', '\u2028', '\ud83d'];
const hostile = fc
  .tuple(fc.string({ unit: 'binary' }), fc.constantFrom(...ACTING), fc.string({ unit: 'binary' }))
  .map((parts) => parts.join(''));

describe('an error of the client', () => {
  it.each(calls)('shows %s without what acts on a terminal', async (_, call) => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const error = await errorOf(() => call(text));
        expect(error).toBeInstanceOf(QueueError);
        expect(String(error)).not.toMatch(UNSAFE);
      }),
      { numRuns: 50 },
    );
  });

  it('from a server is shown likewise', () => {
    const body = { code: 'internal', message: 'a\u001b[2Jb\nc', details: {}, retryable: true } as const;
    expect(QueueError.fromBody(body).message).toBe('a\\u001b[2Jb\\u000ac');
  });

  it('of a wrong configuration keeps its lines', () => {
    expect(new QueueError('config_invalid', 'Wrong:\n  a\u001b').message).toBe('Wrong:\n  a\\u001b');
  });
});
