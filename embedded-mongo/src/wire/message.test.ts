import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeReply, Framing, parseRequest } from './message.js';
import { message } from './raw-client.fixture.js';

describe('Framing', () => {
  it('finds the same messages however they are cut', () => {
    const messages = [message({ ping: 1 }), message({ insert: 'a' }, [{ _id: 1 }]), message({ find: 'b' })];
    const bytes = Buffer.concat(messages);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const framing = new Framing();
        const found = places.slice(1).flatMap((end, i) => framing.add(bytes.subarray(places[i], end)));
        expect(found).toEqual(messages);
      }),
    );
  });

  it.each([0, 15, 48_000_001, -1])('refuses a message of %d bytes', (length) => {
    const head = Buffer.alloc(16);
    head.writeInt32LE(length);
    expect(() => new Framing().add(head)).toThrow(RangeError);
  });
});

describe('parseRequest', () => {
  it('joins the body and its lists', () => {
    const request = parseRequest(message({ insert: 'a', $db: 'x' }, [{ _id: 1 }, { _id: 2n }]));
    expect(request).toEqual({
      id: 7,
      legacy: false,
      answered: true,
      command: { insert: 'a', $db: 'x', documents: [{ _id: 1 }, { _id: 2n }] },
    });
  });

  it('leaves a checksum out, and knows who wants no answer', () => {
    const bytes = Buffer.concat([message({ ping: 1 }, [], 1 | 2), Buffer.alloc(4)]);
    bytes.writeInt32LE(bytes.length, 0);
    expect(parseRequest(bytes)).toMatchObject({ answered: false, command: { ping: 1 } });
  });

  it('refuses other opcodes, and sections that leave their message', () => {
    const other = message({ ping: 1 });
    other.writeInt32LE(2012, 12);
    expect(() => parseRequest(other)).toThrow('opcode 2012');
    const long = message({ ping: 1 });
    long.writeInt32LE(10_000, 21);
    expect(() => parseRequest(long)).toThrow(RangeError);
  });
});

describe('encodeReply', () => {
  it('answers in the form of the request', () => {
    const request = { id: 7, legacy: false, answered: true, command: {} };
    expect(parseRequest(encodeReply(request, { ok: 1 })).command).toEqual({ ok: 1 });
    const legacy = encodeReply({ ...request, legacy: true }, { ok: 1 });
    const header = {
      length: legacy.readInt32LE(0),
      responseTo: legacy.readInt32LE(8),
      opcode: legacy.readInt32LE(12),
    };
    expect(header).toEqual({ length: legacy.length, responseTo: 7, opcode: 1 });
  });
});
