import { describe, expect, it } from '@jest/globals';
import { MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, newId } from '@typed-queue/contracts';
import {
  encodeFrame,
  frameAt,
  keyHash,
  MAX_FRAME_BYTES,
  NIL_UUID,
  type Draft,
} from '@typed-queue/contracts/wire';
import type { GuardedFrame } from './frame-guard.js';
import { deepText, guard, refusalOf, save } from './guard.fixture.js';

const draft = (changes: Partial<Draft> = {}): Draft => ({
  id: newId(),
  event: 'save',
  payload: JSON.stringify(save),
  ...changes,
});
const guarded = (queue: string, ...drafts: readonly Draft[]): GuardedFrame =>
  guard.queue(queue).frame(encodeFrame(drafts).bytes);

const headers = JSON.stringify({ key: 'k', trace: '1' });

describe('a frame', () => {
  it('passes as the bytes that came when all of it is right', () => {
    const { bytes } = encodeFrame([draft(), draft({ headers, key: 'k' }), draft({ headers: '{}' })]);
    const { frame, refused } = guard.queue('files').frame(bytes);
    expect(frame?.bytes.buffer).toBe(bytes.buffer);
    expect(frame?.bytes.byteLength).toBe(bytes.byteLength);
    expect(refused).toEqual([]);
  });

  const ranked = (priority: string): Draft => draft({ headers: JSON.stringify({ priority }) });

  it('gets the priorities of its headers, and stays intact', () => {
    const { frame } = guarded('files', draft(), ranked('9'), ranked('0'));
    expect([0, 1, 2].map((index) => frame?.priority(index))).toEqual([0, 9, 0]);
    expect(frameAt(frame?.bytes ?? new Uint8Array(0)).kind).toBe('frame');
  });

  it('has the priorities of the messages that are accepted, and refuses one whose priority is none', () => {
    const { frame, refused } = guarded('files', ranked('3'), ranked('high'), ranked('5'));
    expect([0, 1].map((index) => frame?.priority(index))).toEqual([3, 5]);
    expect(refused).toMatchObject([
      { index: 1, error: { code: 'message_invalid', details: { header: 'priority' } } },
    ]);
  });

  it('is refused when a publisher wrote a priority into its table', () => {
    const { bytes } = encodeFrame([draft({ priority: 9 })]);
    expect(refusalOf(() => guard.queue('files').frame(bytes))?.code).toBe('frame_invalid');
  });

  it('keeps its texts only as the bytes that came, once it was checked', () => {
    const { bytes } = encodeFrame([draft()]);
    const { frame } = guard.queue('files').frame(bytes);
    bytes.fill(' '.charCodeAt(0), bytes.byteLength - 10);
    expect(frame?.payloadText(0)).toMatch(/ {10}$/);
  });

  it.each([
    ['a string', 'bytes'],
    ['a list of numbers', [1, 2, 3]],
    ['an object', { length: 3 }],
    ['nothing', undefined],
  ])('is refused when it is %s', (_, input) => {
    expect(refusalOf(() => guard.queue('files').frame(input))).toMatchObject({
      code: 'request_invalid',
      message: expect.stringMatching(/sent as bytes: a Buffer, Uint8Array or ArrayBuffer/),
    });
  });

  it('is refused for a queue that is not there', () => {
    const { bytes } = encodeFrame([draft()]);
    expect(refusalOf(() => guard.queue('__proto__').frame(bytes))?.code).toBe('queue_unknown');
  });

  const { bytes } = encodeFrame([draft()]);
  const damaged = Uint8Array.from(bytes, (byte, index) => (index === 100 ? byte ^ 1 : byte));

  it.each<[string, Uint8Array]>([
    ['damaged', damaged],
    ['cut', bytes.subarray(0, -1)],
    ['none', new Uint8Array(0)],
  ])('is refused when its bytes are %s', (_, wrong) => {
    expect(refusalOf(() => guard.queue('files').frame(wrong))?.code).toBe('frame_invalid');
  });

  it('is refused when it has too many bytes, with their number and the limit', () => {
    expect(refusalOf(() => guard.queue('files').frame(new Uint8Array(MAX_FRAME_BYTES + 1)))).toMatchObject({
      code: 'frame_too_large',
      details: { bytes: MAX_FRAME_BYTES + 1, limit: MAX_FRAME_BYTES },
    });
  });
});

describe('a message of a frame', () => {
  it.each<[string, Partial<Draft>, RegExp]>([
    ['event_unknown', { event: 'saev' }, /no event "saev"/],
    ['event_unknown', { event: '__proto__' }, /no event "__proto__"/],
    ['event_unknown', { event: 'constructor' }, /no event "constructor"/],
    ['payload_invalid', { payload: '{}' }, /path: /],
    ['payload_invalid', { payload: deepText() }, /deeper than 100 levels/],
    ['message_invalid', { payload: '{"path":' }, /payload of a message is not JSON/],
    ['message_invalid', { payload: '1,2' }, /payload of a message is not JSON/],
    ['message_invalid', { id: NIL_UUID }, /not zeros/],
    ['message_invalid', { headers: '{"key":' }, /headers of a message are not JSON/],
    ['message_invalid', { headers: '{"key":1}' }, /object of strings/],
    ['message_invalid', { headers: '["key"]' }, /object of strings/],
    ['message_invalid', { headers: 'null' }, /object of strings/],
    ['message_invalid', { headers: deepText(4_000) }, /object of strings/],
    ['message_invalid', { headers, key: 'other' }, /hash of the ordering key does not belong/],
    ['message_invalid', { headers }, /hash of the ordering key does not belong/],
    ['message_invalid', { headers: '{"trace":"1"}', key: 'k' }, /hash of the ordering key does not belong/],
    ['message_invalid', { key: 'k' }, /hash of the ordering key does not belong/],
  ])('is refused with %s, and its neighbours pass unchanged', (code, changes, text) => {
    const [before, after] = [
      draft({ headers, key: 'k' }),
      draft({ payload: JSON.stringify({ ...save, path: 'ä' }) }),
    ];
    const { frame, refused } = guarded('files', before, draft(changes), after);
    expect(refused).toMatchObject([
      { index: 1, error: { code, message: expect.stringMatching(text), retryable: false } },
    ]);
    expect(frame?.count).toBe(2);
    expect([0, 1].map((index) => frame?.publishedIndex(index))).toEqual([0, 2]);
    expect([0, 1].map((index) => frame?.id(index))).toEqual([before.id, after.id]);
    expect([0, 1].map((index) => frame?.payloadText(index))).toEqual([before.payload, after.payload]);
    expect(frame?.headersText(0)).toBe(headers);
    expect(frame?.keyHash(0)).toBe(keyHash('k'));
  });

  it('leaves no frame when there is no other', () => {
    const { frame, refused } = guarded('files', draft({ event: 'a' }), draft({ event: 'b' }));
    expect(frame).toBeUndefined();
    expect(refused.map(({ index }) => index)).toEqual([0, 1]);
  });

  it.each([
    ['without headers', {}],
    ['beside its headers', { headers, key: 'k' }],
  ])('may have a payload of exactly the limit %s', (_, others) => {
    const payload = (bytes: number): Draft =>
      draft({ event: 'said', payload: JSON.stringify('x'.repeat(bytes - 2)), ...others });
    const { frame, refused } = guarded(
      'anything',
      payload(MAX_PAYLOAD_BYTES),
      payload(MAX_PAYLOAD_BYTES + 1),
    );
    expect(frame?.count).toBe(1);
    expect(refused).toMatchObject([
      {
        index: 1,
        error: {
          code: 'message_too_large',
          details: { bytes: MAX_PAYLOAD_BYTES + 1, limit: MAX_PAYLOAD_BYTES },
        },
      },
    ]);
  });

  it('may have headers of exactly the limit', () => {
    const withHeaders = (bytes: number): Draft =>
      draft({ headers: `{"trace":"${'x'.repeat(bytes - '{"trace":""}'.length)}"}` });
    const { refused } = guarded('files', withHeaders(MAX_HEADERS_BYTES), withHeaders(MAX_HEADERS_BYTES + 1));
    expect(refused).toMatchObject([
      { index: 1, error: { code: 'message_too_large', message: expect.stringMatching(/headers .* 16384/) } },
    ]);
  });
});
