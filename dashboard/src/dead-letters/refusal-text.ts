/** What a person can do about a letter that cannot be redriven, by the code of the refusal. */
const ADVICE: Readonly<Record<string, string>> = {
  payload_invalid: 'Open the letter and edit its payload.',
  schema_changes_value: 'Open the letter and edit its payload.',
  event_unknown: 'Discard it, or serve a contract that has the event.',
  group_unknown: 'Discard it, or start a consumer of the group again.',
};

/** Why a letter is not redriven, and what to do. */
export const refusalText = ({ code, reason }: { readonly code: string; readonly reason: string }): string => {
  const sentence = `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}`;
  const advice = ADVICE[code];
  return [
    /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    ...(advice === undefined ? [] : [advice]),
  ].join(' ');
};
