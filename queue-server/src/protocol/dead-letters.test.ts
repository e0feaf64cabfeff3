import { describe, expect, it } from '@jest/globals';
import type { DeadLetterPage } from '@typed-queue/contracts';
import { Holding } from './holding.fixture.js';
import { attemptsOf, sharedServer, type Grant } from './shared-server.fixture.js';

const server = sharedServer();
const holding = (count: number, settings: object = {}) => Holding.of(server, count, settings);

describe('a dead letter', () => {
  it('has its last 10 failures, their reasons cut after 1,000 characters', async () => {
    const held = await holding(1, { maxAttempts: 12 });
    let { token } = held;
    for (let attempt = 1; attempt <= 12; attempt++) {
      const reason = `${attempt}`.padEnd(1_200, '.');
      await held.client.value('settle', 's', [{ token, outcome: { kind: 'retry', delayMs: 0, reason } }]);
      if (attempt < 12) ({ token } = await held.client.next<Grant>('grant'));
    }
    const [letter] = await held.letters();
    expect(letter?.handouts).toBe(12);
    expect(letter?.failures.map(({ reason }) => Number.parseInt(reason))).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(letter?.failures.every(({ reason }) => reason.length <= 1_001)).toBe(true);
  });

  it('stays when its group is deleted, and when its queue is purged', async () => {
    const held = await holding(1);
    const { client, queue, token } = held;
    await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter' } }]);
    await client.value('unsubscribe', 's');
    await client.value('group:delete', queue, 'g');
    await client.value('queue:purge', queue, null);
    expect(await held.letters()).toMatchObject([{ group: 'g', message: { seq: 1, payload: { n: 1 } } }]);
    const redriven = await client.value('dead-letters:redrive', queue, {});
    expect(redriven).toMatchObject({
      redriven: 0,
      refused: [{ position: 1, group: 'g', code: 'group_unknown' }],
    });
  });

  it('that is redriven is not listed until it is settled, and is one again when it is given up again', async () => {
    const held = await holding(1);
    const { client, queue, token } = held;
    await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter', reason: 'once' } }]);
    await client.value('queue:purge', queue, null);
    await client.value('dead-letters:redrive', queue, {});
    const { token: next, ...grant } = await client.next<Grant>('grant');
    expect(attemptsOf({ token: next, ...grant })).toEqual([[1, 1]]);
    expect(await held.letters()).toEqual([]);
    await client.value('settle', 's', [{ token: next, outcome: { kind: 'dead-letter', reason: 'twice' } }]);
    expect(await held.letters()).toMatchObject([
      { seq: 1, failures: [{ reason: 'once' }, { reason: 'twice' }] },
    ]);
  });

  it.each<[string, (secondTime: number) => object, seqs: number[]]>([
    ['none of the fields', () => ({}), [1, 2, 3]],
    ['its group', () => ({ group: 'g' }), [1, 2, 3]],
    ['another group', () => ({ group: 'other' }), []],
    ['its code', () => ({ code: 'contract_mismatch' }), [3]],
    ['a part of its reason', () => ({ reason: 'out of' }), [1]],
    ['its positions', () => ({ positions: [1, 3] }), [1, 3]],
    ['what is after a position', () => ({ after: 1 }), [2, 3]],
    ['what is up to a position', () => ({ through: 2 }), [1, 2]],
    ['its time, or later', (time) => ({ since: time }), [2, 3]],
    ['what is before a time', (time) => ({ until: time }), [1]],
    ['all fields together', (time) => ({ since: time, through: 2, group: 'g', reason: 'ink' }), [2]],
  ])('is chosen by %s', async (_, query, seqs) => {
    const { client, queue, token } = await holding(3);
    const give = (seq: number, reason: string, code?: string) =>
      client.value('settle', 's', [
        { token, outcome: { kind: 'dead-letter', reason, code }, ranges: [[seq, seq]] },
      ]);
    await give(1, 'out of paper');
    server.time.pass(1_000);
    await give(2, 'no ink');
    await give(3, 'no idea', 'contract_mismatch');
    const page = await client.value<DeadLetterPage>('dead-letters', queue, query(server.time.now));
    expect(page.letters.map(({ seq }) => seq)).toEqual(seqs);
    expect(page).toMatchObject({ next: null, gaps: [] });
  });

  it('is one of 100 on a page, when the query does not say how many', async () => {
    const held = await holding(101);
    await held.client.value('settle', 's', [{ token: held.token, outcome: { kind: 'dead-letter' } }]);
    expect(await held.letters()).toHaveLength(100);
  });

  it('is on a page, whose `next` is where the one after it begins', async () => {
    const { client, queue, token } = await holding(3);
    await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter' } }]);
    const pages: unknown[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: DeadLetterPage = await client.value('dead-letters', queue, { after, limit: 2 });
      pages.push(page.letters.map(({ seq }) => seq));
      after = page.next;
    }
    expect(pages).toEqual([[1, 2], [3]]);
  });

  it('is counted, and not changed, by a dry run', async () => {
    const held = await holding(2);
    const { client, queue, token } = held;
    await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter' } }]);
    expect(await client.value('dead-letters:redrive', queue, { dryRun: true })).toMatchObject({
      redriven: 2,
    });
    expect(await client.value('dead-letters:discard', queue, { dryRun: true })).toMatchObject({
      discarded: 2,
    });
    expect(await held.letters()).toHaveLength(2);
    const page = await client.value('dead-letters:discard', queue, { limit: 1 });
    expect(page).toEqual({ discarded: 1, next: 1, through: 2 });
    await client.value('dead-letters:discard', queue, { after: 1, through: 2 });
    expect(await held.letters()).toEqual([]);
  });

  it('of a declared failure is listed, counted, redriven and discarded by its code', async () => {
    const held = await holding(3);
    const { client, queue, token } = held;
    const give = (code: string, seq: number) =>
      client.value('settle', 's', [
        { token, outcome: { kind: 'dead-letter', reason: 'r', ...codes[code] }, ranges: [[seq, seq]] },
      ]);
    const codes: Record<string, object> = {
      disk_full: { failure: { code: 'disk_full' } },
      no_space: { failure: { code: 'no_space', data: { needed: 1 } } },
      rejected: {},
    };
    for (const [place, code] of Object.keys(codes).entries()) await give(code, place + 1);
    expect(await client.value('dead-letters', queue, { code: 'no_space' })).toMatchObject({
      letters: [{ seq: 2, code: 'no_space', data: { needed: 1 } }],
    });
    expect(await client.value('dead-letters:summary', queue)).toMatchObject({
      kinds: expect.arrayContaining(
        Object.keys(codes).map((code) => expect.objectContaining({ code, letters: 1 })),
      ),
    });
    expect(await client.value('dead-letters:discard', queue, { code: 'disk_full' })).toMatchObject({
      discarded: 1,
    });
    expect(await client.value('dead-letters:redrive', queue, { code: 'no_space' })).toMatchObject({
      redriven: 1,
    });
    expect(await held.letters()).toMatchObject([{ seq: 3, code: 'rejected' }]);
    expect(await client.code('dead-letters', queue, { code: 'No Space' })).toBe('request_invalid');
  });
});
