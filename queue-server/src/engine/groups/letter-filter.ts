import type { DeadLetter, DeadLetterFilter } from '@typed-queue/contracts';

/** Whether a letter matches every field of a filter. */
export const letterFilter = ({ group, code, reason, since, until, positions }: DeadLetterFilter) => {
  const places = positions && new Set(positions);
  return (letter: DeadLetter): boolean =>
    (group === undefined || letter.group === group) &&
    (code === undefined || letter.code === code) &&
    (reason === undefined || letter.reason.includes(reason)) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until) &&
    (places === undefined || places.has(letter.position));
};
