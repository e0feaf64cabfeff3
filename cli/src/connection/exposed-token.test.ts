import { expect, it } from '@jest/globals';
import { warnOfExposedToken } from './exposed-token.js';

it.each<[url: string, token: string | undefined, text: string]>([
  ['http://queue.example', 'key', 'warning: the token goes to http://queue.example unencrypted; use https\n'],
  ['https://queue.example', 'key', ''],
  ['http://queue.example', undefined, ''],
  ['http://localhost:3333', 'key', ''],
  ['http://127.0.0.2:3333', 'key', ''],
  ['http://[::1]:3333', 'key', ''],
])('warns of a token that crosses a network unencrypted: %s, %s', (url, token, text) => {
  let said = '';
  warnOfExposedToken({ url, token }, { stderr: { write: (part) => (said += String(part)) } });
  expect(said).toBe(text);
});
