import type { ScheduleStatus } from '@typed-queue/contracts';
import { agoText, momentText, untilText } from '../text/time.js';

/** When a schedule runs next. */
export const nextText = ({ nextAt }: Pick<ScheduleStatus, 'nextAt'>, now: number): string =>
  nextAt === null ? 'never again' : `${momentText(nextAt)} (${untilText(nextAt, now)})`;

/** When it ran last. */
export const lastText = ({ lastAt }: Pick<ScheduleStatus, 'lastAt'>, now: number): string =>
  lastAt === null ? '–' : `${momentText(lastAt)} (${agoText(lastAt, now)})`;
