import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame, readMessages } from '@typed-queue/contracts/wire';
import { guard, refusalOf, save } from './guard.fixture.js';

const publication = { event: 'save', payload: save };
const refusal = { code: 'message_invalid', message: 'The headers of a message are an object of strings.' };

/** As they come off the wire: each name is a field of its own, whatever it means elsewhere. */
const fields = (json: string): unknown => JSON.parse(json);

const texts = [
  '{"__proto__":"a","trace":"b"}',
  '{"constructor":"a","toString":"b","hasOwnProperty":"c"}',
  '{"__proto__":"a","key":"k"}',
];

describe('headers whose names mean something to JavaScript', () => {
  it.each(texts)('are texts like all others: %s', (text) => {
    const { frame } = guard.queue('files').publication({ ...publication, headers: fields(text) });
    const [message] = readMessages(frame, 'files');
    expect(Object.entries(message?.headers ?? {})).toEqual(Object.entries(fields(text) as object));
    expect(frame.keyHash(0) !== 0).toBe(text.includes('"key"'));
    expect(Object.getPrototypeOf(message?.headers)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('trace');
  });

  it.each(texts)('are so in a frame: %s', (text) => {
    const key = text.includes('"key"') ? 'k' : undefined;
    const draft = { id: newId(), event: 'save', payload: JSON.stringify(save), headers: text };
    const { bytes } = encodeFrame([key === undefined ? draft : { ...draft, key }]);
    const { frame, refused } = guard.queue('files').frame(bytes);
    expect(frame?.headersText(0)).toEqual(text);
    expect(refused).toEqual([]);
  });

  it.each(['{"__proto__":{"key":"k"}}', '{"__proto__":null}', '{"constructor":{"prototype":{"key":"k"}}}'])(
    'are refused when they are no texts: %s',
    (text) => {
      const headers = fields(text);
      expect(refusalOf(() => guard.queue('files').publication({ ...publication, headers }))).toMatchObject(
        refusal,
      );
    },
  );
});

it.each([new Uint8Array(0), Buffer.alloc(0), new ArrayBuffer(0), new DataView(new ArrayBuffer(0))])(
  'headers that are bytes, which Socket.IO carries, are refused even when they are none: %#',
  (headers) => {
    expect(refusalOf(() => guard.queue('files').publication({ ...publication, headers }))).toMatchObject(
      refusal,
    );
  },
);
