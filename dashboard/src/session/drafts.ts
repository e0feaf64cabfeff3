import { useState } from 'react';
import { useSession } from './session-context.js';

/**
 * As `useState`, of what somebody types: it stays when the page asks them to sign in again, and until they sign out.
 * @param name of one form; forms of other values have other names
 */
export const useDraft = <Value>(name: string, initial: Value) => {
  const { drafts } = useSession();
  // Safe: the form of this name wrote it.
  const [value, setValue] = useState(drafts.has(name) ? (drafts.get(name) as Value) : initial);
  const set = (changed: Value): void => {
    drafts.set(name, changed);
    setValue(changed);
  };
  return [value, set] as const;
};

/** A text that cannot be read, and what keeps another one. */
type UnreadDraft = readonly [text: string | undefined, keep: (text: string | undefined) => void];

/** A payload that somebody edits, and what was typed for it that is in no payload. */
export const usePayloadDraft = (name: string, initial: unknown) => {
  const [payload, setPayload] = useDraft(name, initial);
  const unread: UnreadDraft = useDraft<string | undefined>(`unread ${name}`, undefined);
  return { payload, setPayload, unread };
};

/** One value of this name, made when it is first asked for; it stays as drafts do. */
export const useKept = <Value>(name: string, make: () => Value): Value => {
  const { drafts } = useSession();
  if (!drafts.has(name)) drafts.set(name, make());
  // Safe: it was made under this name.
  return drafts.get(name) as Value;
};
