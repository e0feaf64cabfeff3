import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame, MAX_FRAME_MESSAGES, readMessages, type Draft } from '@typed-queue/contracts/wire';
import { guard, refusalOf, save } from './guard.fixture.js';

const publication = { event: 'save', payload: save };
const queue = guard.queue('files');

const draft = (changes: Partial<Draft> = {}): Draft => ({
  id: newId(),
  event: 'save',
  payload: JSON.stringify(save),
  ...changes,
});

describe('a batch as a frame', () => {
  it('passes as the bytes that came when all of it is right', () => {
    const { bytes } = encodeFrame([draft(), draft()]);
    expect(queue.batchFrame(bytes).bytes.buffer).toBe(bytes.buffer);
  });

  it('has the priorities of its headers', () => {
    const { bytes } = encodeFrame([draft(), draft({ headers: '{"priority":"6"}' })]);
    const frame = queue.batchFrame(bytes);
    expect([frame.priority(0), frame.priority(1)]).toEqual([0, 6]);
  });

  it.each<[string, Partial<Draft>]>([
    ['event_unknown', { event: 'saev' }],
    ['payload_invalid', { payload: '{}' }],
    ['message_invalid', { payload: '{' }],
  ])('is refused with %s for one message, with its index and event', (code, changes) => {
    const wrong = draft(changes);
    const { bytes } = encodeFrame([draft(), wrong, draft({ event: 'also wrong' })]);
    const refusal = refusalOf(() => queue.batchFrame(bytes));
    expect(refusal).toMatchObject({ code, details: { index: 1, event: wrong.event } });
    expect(refusal?.message).toMatch(/^Message 1 of the batch, and so all of it: /);
  });

  it.each([
    ['request_invalid', 'text'],
    ['frame_invalid', new Uint8Array(100)],
  ])('is refused with %s when it is no frame', (code, input) => {
    expect(refusalOf(() => queue.batchFrame(input))?.code).toBe(code);
  });
});

describe('a batch of the plain JSON form', () => {
  it('becomes one frame of all its messages', () => {
    const id = newId();
    const frame = queue.batch([{ ...publication, id }, publication]);
    expect(readMessages(frame, 'files')).toMatchObject([{ id, payload: save }, { payload: save }]);
  });

  it.each<[string, unknown]>([
    ['event_unknown', { ...publication, event: 'saev' }],
    ['payload_invalid', { ...publication, payload: { ...save, bytes: -1 } }],
    ['message_invalid', { ...publication, id: 'mine' }],
    ['message_invalid', null],
  ])('is refused with %s for one message, with its index', (code, wrong) => {
    const refusal = refusalOf(() => queue.batch([publication, publication, wrong, null]));
    expect(refusal).toMatchObject({ code, details: { index: 2 } });
  });

  it('is refused with the path of the wrong field', () => {
    const wrong = { ...publication, payload: { ...save, bytes: -1 } };
    expect(refusalOf(() => queue.batch([publication, wrong]))).toMatchObject({
      message: expect.stringMatching(/^Message 1 of the batch, .*"save".* bytes: /),
      details: { index: 1, event: 'save', issues: [{ path: 'bytes' }] },
    });
  });

  it('has the priorities of its messages', () => {
    const ranked = { ...publication, headers: { priority: '6' } };
    const frame = queue.batch([publication, ranked]);
    expect([frame.priority(0), frame.priority(1)]).toEqual([0, 6]);
  });

  it.each([
    ['no array', publication],
    ['empty', []],
    ['too many', Array.from({ length: MAX_FRAME_MESSAGES + 1 }, () => publication)],
  ])('is refused when it is %s', (_, input) => {
    expect(refusalOf(() => queue.batch(input))?.code).toBe('request_invalid');
  });
});
