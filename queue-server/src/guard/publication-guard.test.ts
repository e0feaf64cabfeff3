import { describe, expect, it } from '@jest/globals';
import { MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, newId } from '@typed-queue/contracts';
import {
  dedupeId,
  isUuid,
  keyHash,
  MAX_FRAME_MESSAGES,
  NIL_UUID,
  readMessages,
} from '@typed-queue/contracts/wire';
import { deepValue, guard, refusalOf, save } from './guard.fixture.js';

const publication = { event: 'save', payload: save };

describe('a message of the plain JSON form', () => {
  it('becomes a frame that holds what was published', () => {
    const id = newId();
    const headers = { key: 'k', trace: '1' };
    const guarded = guard.queue('files').publication({ ...publication, id, headers });
    expect(guarded.id).toBe(id);
    expect(readMessages(guarded.frame, 'files')).toMatchObject([
      { id, queue: 'files', event: 'save', payload: save, headers },
    ]);
    expect(guarded.frame.keyHash(0)).toBe(keyHash('k'));
  });

  it('gets an id when it has none, and no key without headers', () => {
    const { id, frame } = guard.queue('files').publication(publication);
    expect(isUuid(id)).toBe(true);
    expect(frame.id(0)).toBe(id);
    expect(frame.keyHash(0)).toBe(0);
    expect(readMessages(frame, 'files')[0]?.headers).toEqual({});
  });

  it('has the priority of its headers in the table of its frame', () => {
    const { frame } = guard.queue('files').publication({ ...publication, headers: { priority: '7' } });
    expect(frame.priority(0)).toBe(7);
  });

  it.each(['high', '10', '-1', ''])('is refused when its priority is %p', (priority) => {
    expect(
      refusalOf(() => guard.queue('files').publication({ ...publication, headers: { priority } })),
    ).toMatchObject({ code: 'message_invalid', details: { header: 'priority' } });
  });

  it('gets the id of its dedupe key', () => {
    const { id, frame } = guard.queue('files').publication({ ...publication, dedupeKey: 'order-17' });
    expect(id).toEqual(dedupeId('files', 'order-17'));
    expect(frame.id(0)).toEqual(id);
  });

  it.each([
    [
      'message_invalid',
      'files',
      { ...publication, id: newId(), dedupeKey: 'a' },
      /an id or a dedupe key, not both/,
    ],
    ['message_invalid', 'files', { ...publication, dedupeKey: 7 }, /a text of 1 to 255 bytes/],
    ['queue_unknown', 'nothing', publication, /no queue "nothing"; there are files, database, anything/],
    ['queue_unknown', '__proto__', publication, /no queue "__proto__"/],
    ['queue_unknown', 'constructor', publication, /no queue "constructor"/],
    ['queue_unknown', 7, publication, /no queue of type number/],
    ['queue_unknown', null, publication, /no queue of type object/],
    ['queue_unknown', undefined, publication, /no queue of type undefined/],
    ['message_invalid', 'files', null, /is an object \{ event, payload, id\?, dedupeKey\?, headers\? \}/],
    ['message_invalid', 'files', 'save', /is an object/],
    ['message_invalid', 'files', 7, /is an object/],
    ['message_invalid', 'files', [publication], /is an object/],
    [
      'message_invalid',
      'files',
      { ...publication, header: {} },
      /no field "header"; it has event, payload, id/,
    ],
    ['message_invalid', 'files', JSON.parse('{"event":"save","__proto__":1}'), /no field "__proto__"/],
    ['message_invalid', 'files', { payload: save }, /event of a message is a string/],
    ['message_invalid', 'files', { event: 7, payload: save }, /event of a message is a string/],
    [
      'event_unknown',
      'files',
      { event: 'saev', payload: save },
      /"files" has no event "saev"; it has save, error/,
    ],
    ['event_unknown', 'files', { event: '__proto__', payload: save }, /no event "__proto__"/],
    ['event_unknown', 'files', { event: 'constructor', payload: save }, /no event "constructor"/],
    ['event_unknown', 'files', { event: '', payload: save }, /no event ""/],
    ['message_invalid', 'files', { ...publication, id: 'mine' }, /id of a message is a UUID/],
    ['message_invalid', 'files', { ...publication, id: 7 }, /id of a message is a UUID/],
    ['message_invalid', 'files', { ...publication, id: null }, /id of a message is a UUID/],
    ['message_invalid', 'files', { ...publication, id: NIL_UUID }, /not zeros/],
    [
      'message_invalid',
      'files',
      { ...publication, headers: null },
      /headers of a message are an object of strings/,
    ],
    ['message_invalid', 'files', { ...publication, headers: ['a'] }, /an object of strings/],
    ['message_invalid', 'files', { ...publication, headers: 'a' }, /an object of strings/],
    ['message_invalid', 'files', { ...publication, headers: { key: 1 } }, /an object of strings/],
    [
      'payload_invalid',
      'files',
      { event: 'save' },
      /"save" in queue "files" does not match .* it is missing/,
    ],
    ['payload_invalid', 'anything', { event: 'said' }, /it is missing/],
    ['payload_invalid', 'files', { event: 'save', payload: { ...save, bytes: 'x' } }, /bytes: .*number/],
    ['payload_invalid', 'files', { event: 'save', payload: { ...save, more: 1 } }, /more/],
    ['payload_invalid', 'files', { event: 'save', payload: deepValue() }, /deeper than 100 levels/],
    ['payload_invalid', 'anything', { event: 'said', payload: { a: [Buffer.from('x')] } }, /holds bytes/],
    ['payload_invalid', 'anything', { event: 'said', payload: new ArrayBuffer(8) }, /holds bytes/],
    ['contract_invalid', 'broken', { event: 'said', payload: 1 }, /schema of "said" in queue "broken" fails/],
    [
      'schema_changes_value',
      'trimmed',
      { event: 'said', payload: { text: ' a ' } },
      /"said" in queue "trimmed": .*"text"/,
    ],
    ['payload_invalid', 'anything', { event: 'said', payload: deepValue() }, /deeper than 100 levels/],
    ['message_invalid', 'files', { ...publication, id: deepValue() }, /id of a message is a UUID/],
    ['message_invalid', 'files', { ...publication, headers: { key: deepValue() } }, /an object of strings/],
    ['message_invalid', 'files', { ...publication, event: deepValue() }, /event of a message is a string/],
  ])('is refused with %s', (code, queue, input, text) => {
    const refusal = refusalOf(() => guard.queue(queue).publication(input));
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(text), retryable: false });
    // It goes into an answer: nothing in it may be deeper or larger than what a server says by itself.
    expect(JSON.stringify(refusal).length).toBeLessThan(2_000);
  });

  it('names what is wrong with its payload: the first in the text, more in the details', () => {
    const payload = {
      model: 'm',
      id: '1',
      before: {},
      after: {},
      changed: Array.from({ length: 500 }, () => 1),
    };
    const refusal = refusalOf(() => guard.queue('database').publication({ event: 'update', payload }));
    expect(refusal?.message.match(/changed\.\d/g)).toEqual(['changed.0', 'changed.1', 'changed.2']);
    expect(refusal?.details).toMatchObject({ queue: 'database', event: 'update' });
    expect(refusal?.details.issues).toHaveLength(100);
  });

  it('may be as deep as 100 levels', () => {
    expect(
      refusalOf(() => guard.queue('anything').publication({ event: 'said', payload: deepValue(100) })),
    ).toBeUndefined();
    expect(
      refusalOf(() => guard.queue('anything').publication({ event: 'said', payload: deepValue(101) }))?.code,
    ).toBe('payload_invalid');
  });

  it('does not say the whole name of an event that is longer than any', () => {
    const refusal = refusalOf(() =>
      guard.queue('files').publication({ event: 'x'.repeat(1_000_000), payload: save }),
    );
    expect(refusal?.code).toBe('event_unknown');
    expect(JSON.stringify(refusal).length).toBeLessThan(1_000);
  });

  it.each([
    [0, undefined],
    [1, 'message_too_large'],
  ])('may have exactly the bytes of its limits as UTF-8, and not %i more', (more, code) => {
    const text = 'ä'.repeat((MAX_PAYLOAD_BYTES - 2) / 2) + 'x'.repeat(more);
    const payload = refusalOf(() => guard.queue('anything').publication({ event: 'said', payload: text }));
    expect(payload?.code).toBe(code);
    const key = 'x'.repeat(MAX_HEADERS_BYTES - '{"key":""}'.length + more);
    const headers = refusalOf(() => guard.queue('files').publication({ ...publication, headers: { key } }));
    expect(headers?.code).toBe(code);
    if (code === undefined) return;
    expect(payload?.message).toMatch(/payload .* 1048576 bytes as JSON, not 1048577/);
    expect(headers?.details).toEqual({ bytes: MAX_HEADERS_BYTES + 1, limit: MAX_HEADERS_BYTES });
  });
});

describe('an array of messages', () => {
  it('becomes one frame of those that are right, and says of each what it is', () => {
    const id = newId();
    const { frame, messages } = guard
      .queue('files')
      .publications([publication, { event: 'saev', payload: save }, { ...publication, id }, null]);
    expect(messages).toMatchObject([
      { id: expect.any(String) },
      { error: { code: 'event_unknown' } },
      { id },
      { error: { code: 'message_invalid' } },
    ]);
    expect(frame?.count).toBe(2);
    expect(frame?.id(1)).toBe(id);
  });

  it('becomes no frame when all are wrong', () => {
    const { frame, messages } = guard.queue('files').publications([null, 7]);
    expect(frame).toBeUndefined();
    expect(messages).toHaveLength(2);
  });

  it.each([0, MAX_FRAME_MESSAGES + 1])('is refused as a whole with %i messages', (count) => {
    const inputs = Array.from({ length: count }, () => publication);
    const refusal = refusalOf(() => guard.queue('files').publications(inputs));
    expect(refusal).toMatchObject({
      code: 'request_invalid',
      message: expect.stringMatching(`1 to 4096 messages at once, not ${count}`),
    });
  });

  it('may have as many messages as a frame', () => {
    const inputs = Array.from({ length: MAX_FRAME_MESSAGES }, () => publication);
    expect(guard.queue('files').publications(inputs).frame?.count).toBe(MAX_FRAME_MESSAGES);
  });

  it('is refused as a whole when it is larger than a frame may be', () => {
    const large = { event: 'said', payload: 'x'.repeat(1_000_000) };
    const refusal = refusalOf(() =>
      guard.queue('anything').publications([large, large, large, large, large]),
    );
    expect(refusal).toMatchObject({
      code: 'frame_too_large',
      message: expect.stringMatching(/may have 4194304 bytes; these have 500/),
    });
  });
});
