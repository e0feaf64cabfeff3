import { QueueError } from '@typed-queue/contracts';
import type { PayloadIssue } from './payload-issues.js';

/** What a server found wrong with a payload that it refused; undefined: it refused something else. */
export const issuesOfRefusal = (error: unknown): readonly PayloadIssue[] | undefined => {
  if (!(error instanceof QueueError) || error.code !== 'payload_invalid') return undefined;
  const { issues } = error.details;
  return Array.isArray(issues) ? issues.flatMap(issueOf) : undefined;
};

const issueOf = (issue: unknown): readonly PayloadIssue[] => {
  if (typeof issue !== 'object' || issue === null) return [];
  const { path, message }: { path?: unknown; message?: unknown } = issue;
  if (typeof path !== 'string' || typeof message !== 'string') return [];
  return [{ path: path === '' ? [] : path.split('.'), message }];
};
