/** What callers without a compiler hear of wrong arguments, at once. */
import { describe, expect, it } from '@jest/globals';
import type { QueueClient } from './client.js';
import type { numbers } from './publishing/numbers.fixture.js';
import { Stage } from './session.fixture.js';

const stage = new Stage();

type Call = (...args: readonly unknown[]) => unknown;
type Client = QueueClient<typeof numbers>;

/** The code and the text of what a call throws or rejects with. */
const refusal = async (call: (client: Client) => unknown): Promise<string> => {
  try {
    await call(stage.open());
    return 'nothing';
  } catch (error) {
    expect(error).toMatchObject({ name: 'QueueError' });
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : '';
  }
};

const nothing = (): void => undefined;

describe('subscribe', () => {
  it.each<[readonly unknown[], string]>([
    [['files', { group: 'g' }], 'request_invalid subscribe: the third argument is a function'],
    [['files', { group: 'g' }, 'log'], 'request_invalid subscribe: the third argument is a function'],
    [['files', nothing], 'request_invalid subscribe: the second argument is an object'],
    [['files', {}, nothing], 'request_invalid subscribe: "group" is a text'],
    [
      ['files', { group: 'g', maxAttempt: 3 }, nothing],
      'request_invalid subscribe: the second argument has no field "maxAttempt"; it may have group, start',
    ],
    [['files', { group: 'g', window: 5 }, nothing], 'request_invalid subscribe: "window" is an object'],
    [
      ['files', { group: 'g', handlerTimeoutMs: 0 }, nothing],
      'request_invalid subscribe: "handlerTimeoutMs" is',
    ],
    [['files', { group: 'g', concurrency: '2' }, nothing], 'request_invalid subscribe: "concurrency" is'],
    [['files', { group: 'g' }, { sav: nothing }], 'event_unknown subscribe: a handler for "sav"'],
    [['files', { group: 'g' }, {}], 'subscribe: the function for the event "save" of "files" is missing;'],
    [['files', { group: 'g' }, { save: 1 }], 'subscribe: the function for the event "save" of "files" is 1;'],
    [['file', { group: 'g' }, nothing], 'queue_unknown The contract has no queue "file"; it has files'],
    [[], 'queue_unknown The contract has no queue "undefined"'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.subscribe.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('publish', () => {
  it.each<[readonly unknown[], string]>([
    [[], 'queue_unknown The contract has no queue "undefined"; it has files'],
    [['files'], 'event_unknown The queue "files" has no event "undefined"; it has save'],
    [['files', 'save'], 'payload_invalid'],
    [
      ['files', 'save', 1, { header: {} }],
      'request_invalid publish: the fourth argument has no field "header"',
    ],
    [['files', 'save', 1, 'key'], 'request_invalid publish: the fourth argument is an object'],
    [
      ['files', 'save', 1, { expectedSeq: 1.5 }],
      'publish: expectedSeq is a seq, or 0 when there is none yet, not 1.5',
    ],
    [['files', 'save', 1, { expectedSeq: '1' }], 'not "1"'],
    [['files', 'save', 1, { expectedSeq: null }], 'not null'],
    [['files', 'save', 1, null], 'request_invalid publish: the fourth argument is an object, not null'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.publish.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('publishBatch', () => {
  it.each<[readonly unknown[], string]>([
    [[], 'queue_unknown The contract has no queue "undefined"; it has files'],
    [['files'], 'request_invalid publishBatch: the second argument is an array of messages, at least one'],
    [['files', [7]], 'a message is an object, not 7'],
    [['files', [{}]], 'event_unknown'],
    [['files', [{ event: 'save', payload: 1, key: 'k' }]], 'a message has no field "key"; it may have event'],
    [
      ['files', [{ event: 'save', payload: 1 }], { expectedSeq: -1 }],
      'expectedSeq is a seq, or 0 when there is none yet, not -1',
    ],
    [['files', [{ event: 'save', payload: 1 }], { id: 'one' }], 'the third argument has no field "id"'],
    [['files', [{ event: 'save', payload: 1 }], null], 'the third argument is an object, not null'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.publishBatch.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('tail', () => {
  it.each<[readonly unknown[], string]>([
    [['files', { start: 'now' }], 'request_invalid tail: the second argument has no field "start"'],
    [['files', 'start'], 'request_invalid tail: the second argument is an object, not "start"'],
    [
      ['files', { window: { messages: -1 } }],
      'request_invalid tail: "window.messages" is a number from 1 on',
    ],
    [[], 'queue_unknown'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.tail.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('call', () => {
  it.each<[readonly unknown[], string]>([
    [[], 'queue_unknown The contract has no queue "undefined"; it has files'],
    [['constructor', 'name'], 'queue_unknown'],
    [['files'], 'call_unknown The queue "files" has no call "undefined"; it has double, countdown'],
    [['files', 'save', 1], 'call_unknown The queue "files" has no call "save"'],
    [['files', 'constructor', 1], 'call_unknown'],
    [['files', 'double'], 'payload_invalid The input of "files" "double" cannot be written as JSON'],
    [
      ['files', 'double', 1, { timeout: 1 }],
      'request_invalid call: the fourth argument has no field "timeout"',
    ],
    [
      ['files', 'double', 1, { timeoutMs: 0 }],
      'request_invalid call: "timeoutMs" is a number of milliseconds',
    ],
    [['files', 'double', 1, { timeoutMs: '1s' }], 'request_invalid call: "timeoutMs" is'],
    [['files', 'double', 1, null], 'request_invalid call: the fourth argument is an object, not null'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.call.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('serve', () => {
  it.each<[readonly unknown[], string]>([
    [[], 'queue_unknown The contract has no queue "undefined"; it has files'],
    [['files'], 'request_invalid serve: the second argument is a map with a function for each call'],
    [['files', {}], 'request_invalid serve: the function for the call "double" of "files" is missing;'],
    [['files', { double: 1 }], 'serve: the function for the call "double" of "files" is 1;'],
    [['files', { double: nothing, treble: nothing }], 'call_unknown The queue "files" has no call "treble"'],
    [['files', { double: nothing }, { calls: ['treble'] }], 'call_unknown'],
    [['files', { double: nothing }, { calls: ['countdown'] }], 'call_unknown'],
    [['files', {}, { calls: [] }], 'request_invalid serve: it serves at least one call'],
    [['files', {}, { calls: 'double' }], 'request_invalid serve: it serves at least one call'],
    [['files', {}, { concurrency: 0 }], '"concurrency" is a number from 1 on, not 0.'],
    [['files', {}, { concurrency: 1.5 }], 'request_invalid serve: "concurrency" is a whole number'],
    [['files', {}, { concurrency: '2' }], 'request_invalid serve: "concurrency" is a number'],
    [['files', {}, { call: [] }], 'request_invalid serve: the third argument has no field "call"'],
  ])('with %j is refused', async (args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal((client) => (client.serve.bind(client) as Call)(...args))).toContain(text);
  });
});

describe('an operator’s request', () => {
  it.each<[Exclude<keyof Client['admin'], 'scheduled' | 'schedules'>, readonly unknown[], string]>([
    ['groups', [], 'request_invalid groups: the name of the queue is a text'],
    ['seek', ['files'], 'request_invalid seek: the name of the group is a text'],
    ['pause', ['files', { group: 'g' }], 'request_invalid pause: the name of the group is a text'],
    [
      'resume',
      ['files', 'g', { timeout: 1 }],
      'request_invalid resume: the last argument has no field "timeout"',
    ],
    ['delete', ['files'], 'request_invalid delete: the name of the group is a text'],
    ['queues', ['files'], 'request_invalid queues: the last argument is an object, not "files"'],
    ['purge', [undefined, { before: 1 }], 'request_invalid purge: the name of the queue is a text'],
    ['purge', ['files', { below: 1 }], 'request_invalid queues: the last argument has no field "below"'],
    [
      'deadLetters',
      ['files', { groups: 'g' }],
      'request_invalid deadLetters: the second argument has no field "groups"',
    ],
  ])('%s with %j is refused', async (name, args, text) => {
    // Safe: the call is wrong on purpose.
    expect(await refusal(({ admin }) => (admin[name].bind(admin) as Call)(...args))).toContain(text);
  });
});
