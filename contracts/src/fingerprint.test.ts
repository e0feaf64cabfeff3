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
    expect(fingerprintOf(queue)).toMatch(/^\d+-\d+$/);
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

  const text = z.string();
  it.each<[string, z.ZodType, z.ZodType]>([
    ['a pipe', text, text.pipe(z.enum(['a', 'b']))],
    ['a refinement', text, text.refine(() => true)],
    ['a refinement inside', text.optional(), text.refine(() => true).optional()],
    ['superRefine', text, text.superRefine(() => undefined)],
    ['a check', text, text.check(() => undefined)],
    ['flags of an expression', text.regex(/a/), text.regex(/a/i)],
    ['the host of a URL', z.url(), z.url({ hostname: /^a$/ })],
    ['another host of a URL', z.url({ hostname: /^a$/ }), z.url({ hostname: /^b$/ })],
    ['the algorithm of a token', z.jwt(), z.jwt({ alg: 'HS256' })],
    ['trim', text, text.trim()],
    ['slugify', text, text.slugify()],
    ['coercion', text, z.coerce.string()],
    ['catch', text, text.catch('a')],
    ['a property', text, text.check(z.property('length', z.number()))],
    ['where a text is included', text.regex(/^.{2}a/), text.includes('a', { position: 2 })],
    ['metadata that are not checked', text.max(3), text.meta({ maxLength: 3 })],
    [
      'an intersection',
      z.strictObject({ a: text, b: text }),
      z.strictObject({ a: text }).and(z.strictObject({ b: text })),
    ],
  ])('differs by what JSON Schema does not say: %s', (_difference, one, other) => {
    const fingerprint = (s: z.ZodType): string | null =>
      // Safe: no payload is read.
      fingerprintOf(defineQueue('q', { events: { e: z.strictObject({ s }) as never } }));
    expect(fingerprint(one)).not.toBeNull();
    expect(fingerprint(other)).not.toBe(fingerprint(one));
  });

  it('is not there when a schema cannot say what it is', () => {
    const validate = (value: unknown): { value: unknown } => ({ value });
    const mute = { '~standard': { version: 1, vendor: 'hand-made', validate } } as const;
    expect(fingerprintOf(defineQueue('files', { events: { save: mute } }))).toBeNull();
    expect(fingerprintOf(defineQueue('files', { events: { save: z.custom<string>() } }))).toBeNull();
    // Safe: it has what a schema has.
    const stricter = Object.create(save, {
      '~standard': { value: { ...save['~standard'], validate } },
    }) as typeof save;
    expect(fingerprintOf(defineQueue('files', { events: { save: stricter } }))).toBeNull();
  });

  it('is the same for messages in another language', () => {
    const english = defineQueue('q', { events: { e: z.string().min(2, 'too short') } });
    const german = defineQueue('q', { events: { e: z.string().min(2, 'zu kurz') } });
    expect(fingerprintOf(german)).toBe(fingerprintOf(english));
  });
});
