import { expect, it } from '@jest/globals';
import { isUuid } from '@typed-queue/contracts/wire';
import { callKey } from './call-key.js';

const named = { principal: 'ann', call: 'reserve', callId: 'order-1' };

it('is the same UUID for the same call', () => {
  expect([callKey(named), isUuid(callKey(named))]).toEqual([callKey({ ...named }), true]);
});

it.each([{ principal: 'bob' }, { call: 'count' }, { callId: 'order-2' }, { callId: '\ud800' }])(
  'is another one with %j',
  (other) => {
    expect(callKey({ ...named, ...other })).not.toBe(callKey(named));
  },
);

it('does not confuse a name with the next one', () => {
  expect(callKey({ principal: 'a', call: 'bc', callId: 'd' })).not.toBe(
    callKey({ principal: 'ab', call: 'c', callId: 'd' }),
  );
});
