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
