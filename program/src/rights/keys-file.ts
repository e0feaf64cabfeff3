import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import * as z from 'zod';
import { QueueError } from '@typed-queue/contracts';
import { CLIENT_NAME } from '@typed-queue/contracts/wire';
import { messageOf } from '../thrown.js';
import { keyDigest } from './key.js';
import { rightsFields, type Rights } from './rights.js';

/** An entry of the keys file. */
export interface NamedKey {
  readonly name: string;
  /** Of the key, in lower case hexadecimal digits. The file never holds the key. */
  readonly sha256: string;
  /** In milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly rights: Rights;
}

export interface KeysFile {
  readonly keys: readonly NamedKey[];
  /** Problems that do not keep it from working. */
  readonly warnings: readonly string[];
}

/** Mode bits of the group and of others. */
const OTHERS = 0o077;

const entry = z.strictObject({
  name: z.string().regex(CLIENT_NAME, { error: 'expected 1 to 128 letters, digits or any of . : @ _ -' }),
  sha256: z
    .string()
    .regex(/^[\da-f]{64}$/i, {
      error: 'expected the SHA-256 of the key as 64 hexadecimal digits, never the key itself',
    })
    .toLowerCase()
    .refine((digest) => digest !== keyDigest(''), {
      error: 'this is the SHA-256 of the empty text: the key was empty when it was made',
    }),
  expires: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], {
      error: 'expected a date or a time of ISO 8601: 2027-01-31 or 2027-01-31T12:00:00Z',
    })
    .exactOptional(),
  ...rightsFields,
});

const schema = z.strictObject({ keys: z.array(entry) }).superRefine(({ keys }, context) => {
  for (const field of ['name', 'sha256'] as const) {
    const values = keys.map((key) => key[field]);
    for (const [index, value] of values.entries()) {
      const first = values.indexOf(value);
      if (first === index) continue;
      context.addIssue({
        code: 'custom',
        path: ['keys', index, field],
        message: `the same as that of ${describeEntry(keys, first)}`,
      });
    }
  }
});

/**
 * Reads a keys file.
 * @param now in milliseconds since 1970
 * @throws QueueError `config_invalid` with all problems, by entry; of the values of the file it contains only names
 */
export const readKeysFile = async (path: string, now: number): Promise<KeysFile> => {
  try {
    const keys = parseKeysFile(await readFile(path, 'utf8'));
    const { mode } = await stat(path);
    const isOpen = platform() !== 'win32' && (mode & OTHERS) !== 0;
    return {
      keys,
      warnings: [
        ...(isOpen ? [`other users of this machine can open the keys file: chmod 600 ${path}`] : []),
        ...keys.filter(isExpiredAt(now)).map(({ name }) => `the key "${name}" of ${path} has expired`),
      ],
    };
  } catch (error) {
    throw new QueueError('config_invalid', `The keys file ${path} cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
};

const isExpiredAt =
  (now: number) =>
  ({ expiresAt = Infinity }: NamedKey): boolean =>
    expiresAt <= now;

/** @throws Error with all problems */
export const parseKeysFile = (text: string): readonly NamedKey[] => {
  const input = parseJson(text);
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `\n  ${describeIssue(input, issue)}`);
    throw new Error(lines.join(''));
  }
  return parsed.data.keys.map(({ name, sha256, expires, queues, models }) => ({
    name,
    sha256,
    rights: { queues, models },
    ...(expires !== undefined && { expiresAt: Date.parse(expires) }),
  }));
};

/** The message of `JSON.parse` quotes the file, which may contain keys: it is replaced. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const line = text.slice(0, Number(position)).split('\n').length;
    throw new Error(position === undefined ? 'it is not JSON' : `it is not JSON: see line ${line}`, {
      cause: error,
    });
  }
};

const describeIssue = (input: unknown, { path, message }: z.core.$ZodIssue): string => {
  const [list, index, ...field] = path;
  if (list !== 'keys' || typeof index !== 'number') return [...path.map(String), message].join(': ');
  // Safe: the path of an issue exists in the input.
  const { keys } = input as { readonly keys: readonly unknown[] };
  return [describeEntry(keys, index), ...(field.length > 0 ? [field.join('.')] : []), message].join(': ');
};

const describeEntry = (keys: readonly unknown[], index: number): string => {
  const key = keys[index];
  const name = typeof key === 'object' && key !== null && 'name' in key ? key.name : undefined;
  return `entry ${index + 1}${typeof name === 'string' ? ` (${JSON.stringify(name.slice(0, 128))})` : ''}`;
};
