import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { Keys } from './keys.js';

const keys = ['first-key-of-a-client', 'second-key-of-a-client', 'third-key-of-a-client'];

/** The refusal of a token; undefined when it is let in. */
const refusalOf = (known: readonly string[], token: string | undefined): QueueError | undefined => {
  try {
    new Keys(known).check(token);
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
};

describe('the keys of a server', () => {
  it.each(keys)('let in who shows %s', (key) => {
    expect(refusalOf(keys, key)).toBeUndefined();
  });

  it.each([undefined, '', 'anything'])('let anybody in when there are none: %j', (token) => {
    expect(refusalOf([], token)).toBeUndefined();
  });

  it.each([
    'first-key-of-a-clienT',
    'first-key-of-a-client ',
    'first-key-of-a-clien',
    'first-key-of-a-client,second-key-of-a-client',
    'x'.repeat(100_000),
  ])('refuse any other token for good, and do not repeat it', (token) => {
    const refusal = refusalOf(keys, token);
    expect(refusal).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(refusal?.message).toMatch(/does not know the token .* QUEUE_TOKEN.* QUEUE_TOKENS of the server/);
    for (const secret of [token, ...keys]) expect(JSON.stringify(refusal)).not.toContain(secret);
  });

  it.each([undefined, ''])('tell who shows nothing what to do: %j', (token) => {
    const refusal = refusalOf(keys, token);
    expect(refusal).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(refusal?.message).toMatch(/showed none\. Set QUEUE_TOKEN/);
  });
});
