import { describe, expect, it } from '@jest/globals';
import { recordOf } from './record.js';
import { RecordAppender, type RecordAppenderOptions } from './record-appender.js';

const RECORD = recordOf('batch', { firstSeq: 1, nextSeq: 2, time: 0, bytes: 0, part: 1, parts: 1 }, []);

/** A stream that has five records; the first append has no answer, and after it the stream seems to end where `ends` says. */
const appenderTo = (ends: readonly number[]): RecordAppender => {
  const left = [...ends];
  let appends = 0;
  const stream = {
    append: (_record: unknown, after: number) =>
      appends++ === 0 ? Promise.reject(new Error('no answer')) : Promise.resolve(after + 1),
    info: () => Promise.resolve({ state: { last_seq: left.shift() ?? ends.at(-1) } }),
    at: () => Promise.resolve(undefined),
    remove: () => Promise.resolve(),
    // Safe: nothing else is read of what it answers.
  } as unknown as RecordAppenderOptions['stream'];
  const requests: RecordAppenderOptions['requests'] = {
    once: (send) => send(),
    repeat: (send) => send(),
    another: () => Promise.resolve(),
  };
  const answering = { unanswered: () => undefined, answered: () => undefined };
  return new RecordAppender({ stream, requests, answering }, 5);
};

describe('what appends to a stream', () => {
  it('asks again where a node does not have everything yet', async () => {
    expect(await appenderTo([2, 4, 5]).append(RECORD)).toEqual({ kind: 'durable' });
  });

  it('gives up where what was stored stays away', async () => {
    expect(await appenderTo([2]).append(RECORD)).toEqual({
      kind: 'foreign',
      why: 'it ends at 2 and not at 5',
    });
  });
});
