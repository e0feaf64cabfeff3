import { describe, expect, it } from '@jest/globals';
import type { ConnectOptions } from './client.js';
import { checkConnect, exposesToken, serverOf } from './connect-options.js';
import { numbers } from './publishing/numbers.fixture.js';

/** What is wrong with options that no compiler has seen; undefined: nothing. */
const wrongWith = (options: unknown, contract: unknown = numbers): string | undefined => {
  try {
    // Safe: the check is for values of other types.
    checkConnect(contract, options as ConnectOptions);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ name: 'QueueError', code: 'request_invalid' });
    return error instanceof Error ? error.message : '';
  }
};

const url = 'http://localhost:3333';

describe('connect', () => {
  it.each([
    ['localhost:3333', 'has no scheme: write http://localhost:3333'],
    ['localhost', 'has no scheme'],
    ['http://', 'is no URL'],
    ['amqp://localhost', 'has the scheme "amqp:"'],
    ['http://localhost:3333/queue', 'option path: "/queue/socket.io/"'],
    ['http://localhost:3333/queue/', 'option path: "/queue/socket.io/"'],
    ['http://localhost:3333?x=1', 'has a query or a fragment'],
    ['http://localhost:3333/#x', 'has a query or a fragment'],
    ['', '"url" is a text that is not empty, not ""'],
    [undefined, '"url" is a text that is not empty, not undefined'],
  ])('refuses at once the URL %j, which can never work', (wrong, text) => {
    expect(wrongWith({ url: wrong })).toContain(text);
  });

  it.each([
    [{ url, tokn: 'a' }, 'has no field "tokn"; it may have url, path, ca, token'],
    [undefined, 'the second argument is an object, not undefined'],
    ['http://localhost:3333', 'the second argument is an object, not "http://localhost:3333"'],
    [{ url, path: 'queue/' }, '"path" begins with a slash'],
    [{ url, ca: [''] }, '"ca" is a text'],
    [{ url, window: { message: 1 } }, '"window" has no field "message"'],
    [{ url, window: { messages: 0 } }, '"window.messages" is a number from 1 on'],
    [{ url, outbox: { maxMessages: 'many' } }, '"maxMessages" is a number from 0 on, not "many"'],
    [{ url, reconnect: { minDelay: 1 } }, '"reconnect" has no field "minDelay"'],
  ])('refuses at once the options %j', (wrong, text) => {
    expect(wrongWith(wrong)).toContain(text);
  });

  it('refuses what is no contract', () => {
    expect(wrongWith({ url }, null)).toContain('the first argument is a contract');
  });

  it.each([
    ...['http://localhost:3333', 'https://queue.example.com', 'ws://127.0.0.1:1/', 'wss://[::1]:3333'],
  ])('takes %s', (right) => {
    expect(wrongWith({ url: right, token: undefined, path: '/queue/socket.io/', ca: 'PEM' })).toBeUndefined();
  });
});

describe('a token', () => {
  const token = 'secret';

  it.each(['http://queue.example', 'ws://10.0.0.7:3333', 'http://[2001:db8::1]', 'http://localhost.example'])(
    'can be read by others on its way to %s',
    (url) => {
      expect(exposesToken({ url, token })).toBe(true);
      expect(exposesToken({ url, token: () => token })).toBe(true);
      expect(exposesToken({ url, token: undefined })).toBe(false);
    },
  );

  it.each([
    ...['https://queue.example', 'wss://10.0.0.7', 'http://localhost:3333', 'ws://127.0.0.1:1'],
    ...['http://[::1]:3333', 'http://queue.localhost'],
  ])('can be read by nobody else on its way to %s', (url) => {
    expect(exposesToken({ url, token })).toBe(false);
  });
});

it('a server is named without what may be secret in its URL', () => {
  expect(serverOf('https://user:secret@host:3333/?key=secret')).toBe('https://host:3333');
});
