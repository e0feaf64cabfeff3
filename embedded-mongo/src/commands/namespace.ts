import { CommandError } from '../errors.js';
import type { Call } from './command.js';

/** `database.collection` of a command. @throws CommandError `InvalidNamespace` */
export const namespaceOf = ({ database, subject }: Pick<Call, 'database' | 'subject'>): string => {
  if (typeof subject !== 'string' || subject === '' || subject.includes('\0') || subject.startsWith('.')) {
    throw new CommandError(
      'InvalidNamespace',
      `Invalid namespace specified '${database}.${String(subject)}'`,
    );
  }
  return `${database}.${subject}`;
};
