import type { ServiceStatus } from '@typed-queue/contracts';

/** The calls of a queue at a moment. */
export interface Sample {
  readonly services: readonly ServiceStatus[];
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
}

/** How many calls of a name ended each second between two moments; undefined: not known, or the server started again. */
export const rateBetween = (before: Sample | undefined, after: Sample, call: string): number | undefined => {
  if (before === undefined || before.at >= after.at) return undefined;
  const ended = endedIn(after, call) - endedIn(before, call);
  return ended < 0 ? undefined : (ended * 1_000) / (after.at - before.at);
};

const endedIn = ({ services }: Sample, call: string): number =>
  Object.values(services.find((service) => service.call === call)?.ended ?? {}).reduce(
    (sum, count) => sum + count,
    0,
  );
