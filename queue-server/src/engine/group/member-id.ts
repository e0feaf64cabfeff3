export interface MemberName {
  /** Distinguishes clients; secret. Without a slash, like the name. */
  readonly key: string;
  /** The name of the client; others may have the same. */
  readonly name: string;
  readonly subscription: string;
}

/** Identifies a member over reconnects. */
export const memberId = ({ key, name, subscription }: MemberName): string => `${key}/${name}/${subscription}`;

/** What is shown of a member: the name of its client, a slash, its subscription. */
export const shownMember = (member: string): string => member.slice(member.indexOf('/') + 1);

/** What is shown of a member, in its parts. */
export const memberNames = (member: string): { readonly client: string; readonly subscription: string } => {
  const shown = shownMember(member);
  // The name of a client has no slash.
  const slash = shown.indexOf('/');
  return { client: shown.slice(0, slash), subscription: shown.slice(slash + 1) };
};
