import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

/** What a program shows the queue server. Relative paths begin where npm was started, or else where the program was. */
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

/** The token, or what reads its file again each time it is asked; white space around it is left out. */
export const queueTokenOf = ({
  QUEUE_TOKEN,
  QUEUE_TOKEN_FILE,
}: QueueTokenValues): string | (() => Promise<string>) | undefined => {
  if (QUEUE_TOKEN_FILE === undefined) return QUEUE_TOKEN;
  return async () => (await readFile(QUEUE_TOKEN_FILE, 'utf8')).trim();
};
