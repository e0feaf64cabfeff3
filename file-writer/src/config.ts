import { parseEnvironment, queueTokenOf, queueTokenVariables, queueUrl } from '@typed-queue/program';
import type { Token } from '@typed-queue/queue-client';
import * as z from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: Token | undefined;
  /** Where npm was started, if it was: it runs a program inside the program's own folder. */
  readonly startedIn: string | undefined;
}

const schemaFor = (env: Env) => ({
  QUEUE_URL: queueUrl,
  ...queueTokenVariables(env),
  INIT_CWD: z.string().optional(),
});

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (env: Env): Config => {
  const variables = parseEnvironment(schemaFor(env), env);
  return { url: variables.QUEUE_URL, token: queueTokenOf(variables), startedIn: variables.INIT_CWD };
};
