import { describe, expect, it } from '@jest/globals';
import type { JsonText } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { draftOf, requestIn, type DurableRequest } from './durable-request.js';

const request: DurableRequest = {
  callKey: '12716e3a-f2ac-8d47-a01f-80f62eacdccc',
  principal: 'shop',
  call: 'reserve',
  // Safe: the text of a number.
  input: '7' as JsonText<unknown>,
  headers: { actor: 'ann', 'call-principal': 'mail' },
  deadline: 1_795_474_158_861,
  orderingKey: 'tea',
};

const stored = (written: DurableRequest): DurableRequest | undefined =>
  requestIn(encodeFrame([draftOf(written)]), 0);

describe('a durable call', () => {
  it('is read as it was stored, whatever the headers of its caller are', () => {
    expect(stored(request)).toEqual(request);
  });

  it('may have neither headers nor a key', () => {
    const { callKey, call, input, deadline } = request;
    const plain = { callKey, call, input, deadline };
    expect(stored(plain)).toEqual({
      ...plain,
      principal: undefined,
      headers: undefined,
      orderingKey: undefined,
    });
  });
});
