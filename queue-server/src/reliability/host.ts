/** Where a program runs. */
export interface Host {
  readonly address: string;
  /** What a command line begins with to run there. */
  readonly prefix: readonly string[];
}

/** This machine, for those that run on it only. */
export const LOOPBACK: Host = { address: '127.0.0.1', prefix: [] };

/** A command and its arguments, so that it runs on a host. */
export const commandOn = (
  { prefix }: Host,
  command: string,
  args: readonly string[],
): readonly [command: string, args: readonly string[]] => {
  const [first = command, ...others] = [...prefix, command, ...args];
  return [first, others];
};
