import { describe, expect, it } from '@jest/globals';
import { contract, MAX_PAYLOAD_BYTES, newId, QueueError } from '@typed-queue/contracts';
import { MAX_FRAME_BYTES, MAX_FRAME_MESSAGES, openFrame } from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { refused, stored } from '../requests.fixture.js';
import { checkOneKey, draftBatch } from './batch.js';
import { Drafts } from './draft.js';
import { openOutbox, PRODUCER } from './outbox.fixture.js';

const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
const save = { event: 'save', payload: saved };

const drafted = (messages: readonly unknown[], validate = false) =>
  draftBatch(new Drafts({ contract, validate, newId }), 'files', messages);

const refusalOf = (messages: unknown, validate = false): Partial<QueueError> => {
  try {
    // Safe: the argument is wrong on purpose.
    drafted(messages as unknown[], validate);
  } catch (error) {
    if (error instanceof QueueError) return error;
  }
  throw new Error('the batch was not refused');
};

describe('the messages of a batch', () => {
  it('are checked in their order, with what each of them names', () => {
    const id = newId();
    const headers = { key: 'k' };
    expect(
      drafted([
        { ...save, id },
        { event: 'error', payload: saved, headers },
      ]),
    ).toMatchObject([
      { id, event: 'save', payload: JSON.stringify(saved) },
      { event: 'error', headers: '{"key":"k"}', key: 'k' },
    ]);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['an unknown event', { event: 'saev', payload: saved }, 'event_unknown', /no event "saev"/],
    ['an id that is no UUID', { ...save, id: 'mine' }, 'message_invalid', /not a UUID/],
    ['a field that no message has', { ...save, header: {} }, 'request_invalid', /no field "header"/],
    ['no payload', { event: 'save' }, 'payload_invalid', /it is undefined/],
    ['a payload that is too large', { ...save, payload: 'x'.repeat(MAX_PAYLOAD_BYTES) }, 'message_too_large', /more than/], // prettier-ignore
    ['no object', null, 'request_invalid', /a message is an object, not null/],
  ])('are all refused for one with %s, by its index', (_, wrong, code, text) => {
    const refusal = refusalOf([save, wrong, { event: 'also wrong' }]);
    expect(refusal).toMatchObject({ code, details: { index: 1 }, message: expect.stringMatching(text) });
    expect(refusal.message).toMatch(/^Message 1 of the batch, and so all of it: /);
  });

  it('are checked by their schemas when the client validates: the error names index, event and path', () => {
    const wrong = { event: 'save', payload: { ...saved, bytes: -1 } };
    expect(refusalOf([save, save, wrong], true)).toMatchObject({
      code: 'payload_invalid',
      details: { index: 2, event: 'save', issues: [{ path: 'bytes' }] },
    });
    expect(drafted([save, save, wrong])).toHaveLength(3);
  });

  it.each([[[]], [undefined], [{}], ['save']])('are at least one, in an array, not %j', (messages) => {
    expect(refusalOf(messages)).toMatchObject({
      code: 'request_invalid',
      message: expect.stringMatching(/array of messages, at least one/),
    });
  });

  it('are at most as many as a frame has: the error says the limits', () => {
    const messages = Array.from({ length: MAX_FRAME_MESSAGES + 1 }, () => save);
    expect(drafted(messages.slice(1))).toHaveLength(MAX_FRAME_MESSAGES);
    expect(refusalOf(messages)).toMatchObject({
      code: 'frame_too_large',
      message: expect.stringMatching(/4096 messages and 4194304 bytes/),
      details: { messages: 4_097 },
    });
  });

  it.each(['x', 'é'])('have at most as many bytes as a frame, counted in UTF-8 (%s)', (character) => {
    const part = {
      ...save,
      payload: character.repeat((MAX_FRAME_BYTES / 4 - 100) / Buffer.byteLength(character)),
    };
    expect(drafted([part, part, part, part])).toHaveLength(4);
    const refusal = refusalOf([part, part, part, part, { ...save, payload: 'x'.repeat(400) }]);
    expect(refusal.code).toBe('frame_too_large');
    expect(refusal.details?.bytes).toBeGreaterThan(MAX_FRAME_BYTES);
  });
});

describe('the ordering keys of a batch before which a seq is expected', () => {
  const of = (...keys: readonly (string | undefined)[]) =>
    drafted(keys.map((key) => ({ ...save, headers: key === undefined ? {} : { key } })));

  it.each([[['a', 'a']], [['']], [[undefined, undefined]]])('may be %j', (keys) => {
    expect(() => checkOneKey(of(...keys))).not.toThrow();
  });

  it.each([[['a', 'b']], [['a', undefined]], [[undefined, '']]])('may not be %j', (keys) => {
    const refusal = { code: 'request_invalid', details: { index: 1 } };
    expect(() => checkOneKey(of(...keys))).toThrow(expect.objectContaining(refusal));
  });
});

describe('a batch in the outbox', () => {
  it('is a frame of its own, in its place among other publishes, numbered like them', () => {
    const { outbox, publish, publishBatch, runtime, sent, server } = openOutbox();
    outbox.online();
    for (const n of [1, 2]) void publish(n);
    void publishBatch([3, 4]);
    void publishBatch([5]);
    for (const n of [6, 7]) void publish(n);
    runtime.endTurn();
    expect(sent()).toEqual([[1, 2], [3, 4], [5], [6, 7]]);
    expect(server.batches).toEqual([server.frames[1]?.frame, server.frames[2]?.frame]);
    const headers = server.frames.map(({ frame }) => openFrame(frame).header);
    expect(headers.map(({ firstNumber }) => firstNumber)).toEqual([1, 3, 5, 6]);
    expect(headers.map(({ producer }) => producer)).toEqual(headers.map(() => PRODUCER));
  });

  it('may have more messages and bytes than are gathered into a frame', () => {
    const { outbox, publishBatch, runtime, sent } = openOutbox();
    outbox.online();
    void publishBatch(Array.from({ length: 4_000 }, () => 'x'.repeat(100)));
    runtime.endTurn();
    expect(sent().map(({ length }) => length)).toEqual([4_000]);
  });

  it('has receipts that name those that were stored before', async () => {
    const { outbox, publishBatch, runtime, server } = openOutbox();
    outbox.online();
    const receipt = publishBatch([1, 2, 3]);
    runtime.endTurn();
    const frame = openFrame(server.batches[0] ?? new Uint8Array(0));
    server.frames[0]?.answer(stored(7, { duplicates: [{ index: 1, seq: 2 }] }));
    const all = { epoch: 'e1', durability: 'disk' };
    expect(await receipt).toEqual([
      { ...all, id: frame.id(0), seq: 7, duplicate: false },
      { ...all, id: frame.id(1), seq: 2, duplicate: true },
      { ...all, id: frame.id(2), seq: 8, duplicate: false },
    ]);
  });

  it('is sent again with the same bytes after a lost connection and a retryable refusal', async () => {
    const { outbox, publishBatch, runtime, server } = openOutbox();
    outbox.online();
    const receipt = publishBatch([1, 2]);
    runtime.endTurn();
    outbox.offline();
    outbox.online();
    server.frames[1]?.answer(refused('draining'));
    runtime.fireNextTimer();
    expect(server.batches).toHaveLength(3);
    expect(new Set(server.batches).size).toBe(1);
    server.frames[2]?.answer(stored(1));
    expect((await receipt).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('rejects as a whole with a permanent refusal, and what comes after it is stored', async () => {
    const { outbox, publish, publishBatch, runtime, server } = openOutbox();
    outbox.online();
    const batch = codeOf(publishBatch([1, 2]));
    const after = publish(3);
    runtime.endTurn();
    server.frames[0]?.answer(refused('payload_invalid'));
    server.frames[1]?.answer(stored(1));
    expect(await batch).toBe('payload_invalid');
    expect(await after).toMatchObject({ seq: 1 });
  });

  it('rejects aborted before it was sent, and outcome_unknown after', async () => {
    const { outbox, publishBatch, runtime, sent, quota } = openOutbox({ maxMessages: 4, maxBytes: 1e9 });
    const [early, late] = [new AbortController(), new AbortController()];
    const gone = codeOf(publishBatch([1, 2], early.signal));
    const unknown = codeOf(publishBatch([3, 4], late.signal));
    early.abort();
    expect(await gone).toBe('aborted');
    quota.reserve(2, 2);
    outbox.online();
    runtime.endTurn();
    late.abort();
    expect(await unknown).toBe('outcome_unknown');
    expect(sent()).toEqual([[3, 4]]);
  });

  it('is refused with outbox_full when not all of it fits, and leaves room when it has its receipt', async () => {
    const { outbox, publish, publishBatch, runtime, server } = openOutbox({ maxMessages: 3, maxBytes: 1e9 });
    outbox.online();
    void publish(1);
    expect(await codeOf(publishBatch([2, 3, 4]))).toBe('outbox_full');
    const receipt = publishBatch([2, 3]);
    expect(await codeOf(publish(4))).toBe('outbox_full');
    runtime.endTurn();
    server.frames[1]?.answer(stored(2));
    await receipt;
    void publishBatch([4, 5]);
    runtime.endTurn();
    expect(server.batches).toHaveLength(2);
  });
});
