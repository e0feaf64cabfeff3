import { Buffer } from 'node:buffer';
import type { Argument, RedisConnection } from './connection.js';
import type { Script } from './script.js';

/** Runs a script, which Redis may not know yet. */
export const runScript = async (
  connection: RedisConnection,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<readonly unknown[]> => {
  const given = [keys.length, ...keys, ...args];
  const answer = await connection.call('EVALSHA', [script.sha, ...given]).catch((error: unknown) => {
    if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return connection.call('EVAL', [script.text, ...given]);
  });
  if (!isList(answer)) throw new Error(`Redis answered a script with ${String(answer)}`);
  return answer;
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString() : typeof value === 'number' ? String(value) : '';

/** The fields of a hash, as Redis lists them. */
export const fieldsOf = (value: unknown): ReadonlyMap<string, string> => {
  const list = isList(value) ? value.map(textOf) : [];
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2)
    fields.set(list[index] ?? '', list[index + 1] ?? '');
  return fields;
};

/** Whether an error is an answer of Redis: the command was not executed then. */
const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/**
 * What the failure of a script means. `lost`: there was no answer, and it may have been executed. `full`: Redis has no
 * memory left. `short`: it cannot write at the moment. `broken`: everything else.
 */
export type Failure = 'lost' | 'full' | 'short' | 'broken';

/** Errors of a Redis that may do it later: it loads its data, cannot write its files, is a replica, lacks replicas, is busy. */
const TEMPORARY = /^(LOADING|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)\b/;

export const failureOf = (error: unknown): Failure => {
  if (!isReply(error)) return 'lost';
  if (error.message.startsWith('OOM')) return 'full';
  return TEMPORARY.test(error.message) ? 'short' : 'broken';
};
