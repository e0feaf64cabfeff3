import { findIssues, type Issue, type PayloadSchema } from '@typed-queue/contracts';

/** What is wrong with a payload, also where its schema throws; undefined: nothing. */
export const issuesOf = (schema: PayloadSchema, payload: unknown): readonly Issue[] | undefined => {
  try {
    return findIssues(schema, payload);
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message : 'its schema failed' }];
  }
};
