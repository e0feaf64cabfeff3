import type { FieldPathId } from '@rjsf/utils';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { PayloadIssue } from './payload-issues.js';

type Unread = ReadonlyMap<string, PayloadIssue>;
type Report = (id: string, issue: PayloadIssue | undefined) => void;

/** Fields say here that what was typed in them is no value. */
export const UnreadFields = createContext<Report>(() => undefined);

/** `message`: why the text in a field is not in the payload; undefined: it is. */
export const useUnread = ({ $id, path }: FieldPathId, message: string | undefined): void => {
  const report = useContext(UnreadFields);
  const parts = JSON.stringify(path.map(String));
  useEffect(() => {
    if (message === undefined) return undefined;
    // Safe: written above.
    report($id, { path: JSON.parse(parts) as string[], message });
    return () => report($id, undefined);
  }, [$id, parts, message, report]);
};

/** Of the fields of one form: what was typed in them is not in its payload. */
export const useUnreadFields = () => {
  const [unread, setUnread] = useState<Unread>(new Map());
  const report = useCallback<Report>((id, issue) => {
    setUnread((before) => {
      const after = new Map([...before].filter(([known]) => known !== id));
      return issue === undefined ? after : after.set(id, issue);
    });
  }, []);
  return { unread: useMemo(() => [...unread.values()], [unread]), report };
};

/** What is wrong with a payload, and with what is not in it. */
export const withUnread = (
  unread: readonly PayloadIssue[],
  issues: readonly PayloadIssue[],
): readonly PayloadIssue[] => [
  ...unread,
  ...issues.filter(({ path }) => !unread.some((other) => other.path.join('.') === path.join('.'))),
];
