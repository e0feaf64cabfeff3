import { messageOf } from '@typed-queue/program';
import { QueueError, type Unreachable } from '@typed-queue/contracts';
import type { FrontClient } from './front-client.js';

/** What became of a question to the unit of each queue. */
export interface UnitAnswers<Answer> {
  readonly answers: readonly Answer[];
  /** By queue: why it could not be asked. */
  readonly unreachable: ReadonlyMap<string, Unreachable>;
}

/** Asks the units of all queues to which the client has any right. @throws QueueError as a unit answers */
export const askReachable = async <Answer>(
  client: FrontClient,
  ...request: readonly unknown[]
): Promise<UnitAnswers<Answer>> => {
  const unreachable = new Map<string, Unreachable>();
  const answers = await Promise.all(
    client.units.map(async (queue) => {
      try {
        // Safe: units answer a request in the form that the contract says.
        return [(await ask(client, queue, request)) as Answer];
      } catch (error) {
        unreachable.set(queue, reasonOf(error));
        return [];
      }
    }),
  );
  return { answers: answers.flat(), unreachable };
};

/** What cannot be reached is not waited for: it is tried again all the time. */
const ask = (client: FrontClient, queue: string, request: readonly unknown[]): Promise<unknown> => {
  const problem = client.deps.problems.get(queue);
  if (problem === undefined) return client.ask(queue, ...request);
  return Promise.reject(problem instanceof Error ? problem : new Error(messageOf(problem)));
};

const reasonOf = (error: unknown): Unreachable => {
  if (!(error instanceof QueueError) || error.code !== 'storage_unavailable') throw error;
  return { code: error.code, message: error.message };
};
