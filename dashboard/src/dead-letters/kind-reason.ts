/** The server replaces numbers and ids in the reasons of its summary by this. */
const VARYING = '#';

/**
 * The text that all letters of a kind have in their reasons: the longest part of its reason without a number or an id;
 * undefined when there is none.
 */
export const commonReason = (reason: string): string | undefined => {
  const [longest] = reason
    .split(VARYING)
    .filter((part) => part.trim() !== '')
    .sort((one, other) => other.length - one.length);
  return longest;
};
