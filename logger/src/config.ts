import type { Contract } from '@typed-queue/contracts';
import {
  contractVariable,
  parseEnvironment,
  queueTokenOf,
  queueTokenVariables,
  queueUrl,
  type LoadedContract,
} from '@typed-queue/program';
import type { Token } from '@typed-queue/queue-client';
import * as z from 'zod';
import { eventNamesOf, namesIn, type Filter } from './filter.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: Token | undefined;
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

const schemaFor = (env: Env, loaded: LoadedContract) => {
  const queues = namesIn(env.LOG_QUEUES ?? '');
  const contract = loaded.kind === 'loaded' ? loaded.contract : undefined;
  return {
    QUEUE_URL: queueUrl,
    ...queueTokenVariables(env),
    CONTRACT: contractVariable(loaded),
    LOG_FORMAT: z.enum(['pretty', 'json'], 'allowed: pretty, json').default('pretty'),
    LOG_QUEUES: names(contract && Object.keys(contract)),
    LOG_EVENTS: names(contract && eventNamesOf(contract, queues)),
  };
};

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (env: Env, loaded: LoadedContract): Config => {
  const variables = parseEnvironment(schemaFor(env, loaded), env);
  return {
    url: variables.QUEUE_URL,
    token: queueTokenOf(variables),
    contract: variables.CONTRACT,
    format: variables.LOG_FORMAT,
    filter: { queues: variables.LOG_QUEUES, events: variables.LOG_EVENTS },
  };
};
