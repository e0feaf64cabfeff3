import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { fingerprintOf } from './fingerprint.js';
import { defineQueue } from './queue.js';
import { files } from './queues/files.js';

const save = z.strictObject({ path: z.string(), bytes: z.int() });
const error = z.strictObject({ code: z.string() });
const queue = defineQueue('files', { events: { save, error } });

describe('the fingerprint of a queue', () => {
  it('is the same for equal definitions, made again and in another order', () => {
    const again = defineQueue('files', {
      events: { error: z.strictObject({ code: z.string() }), save: save.clone() },
    });
    expect(fingerprintOf(queue)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf(again)).toBe(fingerprintOf(queue));
  });

  it.each([
    ['the name', defineQueue('other', { events: { save, error } })],
    ['an event more', defineQueue('files', { events: { save, error, more: error } })],
    ['an event less', defineQueue('files', { events: { save } })],
    ['the name of an event', defineQueue('files', { events: { saved: save, error } })],
    ['a type', defineQueue('files', { events: { save: save.extend({ bytes: z.string() }), error } })],
    ['a field more', defineQueue('files', { events: { save: save.extend({ more: z.string() }), error } })],
    ['a field that may be missing', defineQueue('files', { events: { save: save.partial(), error } })],
  ])('differs by %s', (_difference, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(queue));
  });

  it('does not depend on what is kept', () => {
    const { events } = files;
    expect(fingerprintOf(defineQueue('files', { events, retention: { maxBytes: 1 } }))).toBe(
      fingerprintOf(files),
    );
  });

  it('is not there when a schema cannot say what it is', () => {
    const validate = (value: unknown): { value: unknown } => ({ value });
    const mute = { '~standard': { version: 1, vendor: 'hand-made', validate } } as const;
    expect(fingerprintOf(defineQueue('files', { events: { save: mute } }))).toBeNull();
    expect(fingerprintOf(defineQueue('files', { events: { save: z.custom<string>() } }))).toBeNull();
  });
});
