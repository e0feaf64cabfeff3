import { QueueError } from '@typed-queue/contracts';

/** The fields of the form that the server may find wrong. */
export type ScheduleField = 'cron' | 'timeZone';

/** Which field the server found wrong; undefined: something else is. */
export const wrongField = (error: unknown): ScheduleField | undefined => {
  if (!(error instanceof QueueError)) return undefined;
  const { field, issues } = error.details;
  const paths: readonly unknown[] = [field, ...(Array.isArray(issues) ? issues.map(pathOf) : [])];
  return paths.find((path) => path === 'cron' || path === 'timeZone');
};

const pathOf = (issue: unknown): unknown =>
  typeof issue === 'object' && issue !== null && 'path' in issue ? issue.path : undefined;
