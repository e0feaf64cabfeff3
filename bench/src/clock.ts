/** The monotonic clock of the machine, in milliseconds: the same in every process. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

/** CPU time of this process. */
export const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};
