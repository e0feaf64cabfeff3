import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';

/** The schema of the variable `QUEUE_URL`. A server below a path needs the client's option `path`. */
export const queueUrl = z
  .url({ protocol: /^https?$/, error: 'allowed: an http:// or https:// URL' })
  .pipe(z.string().regex(/^[^:]+:\/\/[^/?#]*\/?$/, 'allowed: a URL without a path'))
  .default('http://localhost:3333');

type Env = Readonly<Record<string, string | undefined>>;

/** The token for the queue server. Relative paths start where npm was started, or else at the working directory. */
export const queueTokenVariables = (env: Env) => ({
  QUEUE_TOKEN: z.string().optional(),
  QUEUE_TOKEN_FILE: z
    .string()
    .refine(() => env.QUEUE_TOKEN === undefined || env.QUEUE_TOKEN === '', {
      error: 'QUEUE_TOKEN is the token already; leave one of the two out',
    })
    .transform((path) => resolve(env.INIT_CWD ?? '.', path))
    .optional(),
});

interface QueueTokenValues {
  readonly QUEUE_TOKEN: string | undefined;
  readonly QUEUE_TOKEN_FILE: string | undefined;
}

/** The token, or a function that reads its file each time; white space around it is ignored. */
export const queueTokenOf = ({
  QUEUE_TOKEN,
  QUEUE_TOKEN_FILE,
}: QueueTokenValues): string | (() => Promise<string>) | undefined => {
  if (QUEUE_TOKEN_FILE === undefined) return QUEUE_TOKEN;
  return async () => (await readFile(QUEUE_TOKEN_FILE, 'utf8')).trim();
};
