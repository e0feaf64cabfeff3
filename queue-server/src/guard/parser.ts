import { QueueError } from '@typed-queue/contracts';
import type * as z from 'zod';

/** Each of a thousand ranges may be wrong. */
const MAX_ISSUES = 10;

/** A parser of what a client sent. It throws `request_invalid` with the first issues. */
export const parser =
  <T>(schema: z.ZodType<T>, what: string) =>
  (input: unknown): T => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues
      .slice(0, MAX_ISSUES)
      .map(({ path, message }) => ({ path: path.join('.'), message }));
    const text = issues.map((issue) =>
      issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`,
    );
    throw new QueueError('request_invalid', `The ${what} is not valid. ${text.join('; ')}.`, {
      details: { issues },
    });
  };
