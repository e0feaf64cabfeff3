import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError, type Range } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { draftOf } from '../engine/frames.fixture.js';
import { Administration, type Visibility } from './administration.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { recorder } from './recorder.fixture.js';
import { Member } from './member.js';

/** Sees everything. */
const operator: Visibility = { queues: [QUEUE], mayAdminister: () => true, maySee: () => true };
/** Sees the groups whose names begin with a letter. */
const memberOf = (letter: string): Visibility => ({
  queues: [QUEUE],
  mayAdminister: () => false,
  maySee: (_queue, group) => group.startsWith(letter),
});

let engine: GatedEngine;
let members: Member[];
let administration: Administration;

beforeEach(async () => {
  engine = new GatedEngine();
  members = [];
  administration = new Administration({
    engine,
    delivery: {
      members: (queue, group) => (`${queue}/${group}` === 'files/g' ? members : []),
      deleteGroup: (queue, group) => engine.group(queue, group).delete(),
    },
    tails: { count: (queue) => (queue === QUEUE ? 7 : 0) },
    checkPayload: () => undefined,
    validate: (_queue, { event }) =>
      event === 'unknown' ? new QueueError('event_unknown', 'There is no such event.') : undefined,
    now: () => engine.time.now + 250,
  });
  await engine.group(QUEUE, 'g').open({ start: 'start' });
});

/** Claims messages of the group; returns the token. */
const claimed = async ({ maxMessages }: { maxMessages: number }): Promise<number> => {
  const claim = { member: 'm', maxMessages, maxBytes: 1_000 };
  const result = await engine.group(QUEUE, 'g').claim(claim);
  return typeof result === 'string' ? -1 : result.token;
};

/** Makes dead letters of claimed messages. */
const reject = async (token: number, range: Range): Promise<void> => {
  const settle = { member: 'm', token, outcome: { kind: 'dead-letter' }, ranges: [range] } as const;
  await (
    await engine.group(QUEUE, 'g').settle(settle)
  ).durable;
};

const join = (name: string, unsettled: number): Member => {
  const receiver = { ...recorder(), silentMs: () => 7 };
  const window = { messages: 100, bytes: 1_000 };
  const member = new Member(name, window, receiver, { now: () => engine.time.now });
  if (unsettled > 0) member.count(1, { messages: unsettled, bytes: 10 });
  members.push(member);
  return member;
};

describe('the status of queues', () => {
  it('is their head, and how many groups and tails they have', () => {
    engine.publish(3);
    expect(administration.queues(operator)).toEqual([
      {
        queue: QUEUE,
        epoch: engine.epoch,
        firstSeq: 1,
        lastSeq: 3,
        bytes: engine.queue(QUEUE).head().bytes,
        groups: 1,
        tails: 7,
        deadLetters: { letters: 0, bytes: 0, expired: 0 },
      },
    ]);
  });
});

describe('the status of a group', () => {
  it('shows a group without work', async () => {
    expect(await administration.groups(QUEUE, {}, operator)).toEqual([
      {
        queue: QUEUE,
        group: 'g',
        floor: 1,
        depth: 0,
        lag: 0,
        oldestAgeMs: null,
        paused: false,
        stalled: false,
        deadLetters: 0,
        passedOver: [],
        settings: {},
        members: [],
      },
    ]);
  });

  it('counts what was never granted, and also what is not settled', async () => {
    engine.publish(10);
    const token = await claimed({ maxMessages: 4 });
    expect(await administration.groups(QUEUE, {}, operator)).toMatchObject([
      { floor: 1, depth: 10, lag: 6, oldestAgeMs: 250 },
    ]);
    await engine.group(QUEUE, 'g').settle({
      member: 'm',
      token,
      outcome: { kind: 'ack' },
      ranges: [[1, 3]],
    });
    expect(await administration.groups(QUEUE, {}, operator)).toMatchObject([
      { floor: 4, depth: 7, lag: 6, oldestAgeMs: 250 },
    ]);
  });

  it('has the age of the first message after a gap', async () => {
    await engine.publishRemoved(3);
    engine.publish(7);
    expect(await administration.groups(QUEUE, {}, operator)).toMatchObject([{ floor: 1, oldestAgeMs: 250 }]);
    await engine.queue(QUEUE).trim(11);
    expect(await administration.groups(QUEUE, {}, operator)).toMatchObject([{ floor: 1, oldestAgeMs: null }]);
  });

  it('names its members', async () => {
    join('key/logger/my/own name', 3);
    join('key/client/s', 0).away = true;
    engine.time.now += 40;
    expect((await administration.groups(QUEUE, {}, operator))[0]?.members).toEqual([
      {
        client: 'logger',
        subscription: 'my/own name',
        unsettled: 3,
        away: false,
        window: { messages: 100, bytes: 1_000 },
        oldestHeldMs: 40,
        silentMs: 7,
      },
      {
        client: 'client',
        subscription: 's',
        unsettled: 0,
        away: true,
        window: { messages: 100, bytes: 1_000 },
        oldestHeldMs: null,
        silentMs: null,
      },
    ]);
  });
});

describe('dead letters', () => {
  /** Of a message that fits the contract, of one that does not, and of one that the log lost before it was copied. */
  beforeEach(async () => {
    const events = ['said', 'unknown', 'said'];
    engine.store(encodeFrame(events.map((event, index) => ({ ...draftOf(index + 1), event }))));
    const token = await claimed({ maxMessages: 3 });
    await reject(token, [1, 2]);
    await engine.queue(QUEUE).trim(Infinity);
    await reject(token, [3, 3]);
    engine.administered.length = 0;
  });

  it('are redriven if their messages match the present contract; the others stay, with the reason', async () => {
    const { redriven, refused, through } = await administration.redrive(QUEUE, { group: 'g' });
    expect(engine.administered).toEqual([['redrive', [1, 3], { dryRun: false }]]);
    expect(redriven).toBe(1);
    expect(through).toBe(3);
    expect(refused).toMatchObject([
      { position: 2, group: 'g', code: 'event_unknown', reason: 'There is no such event.' },
      { position: 3, group: 'g', code: 'redrive_refused' },
    ]);
  });

  it('are searched up to the newest of now, or to that of the first page', async () => {
    await administration.redrive(QUEUE, { limit: 2 });
    await administration.redrive(QUEUE, { limit: 2, after: 2, through: 9 });
    await administration.discard(QUEUE, { reason: 'x', after: 2 });
    expect(engine.queries).toEqual([
      { limit: 2, through: 3 },
      { limit: 2, after: 2, through: 9 },
      { reason: 'x', after: 2, through: 3 },
    ]);
  });

  it('are only counted in a dry run', async () => {
    expect(await administration.redrive(QUEUE, { dryRun: true })).toMatchObject({ redriven: 1 });
    expect(await administration.discard(QUEUE, { dryRun: true })).toMatchObject({ discarded: 3 });
    expect(engine.administered).toEqual([['redrive', [1, 3], { dryRun: true }]]);
  });

  it('are counted in a dry run with what the pages before took of the room of groups', async () => {
    const first = await administration.redrive(QUEUE, { dryRun: true, limit: 1 });
    expect(first).toMatchObject({ redriven: 1, next: 1, counted: [['g', 1]] });
    await administration.redrive(QUEUE, { dryRun: true, limit: 1, after: 2, counted: [['g', 1]] });
    expect(engine.administered.at(-1)).toEqual([
      'redrive',
      [3],
      { dryRun: true, counted: new Map([['g', 1]]) },
    ]);
  });

  it('are discarded whatever their messages are', async () => {
    const done = await administration.discard(QUEUE, {});
    expect(done).toEqual({ discarded: 3, next: null, through: 3 });
    expect(engine.administered).toEqual([['discard', [1, 2, 3]]]);
  });
});

describe('the list of groups', () => {
  it('reads the log once for all groups at one position, and lists 1,000 of them', async () => {
    for (let n = 0; n < 1_200; n++) await engine.group(QUEUE, `h${n}`).open({ start: 'start' });
    engine.publish(3);
    const groups = await administration.groups(QUEUE, {}, operator);
    expect(groups).toHaveLength(1_000);
    expect(engine.reads).toEqual([1]);
    const after = groups.at(-1)?.group ?? '';
    expect(await administration.groups(QUEUE, { after }, operator)).toHaveLength(201);
  });
});

describe('a client that may see only some groups', () => {
  beforeEach(async () => {
    for (const group of ['g2', 'h1', 'h2', 'h3', 'i'])
      await engine.group(QUEUE, group).open({ start: 'start' });
  });

  it.each([
    [{}, ['h1', 'h2', 'h3']],
    [{ limit: 2 }, ['h1', 'h2']],
    [{ limit: 2, after: 'h2' }, ['h3']],
    [{ limit: 1, after: 'h3' }, []],
  ])('sees no others, in the requested pages: %j', async (query, names) => {
    const groups = await administration.groups(QUEUE, query, memberOf('h'));
    expect(groups.map(({ group }) => group)).toEqual(names);
  });

  it('sees of a queue their number, and no counts for operators', () => {
    const [status] = administration.queues(memberOf('h'));
    expect(status).toMatchObject({ groups: 3, tails: 0, deadLetters: { letters: 0 } });
  });

  it('sees its queues', () => {
    expect(administration.queues({ ...memberOf('h'), queues: [] })).toEqual([]);
  });
});

describe('an operator', () => {
  it('moves a group, pauses it and resumes it', async () => {
    await administration.seek(QUEUE, 'g', { time: 7 });
    await administration.pause(QUEUE, 'g', true);
    await administration.pause(QUEUE, 'g', false);
    expect(engine.administered).toEqual([
      ['seek', 'g', { time: 7 }],
      ['pause', 'g', true],
      ['pause', 'g', false],
    ]);
  });

  it.each([
    { before: 3, trimmed: 3 },
    { before: 11, trimmed: 11 },
    { before: 100, trimmed: 11 },
    { before: null, trimmed: 11 },
  ])('purges what is below $before, and at most everything', async ({ before, trimmed }) => {
    engine.publish(10);
    await administration.purge(QUEUE, before);
    expect(engine.administered).toEqual([['trim', trimmed]]);
  });

  it('gets the first seq that is left after a purge', async () => {
    engine.publish(10);
    expect(await administration.purge(QUEUE, null)).toEqual({ firstSeq: 11 });
  });
});
