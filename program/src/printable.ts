import { printable } from '@typed-queue/contracts/wire';

export { printable };

/** Whether it is one word that cannot be confused with the next field of a line. */
const isPlain = (text: string): boolean => /^[^\s"]+$/.test(text) && printable(text) === text;

/** Text from outside as one field of a line: as it is when it is one plain word, else as a JSON string. */
export const field = (text: string): string => (isPlain(text) ? text : printable(JSON.stringify(text)));
