import type { Contract } from '@typed-queue/contracts';
import {
  contractVariable,
  parseEnvironment,
  queueUrl,
  type LoadedContract,
} from '@typed-queue/contracts/program';
import * as z from 'zod';
import { eventNamesOf, namesIn, type Filter } from './filter.js';

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: string | undefined;
  /** What the server serves, as far as the logger knows. */
  readonly contract: Contract;
  readonly format: 'pretty' | 'json';
  readonly filter: Filter;
}

/** Names separated by commas; none: all. Unchecked when there is no contract that has them. */
const names = (allowed: readonly string[] | undefined) =>
  z
    .string()
    .transform(namesIn)
    .refine(
      (list) => allowed === undefined || list.every((name) => allowed.includes(name)),
      `allowed: ${allowed?.join(', ')}`,
    )
    .default([]);

const schemaFor = (queues: readonly string[], loaded: LoadedContract) => {
  const contract = loaded.kind === 'loaded' ? loaded.contract : undefined;
  return {
    QUEUE_URL: queueUrl,
    QUEUE_TOKEN: z.string().optional(),
    CONTRACT: contractVariable(loaded),
    LOG_FORMAT: z.enum(['pretty', 'json'], 'allowed: pretty, json').default('pretty'),
    LOG_QUEUES: names(contract && Object.keys(contract)),
    LOG_EVENTS: names(contract && eventNamesOf(contract, queues)),
  };
};

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (
  env: Readonly<Record<string, string | undefined>>,
  loaded: LoadedContract,
): Config => {
  const variables = parseEnvironment(schemaFor(namesIn(env.LOG_QUEUES ?? ''), loaded), env);
  return {
    url: variables.QUEUE_URL,
    token: variables.QUEUE_TOKEN,
    contract: variables.CONTRACT,
    format: variables.LOG_FORMAT,
    filter: { queues: variables.LOG_QUEUES, events: variables.LOG_EVENTS },
  };
};
