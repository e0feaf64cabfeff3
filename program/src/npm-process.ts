import { readFileSync } from 'node:fs';

/** `/proc/<pid>/stat` of Linux: `123 (name) S 77 …`, the last its parent. Undefined when it cannot be read. */
type StatusOf = (pid: number) => string | undefined;

const linuxStatusOf: StatusOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
};

const SHELLS = ['sh', 'bash', 'dash', 'ash', 'busybox', 'zsh', 'ksh'];

/** The name may contain parentheses. */
const STATUS = /^\d+ \((.*)\) \S (\d+) /s;

/**
 * The process id of the npm that started a program, given the program's parent: its parent, or the one above when the
 * parent is npm's shell. Undefined on other systems, or without a file descriptor to read it.
 */
export const npmProcessOf = (parent: number, statusOf: StatusOf = linuxStatusOf): number | undefined => {
  const status = STATUS.exec(statusOf(parent) ?? '');
  if (status === null) return undefined;
  const [, name = '', above] = status;
  return SHELLS.includes(name) ? Number(above) : parent;
};

/** Its title: `npm run server`, `npm exec typed-queue`, cut off by Linux. */
const NPM = /^np[mx]\b/;

/** Whether a process is npm itself, as far as this system says it. */
export const isNpm = (pid: number, statusOf: StatusOf = linuxStatusOf): boolean =>
  NPM.test(STATUS.exec(statusOf(pid) ?? '')?.[1] ?? '');
