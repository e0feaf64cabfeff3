import type { DeadLetter, Failure } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import { timeText } from '../output/time.js';

/** A dead letter as people read it. */
export const letterText = ({ message, failures, ...letter }: DeadLetter): string => {
  const lines = [
    `position    ${letter.position}`,
    `group       ${letter.group}`,
    `dead since  ${timeText(letter.time)}`,
    `code        ${letter.code}`,
    ...(letter.data === undefined ? [] : [`data        ${JSON.stringify(letter.data)}`]),
    `reason      ${letter.reason}`,
    `deliveries  ${letter.handouts}`,
    ...failures.map(failureLine),
    ...messageLines(letter.seq, message),
  ];
  return lines.map(printable).join('\n');
};

const failureLine = ({ time, kind, member, reason, code, data }: Failure): string => {
  const named =
    code === undefined ? '' : `${[code, ...(data === undefined ? [] : [JSON.stringify(data)])].join(' ')}: `;
  return `failure     ${timeText(time)} ${kind} by ${member}: ${named}${reason}`;
};

const messageLines = (seq: number, message: DeadLetter['message']): readonly string[] =>
  message === null
    ? [`message     ${seq}, which is no longer in the log`]
    : [
        `message     ${seq} ${message.event} of ${timeText(message.time)} (${message.id})`,
        ...Object.entries(message.headers).map(([name, value]) => `header      ${name}=${value}`),
        `payload     ${JSON.stringify(message.payload)}`,
      ];
