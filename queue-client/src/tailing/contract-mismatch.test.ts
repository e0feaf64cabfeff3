import { describe, expect, it } from '@jest/globals';
import { files, fingerprintOf } from '@typed-queue/contracts';
import { openTail, taker } from './tail.fixture.js';

describe('a contract that differs', () => {
  const open = (fingerprint: string | null, since: number) => {
    const opened = openTail({}, files);
    opened.begin(1, { contract: { fingerprint, since } });
    // Numbers are no payloads of `files`.
    opened.replay(1, 3);
    return opened;
  };

  it('makes items of what does not match', async () => {
    const { tail } = open('another', 1);
    const { value } = await tail.items().next();
    expect(value).toMatchObject({
      kind: 'invalid',
      message: { seq: 1, payload: 1 },
      error: { code: 'contract_mismatch', details: { queue: 'files', event: 'save', seq: 1 } },
    });
  });

  it('everything is validated, or only what is older than the same contract at the server', async () => {
    expect(await taker(open('another', 1).tail).take()).toEqual(['invalid 1', 'invalid 2', 'invalid 3']);
    expect(await taker(open(null, 1).tail).take()).toEqual(['invalid 1', 'invalid 2', 'invalid 3']);
    expect(await taker(open(fingerprintOf(files), 3).tail).take()).toEqual(['invalid 1', 'invalid 2', 3]);
  });

  it('the loop over the tail itself skips it, and an error event says so', async () => {
    const { tail, events } = open(fingerprintOf(files), 3);
    for await (const { seq } of tail) {
      expect(seq).toBe(3);
      break;
    }
    expect(events).toMatchObject(
      [1, 2].map((seq) => ['error', { error: { details: { seq } }, queue: 'files' }]),
    );
  });
});
