import { parseEnvironment, queueUrl } from '@typed-queue/contracts/program';
import * as z from 'zod';
import { eventNamesOf, namesIn, QUEUE_NAMES, type Filter } from './filter.js';

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: string | undefined;
  readonly format: 'pretty' | 'json';
  readonly filter: Filter;
}

/** Names separated by commas; none: all. */
const names = (allowed: readonly string[]) =>
  z
    .string()
    .transform(namesIn)
    .refine((list) => list.every((name) => allowed.includes(name)), `allowed: ${allowed.join(', ')}`)
    .default([]);

const schemaFor = (queues: readonly string[]) => ({
  QUEUE_URL: queueUrl,
  QUEUE_TOKEN: z.string().optional(),
  LOG_FORMAT: z.enum(['pretty', 'json'], 'allowed: pretty, json').default('pretty'),
  LOG_QUEUES: names(QUEUE_NAMES),
  LOG_EVENTS: names(eventNamesOf(queues)),
});

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const variables = parseEnvironment(schemaFor(namesIn(env.LOG_QUEUES ?? '')), env);
  const { QUEUE_URL, QUEUE_TOKEN, LOG_FORMAT, LOG_QUEUES, LOG_EVENTS } = variables;
  return {
    url: QUEUE_URL,
    token: QUEUE_TOKEN,
    format: LOG_FORMAT,
    filter: { queues: LOG_QUEUES, events: LOG_EVENTS },
  };
};
