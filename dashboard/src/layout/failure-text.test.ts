import { expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failureText } from './failure-text.js';

const SENTENCE = 'The client has no right to see groups.';

it('a right that is missing is not explained by the configuration of the server', () => {
  const error = new QueueError(
    'forbidden',
    `${SENTENCE} Rights are set in the keys file of the server, or in the token.`,
  );
  expect(failureText(error)).toBe(`${SENTENCE} Who runs this server can grant it.`);
});

it.each([
  [new Error('It broke.'), 'It broke.'],
  ['text', 'text'],
])('%s is said as it is', (error, text) => {
  expect(failureText(error)).toBe(text);
});
