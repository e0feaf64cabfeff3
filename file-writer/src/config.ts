import { parseEnvironment, queueUrl } from '@typed-queue/contracts/program';
import * as z from 'zod';

export interface Config {
  /** Where the queue server listens. */
  readonly url: string;
  readonly token: string | undefined;
  /** Where npm was started, if it was: it runs a program inside the program's own folder. */
  readonly startedIn: string | undefined;
}

const schema = {
  QUEUE_URL: queueUrl,
  QUEUE_TOKEN: z.string().optional(),
  INIT_CWD: z.string().optional(),
};

/** @throws QueueError `config_invalid`, with all wrong values. */
export const parseConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const { QUEUE_URL, QUEUE_TOKEN, INIT_CWD } = parseEnvironment(schema, env);
  return { url: QUEUE_URL, token: QUEUE_TOKEN, startedIn: INIT_CWD };
};
