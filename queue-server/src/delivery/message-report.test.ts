import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageInGroup, MessageReport, Range } from '@typed-queue/contracts';
import { encodeFrame, type Outcome } from '@typed-queue/contracts/wire';
import { draftOf } from '../engine/frames.fixture.js';
import { Administration, type Visibility } from './administration.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { Member } from './member.js';
import { recorder } from './recorder.fixture.js';

const operator: Visibility = { queues: [QUEUE], mayAdminister: () => true, maySee: () => true };
const LETTER = 'key/ann/s1';

let engine: GatedEngine;
let members: Member[];
let administration: Administration;

beforeEach(() => {
  engine = new GatedEngine();
  members = [];
  administration = new Administration({
    engine,
    delivery: { members: () => members, deleteGroup: async () => undefined },
    tails: { count: () => 0 },
    checkPayload: () => undefined,
    validate: () => undefined,
    now: () => engine.time.now,
  });
});

const report = (seq: number, query = {}, visibility = operator): Promise<MessageReport> =>
  administration.message(QUEUE, seq, { query, visibility });
const inGroups = async (seq: number): Promise<readonly MessageInGroup[]> => (await report(seq)).groups;

const open = (group: string, more = {}) => engine.group(QUEUE, group).open({ start: 'start', ...more });
/** Claims all messages; returns the token. */
const claim = async (group: string, knows?: ReadonlySet<string>): Promise<number> => {
  const wanted = { member: LETTER, maxMessages: 100, maxBytes: 100_000 };
  const claimed = await engine.group(QUEUE, group).claim(knows === undefined ? wanted : { ...wanted, knows });
  return typeof claimed === 'string' ? -1 : claimed.token;
};
const settle = async (group: string, token: number, outcome: Outcome, ranges: readonly Range[]) => {
  const settled = await engine.group(QUEUE, group).settle({ member: LETTER, token, outcome, ranges });
  await settled.durable;
};

describe('a message', () => {
  it('is shown with the log that it is of', async () => {
    engine.publish(3);
    const { epoch, seq, message } = await report(2);
    expect([epoch, seq, message?.seq, message?.queue]).toEqual([engine.epoch, 2, 2, QUEUE]);
  });

  it('is null when the log has no such one yet, and no group is asked', async () => {
    await open('g');
    engine.publish(3);
    expect(await report(4)).toEqual({ epoch: engine.epoch, seq: 4, message: null, groups: [], next: null });
  });

  it('is null when the log has lost it; a group that had not settled it will never get it', async () => {
    await open('g');
    await engine.publishRemoved(3);
    expect(await report(2)).toMatchObject({ message: null, groups: [{ group: 'g', kind: 'gone' }] });
  });
});

describe('what a group made of a message', () => {
  it('is that it waits, before anybody claims it', async () => {
    await open('g');
    engine.publish(1);
    expect(await inGroups(1)).toEqual([{ group: 'g', kind: 'waiting', attempt: 1 }]);
  });

  it('is that a member has it, and for how long', async () => {
    await open('g');
    engine.publish(1);
    const token = await claim('g');
    const member = new Member(LETTER, { messages: 9, bytes: 9 }, recorder(), {
      now: () => engine.time.now,
    });
    member.count(token, { messages: 1, bytes: 1 });
    members.push(member);
    engine.time.now += 400;
    expect(await inGroups(1)).toEqual([
      { group: 'g', kind: 'leased', attempt: 1, client: 'ann', subscription: 's1', sinceMs: 400 },
    ]);
  });

  it('is that it is retried, and when', async () => {
    await open('g');
    engine.publish(1);
    await settle('g', await claim('g'), { kind: 'retry', delayMs: 5_000 }, [[1, 1]]);
    expect(await inGroups(1)).toEqual([
      { group: 'g', kind: 'retrying', attempt: 2, at: engine.time.now + 5_000 },
    ]);
    engine.time.now += 5_000;
    expect(await inGroups(1)).toEqual([{ group: 'g', kind: 'waiting', attempt: 2 }]);
  });

  it('is that it is settled', async () => {
    await open('g');
    engine.publish(3);
    await settle('g', await claim('g'), { kind: 'ack' }, [[2, 2]]);
    expect(await inGroups(2)).toEqual([{ group: 'g', kind: 'settled' }]);
  });

  it('is that it is dead, and where its dead letter is', async () => {
    await open('g');
    engine.publish(3);
    await settle('g', await claim('g'), { kind: 'dead-letter' }, [
      [1, 1],
      [3, 3],
    ]);
    expect([await inGroups(1), await inGroups(3)]).toEqual([
      [{ group: 'g', kind: 'dead', position: 1 }],
      [{ group: 'g', kind: 'dead', position: 2 }],
    ]);
  });

  it('is that it waits for an earlier message of its ordering key', async () => {
    await open('g');
    engine.store(
      encodeFrame([1, 2].map((number) => ({ ...draftOf(number), key: 'k', headers: '{"key":"k"}' }))),
    );
    const token = await claim('g');
    await settle('g', token, { kind: 'retry', delayMs: 5_000 }, [[1, 1]]);
    expect(await inGroups(2)).toEqual([{ group: 'g', kind: 'waiting', attempt: 1, for: 'ordering-key' }]);
  });

  it('is that the group does not want its event', async () => {
    await open('g', { settings: { events: ['other'] } });
    engine.publish(1);
    await claim('g');
    expect(await inGroups(1)).toEqual([{ group: 'g', kind: 'passed-over' }]);
  });

  it('is shown of the groups that may be seen, page by page', async () => {
    for (const group of ['a', 'b', 'c', 'secret']) await open(group);
    engine.publish(1);
    const visibility = { ...operator, maySee: (_queue: string, group: string) => group !== 'secret' };
    const first = await report(1, { limit: 2 }, visibility);
    const second = await report(1, { limit: 2, after: first.next ?? '' }, visibility);
    expect([first, second].map(({ groups, next }) => [groups.map(({ group }) => group), next])).toEqual([
      [['a', 'b'], 'b'],
      [['c'], null],
    ]);
  });
});

describe('the seq of a start', () => {
  it('comes with how many messages there are from it on', async () => {
    engine.publish(3);
    const { epoch } = engine;
    expect(
      await Promise.all(
        (['start', 'now', { seq: 2 }] as const).map((start) => administration.seqAt(QUEUE, start)),
      ),
    ).toEqual([
      { epoch, seq: 1, messages: 3 },
      { epoch, seq: 4, messages: 0 },
      { epoch, seq: 2, messages: 2 },
    ]);
  });
});
