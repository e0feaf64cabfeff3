import { createHash } from 'node:crypto';

/** A Lua script, known to Redis by the hash of its text. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (flags: string, body: string): Script => {
  const text = `#!lua${flags === '' ? '' : ` flags=${flags}`}\n${body}`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
};

/** A script that Redis refuses when its memory is full, before it did anything. */
export const growing = (body: string): Script => script('', body);

/** A script that needs next to no memory, or frees some. */
export const sparing = (body: string): Script => script('allow-oom', body);

export const reading = (body: string): Script => script('no-writes', body);
