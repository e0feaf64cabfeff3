import { describe, expect, it } from '@jest/globals';
import {
  contract,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  newId,
  type QueueError,
} from '@typed-queue/contracts';
import { dedupeId } from '@typed-queue/contracts/wire';
import { Drafts, type DraftOptions } from './draft.js';

const rules = { contract, validate: false, newId: () => 'made' };
const saved = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
const draft = (payload: unknown, options: DraftOptions = {}, validate = false) =>
  new Drafts({ ...rules, validate }).create('files', 'save', payload, options);

const errorOf = (run: () => unknown): Pick<QueueError, 'code' | 'details' | 'message'> => {
  try {
    run();
  } catch (error) {
    return error as QueueError;
  }
  throw new Error('it threw nothing');
};

describe('Drafts', () => {
  it('writes texts and makes an id', () => {
    expect(draft(saved)).toEqual({
      id: 'made',
      event: 'save',
      payload: JSON.stringify(saved),
      headers: undefined,
      key: undefined,
    });
  });

  it('takes an id and headers, and the ordering key among them', () => {
    const id = newId();
    expect(draft(1, { id, headers: { key: 'k', actor: 'me' } })).toMatchObject({
      id,
      headers: '{"key":"k","actor":"me"}',
      key: 'k',
    });
    expect(draft(1, { headers: {} }).headers).toBeUndefined();
  });

  it.each<[DraftOptions['headers'], string]>([
    [{ key: 'k', priority: 7 }, '7'],
    [{ key: 'k', priority: 0 }, '0'],
    [{ key: 'k', priority: '9' }, '9'],
  ])('writes the priority of %j as a digit among the texts', (headers, priority) => {
    const made = draft(1, { headers });
    expect(JSON.parse(made.headers ?? '')).toEqual({ key: 'k', priority });
    expect(made.key).toBe('k');
  });

  it.each(['high', '10', ''])('refuses %p as a priority', (priority) => {
    expect(errorOf(() => draft(1, { headers: { priority } }))).toMatchObject({
      code: 'message_invalid',
      message: expect.stringContaining('"priority" of a message is a whole number from 0 to 9'),
    });
  });

  it('makes the id of a dedupe key, and refuses one beside an id', () => {
    expect(draft(saved, { dedupeKey: 'order-17' }).id).toBe(dedupeId('files', 'order-17'));
    for (const options of [{ id: newId(), dedupeKey: 'a' }, { dedupeKey: 'x'.repeat(256) }]) {
      expect(errorOf(() => draft(saved, options)).code).toBe('message_invalid');
    }
  });

  it('refuses an id that is no UUID', () => {
    expect(errorOf(() => draft(1, { id: 'mine' }))).toMatchObject({
      code: 'message_invalid',
      details: { id: 'mine' },
    });
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', { count: 1n }],
    ['a circle', circular],
  ])('refuses %s as a payload', (_, payload) => {
    const error = errorOf(() => draft(payload));
    expect(error.code).toBe('payload_invalid');
    expect(error.message).toContain('payload of "files" "save"');
  });

  it('takes payloads and headers up to their limits in bytes of UTF-8', () => {
    const text = (char: string, bytes: number, quotes: number) =>
      char.repeat((bytes - quotes) / new TextEncoder().encode(char).byteLength);
    for (const char of ['x', 'é', '漢']) {
      const limit = MAX_PAYLOAD_BYTES - ((MAX_PAYLOAD_BYTES - 2) % new TextEncoder().encode(char).byteLength);
      expect(draft(text(char, limit, 2)).payload).toHaveLength(text(char, limit, 2).length + 2);
      expect(errorOf(() => draft(`${text(char, limit, 2)}${char}`)).code).toBe('message_too_large');
    }
    const room = MAX_HEADERS_BYTES - '{"a":""}'.length;
    expect(draft(1, { headers: { a: 'x'.repeat(room) } }).headers).toHaveLength(MAX_HEADERS_BYTES);
    expect(errorOf(() => draft(1, { headers: { a: 'x'.repeat(room + 1) } })).code).toBe('message_too_large');
  });

  it('validates when asked, and says what is wrong', () => {
    expect(draft(saved, {}, true).event).toBe('save');
    expect(draft({ ...saved, bytes: -1 }).event).toBe('save');
    const error = errorOf(() => draft({ ...saved, bytes: -1 }, {}, true));
    expect(error).toMatchObject({ code: 'payload_invalid', details: { issues: [{ path: 'bytes' }] } });
  });

  it.each([
    ['toString', 'save', 'queue_unknown'],
    ['nothing', 'save', 'queue_unknown'],
    ['files', 'constructor', 'event_unknown'],
    ['files', 'udpate', 'event_unknown'],
  ])('refuses %s %s: %s', (queue, event, code) => {
    expect(errorOf(() => new Drafts(rules).create(queue, event, saved, {})).code).toBe(code);
  });
});
