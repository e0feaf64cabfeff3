import { describe, expect, it } from '@jest/globals';
import { Holding } from './holding.fixture.js';
import { attemptsOf, sharedServer, type Grant } from './shared-server.fixture.js';

const server = sharedServer();
const holding = (count: number, settings: object = {}) => Holding.of(server, count, settings);

describe('a settlement', () => {
  it('without ranges applies to everything unsettled under its token', async () => {
    const { client, queue, token } = await holding(5);
    const part = { token, outcome: { kind: 'ack' }, ranges: [[2, 4]] };
    await client.value('settle', 's', [part, { token, outcome: { kind: 'ack' } }]);
    expect(await client.value('groups', queue)).toMatchObject([{ floor: 6, depth: 0 }]);
  });

  it.each([
    [
      'names a message twice',
      'request_invalid',
      [
        ['ack', [[1, 2]]],
        ['retry', [[2, 3]]],
      ],
    ],
    [
      'names a message twice in its ranges',
      'ok',
      [
        [
          'ack',
          [
            [1, 2],
            [2, 3],
          ],
        ],
      ],
    ],
    ['has no ranges, like another of its token', 'request_invalid', [['ack'], ['release']]],
    [
      'is extended twice',
      'request_invalid',
      [
        ['extend', [[1, 2]]],
        ['extend', [[2, 3]]],
      ],
    ],
    [
      'extends what another settles',
      'ok',
      [
        ['extend', [[1, 3]]],
        ['ack', [[1, 2]]],
      ],
    ],
    ['has a range that ends before it begins', 'request_invalid', [['ack', [[2, 1]]]]],
    ['has an outcome that there is not', 'request_invalid', [['nack', [[1, 1]]]]],
  ])('that %s: %s', async (_, code, settlements) => {
    const { client, token } = await holding(3);
    const list = settlements.map(([kind, ranges]) => ({ token, outcome: { kind }, ranges }));
    expect(await client.code('settle', 's', list)).toBe(code);
  });

  it('that comes too late is named with its ranges, and all others took effect', async () => {
    const { client, queue, token } = await holding(4);
    await client.value('settle', 's', [
      { token, outcome: { kind: 'retry', delayMs: 60_000 }, ranges: [[2, 3]] },
    ]);
    const again = await client.ask('settle', 's', [{ token, outcome: { kind: 'ack' }, ranges: [[1, 4]] }]);
    expect(again).toMatchObject({
      error: { code: 'lease_lost', retryable: false, details: { lost: [{ token, ranges: [[2, 3]] }] } },
    });
    expect(await client.value('groups', queue)).toMatchObject([{ depth: 2 }]);
  });

  it('under a token with nothing is refused without ranges', async () => {
    const { client, token } = await holding(1);
    const unknown = { token: token + 1_000, outcome: { kind: 'ack' } };
    expect(await client.ask('settle', 's', [unknown])).toMatchObject({
      error: { code: 'lease_lost', details: { lost: [{ token: token + 1_000, ranges: [] }] } },
    });
  });

  it('of settled messages may be resent, under any token', async () => {
    const { client, token } = await holding(2);
    const ack = { outcome: { kind: 'ack' }, ranges: [[1, 2]] };
    for (const under of [token, token, token + 1_000]) {
      expect(await client.code('settle', 's', [{ ...ack, token: under }])).toBe('ok');
    }
  });
});

describe('an outcome', () => {
  it('release delivers the message again at once, uncounted', async () => {
    const { client, token } = await holding(1);
    await client.value('settle', 's', [{ token, outcome: { kind: 'release' } }]);
    expect(attemptsOf(await client.next<Grant>('grant'))).toEqual([[1, 1]]);
  });

  it('retry delivers it again after its own delay, counted', async () => {
    const { client, token } = await holding(1);
    await client.value('settle', 's', [{ token, outcome: { kind: 'retry', delayMs: 100 } }]);
    server.time.pass(99);
    expect(await client.settled('grant')).toBe(0);
    server.time.pass(1);
    expect(attemptsOf(await client.next<Grant>('grant'))).toEqual([[1, 2]]);
  });

  it("retry without a delay delivers it again after the group's, and up to a quarter more; the last repeats", async () => {
    const { client, ...held } = await holding(1, { retryDelaysMs: [1_000, 2_000] });
    let { token } = held;
    for (const delayMs of [1_000, 2_000, 2_000]) {
      await client.value('settle', 's', [{ token, outcome: { kind: 'retry' } }]);
      server.time.pass(delayMs - 1);
      expect(await client.settled('grant')).toBe(0);
      server.time.pass(1 + delayMs / 4);
      ({ token } = await client.next<Grant>('grant'));
    }
  });

  it('retry at the last attempt makes it a dead letter, with what failed', async () => {
    const held = await holding(1, { maxAttempts: 2 });
    const retry = (token: number, reason: string) =>
      held.client.value('settle', 's', [{ token, outcome: { kind: 'retry', delayMs: 0, reason } }]);
    await retry(held.token, 'once');
    await retry((await held.client.next<Grant>('grant')).token, 'twice');
    const member = 'print-shop/s';
    expect(await held.letters()).toMatchObject([
      {
        seq: 1,
        code: 'attempts_exhausted',
        reason: 'twice',
        handouts: 2,
        failures: [
          { kind: 'failed', reason: 'once', member },
          { kind: 'failed', reason: 'twice', member },
        ],
      },
    ]);
  });

  it('dead-letter makes it one at once, rejected or with the given code', async () => {
    const held = await holding(2);
    const dead = { kind: 'dead-letter', reason: 'r' };
    const { token } = held;
    await held.client.value('settle', 's', [
      { token, outcome: dead, ranges: [[1, 1]] },
      { token, outcome: { ...dead, code: 'contract_mismatch' }, ranges: [[2, 2]] },
    ]);
    expect(await held.letters()).toMatchObject([{ code: 'rejected' }, { code: 'contract_mismatch' }]);
  });

  it('dead-letter with a declared failure makes it one of its code, with its data', async () => {
    const held = await holding(1);
    const failure = { code: 'no_space', data: { needed: 7 } };
    const outcome = { kind: 'dead-letter', reason: 'the disk is small', failure };
    await held.client.value('settle', 's', [{ token: held.token, outcome }]);
    expect(await held.letters()).toMatchObject([
      { ...failure, reason: 'the disk is small', failures: [{ kind: 'rejected', ...failure }] },
    ]);
  });

  it('retry with a declared failure delivers it again, and at the last attempt makes it one of its code', async () => {
    const held = await holding(1, { maxAttempts: 2 });
    const outcome = { kind: 'retry', delayMs: 0, failure: { code: 'disk_full' } };
    await held.client.value('settle', 's', [{ token: held.token, outcome }]);
    const { token } = await held.client.next<Grant>('grant');
    await held.client.value('settle', 's', [{ token, outcome }]);
    expect(await held.letters()).toMatchObject([
      { code: 'disk_full', failures: [{ code: 'disk_full' }, { code: 'disk_full' }] },
    ]);
  });

  it.each([
    ['whose code', { code: 'unknown' }, 'unknown: why'],
    ['whose data', { code: 'no_space', data: { needed: 'much' } }, 'no_space: why'],
  ])(
    'takes effect with a failure %s the queue does not declare, which is a part of its reason',
    async (_, failure, reason) => {
      const held = await holding(1);
      const outcome = { kind: 'dead-letter', reason: 'why', failure };
      await held.client.value('settle', 's', [{ token: held.token, outcome }]);
      const [letter] = await held.letters();
      expect(letter).toMatchObject({ code: 'rejected', reason });
      expect(letter?.failures).toMatchObject([{ reason }]);
      expect(JSON.stringify(letter)).not.toContain('"data"');
    },
  );
});
