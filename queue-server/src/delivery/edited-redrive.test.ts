import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { Administration } from './administration.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';

let engine: GatedEngine;
let administration: Administration;

/** Dead letters of a message, and of one that the log lost before it was copied. */
beforeEach(async () => {
  engine = new GatedEngine();
  administration = new Administration({
    engine,
    delivery: { members: () => [], deleteGroup: async () => undefined },
    tails: { count: () => 0 },
    validate: () => undefined,
    checkPayload: (_queue, _event, payload) => {
      if (payload === 'wrong') throw new QueueError('payload_invalid', 'It is wrong.');
    },
    now: () => engine.time.now,
  });
  const group = engine.group(QUEUE, 'g');
  await group.open({ start: 'start' });
  engine.publish(2);
  const claimed = await group.claim({ member: 'm', maxMessages: 2, maxBytes: 1_000 });
  const token = typeof claimed === 'string' ? -1 : claimed.token;
  for (const seq of [1, 2]) {
    const outcome = { kind: 'dead-letter' } as const;
    const settled = await group.settle({ member: 'm', token, outcome, ranges: [[seq, seq]] });
    await settled.durable;
    await engine.queue(QUEUE).trim(Infinity);
  }
  engine.administered.length = 0;
});

describe('a dead letter with another payload', () => {
  const edited = { position: 1, payload: 'right', dryRun: false };

  it('is redriven with another payload, which is stored before', async () => {
    const done = await administration.redriveEdited(QUEUE, edited);
    expect(done).toEqual({ redriven: 1, refused: [], next: null, through: 1 });
    expect(engine.administered).toEqual([
      ['redrive', [1], { dryRun: true }],
      ['edit', 1, 'right'],
      ['redrive', [1], undefined],
    ]);
  });

  it('is not changed by a payload that could not be published', async () => {
    const wrong = administration.redriveEdited(QUEUE, { ...edited, payload: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ code: 'payload_invalid' });
    expect(engine.administered).toEqual([]);
  });

  it('is not changed by a dry run, nor when it cannot go back', async () => {
    const dry = await administration.redriveEdited(QUEUE, { ...edited, dryRun: true });
    const lost = await administration.redriveEdited(QUEUE, { ...edited, position: 2 });
    expect([dry.redriven, lost.redriven, lost.refused]).toMatchObject([1, 0, [{ code: 'redrive_refused' }]]);
    expect(engine.administered.map(([call]) => call)).toEqual(['redrive', 'redrive']);
  });

  it('is not redriven again by a request that is repeated', async () => {
    await administration.redriveEdited(QUEUE, edited);
    expect(await administration.redriveEdited(QUEUE, edited)).toEqual({
      redriven: 0,
      refused: [],
      next: null,
      through: 1,
    });
  });
});
