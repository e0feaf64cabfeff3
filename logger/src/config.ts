import { parseEnvironment } from '@typed-queue/contracts/program';
import * as z from 'zod';

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: string | undefined;
  readonly format: 'pretty' | 'json';
}

const schema = {
  QUEUE_URL: z
    .url({ protocol: /^https?$/, error: 'allowed: an http:// or https:// URL' })
    .default('http://localhost:3333'),
  QUEUE_TOKEN: z.string().optional(),
  LOG_FORMAT: z.enum(['pretty', 'json'], 'allowed: pretty, json').default('pretty'),
};

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const { QUEUE_URL, QUEUE_TOKEN, LOG_FORMAT } = parseEnvironment(schema, env);
  return { url: QUEUE_URL, token: QUEUE_TOKEN, format: LOG_FORMAT };
};
