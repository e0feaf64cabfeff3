/**
 * Which servers live, as one of them sees it: pure. Time is what passes between two of its own entries as NATS shows them
 * to it: while NATS shows nothing, none passes, and nobody dies.
 */
export interface Membership {
  /** By id. */
  readonly members: ReadonlyMap<string, Member>;
  /** When the own entry was last seen; undefined: never. */
  readonly beatAt: number | undefined;
}

interface Member {
  /** Of its last entry. */
  readonly revision: number;
  /** For how long nothing newer was seen. */
  readonly silentMs: number;
}

export type MembershipEvent =
  /** The entry of another server was seen. */
  | { readonly kind: 'seen'; readonly id: string; readonly revision: number }
  /** A server deleted its entry. */
  | { readonly kind: 'left'; readonly id: string }
  /** The own entry was seen. */
  | { readonly kind: 'beat'; readonly now: number };

export const NOBODY: Membership = { members: new Map(), beatAt: undefined };

/** How often a server writes its entry again. */
export const BEAT_MS = 250;
/** A server whose entry stays the same for as long is suspected to be dead: it missed a heartbeat. */
export const SUSPECTED_MS = 2 * BEAT_MS;
/** A server whose entry stays the same for as long is dead. */
export const DEAD_MS = 2_000;
/** An entry that stays the same for as long is deleted. */
export const FORGOTTEN_MS = 60_000;
/** Between two own entries: when it is longer, NATS could not be asked, and everybody has the whole time once more. */
const OUTAGE_MS = 1_000;

export const membershipAfter = (state: Membership, event: MembershipEvent): Membership => {
  switch (event.kind) {
    case 'seen':
      return seen(state, event);
    case 'left': {
      const members = new Map(state.members);
      return members.delete(event.id) ? { members, beatAt: state.beatAt } : state;
    }
    case 'beat':
      return passed(state, event.now);
  }
};

const seen = (
  state: Membership,
  { id, revision }: Extract<MembershipEvent, { readonly kind: 'seen' }>,
): Membership =>
  // Shown once more, it is not newer.
  revision <= (state.members.get(id)?.revision ?? 0)
    ? state
    : { members: new Map(state.members).set(id, { revision, silentMs: 0 }), beatAt: state.beatAt };

const passed = ({ members, beatAt = -Infinity }: Membership, now: number): Membership => {
  const gapMs = now - beatAt;
  const silentMs = (member: Member): number => {
    if (gapMs <= OUTAGE_MS) return member.silentMs + gapMs;
    return isDead(member) ? member.silentMs : 0;
  };
  const aged = [...members].map(([id, member]): [string, Member] => [
    id,
    { revision: member.revision, silentMs: silentMs(member) },
  ]);
  return { members: new Map(aged), beatAt: now };
};

const isDead = ({ silentMs }: Member): boolean => silentMs >= DEAD_MS;

/** Ids of the servers that live, in order. */
export const livingOf = ({ members }: Membership): readonly string[] =>
  [...members].flatMap(([id, member]) => (isDead(member) ? [] : [id])).sort();

/** Ids of the servers that are suspected to be dead, in order. */
export const suspectedOf = ({ members }: Membership): readonly string[] =>
  [...members]
    .flatMap(([id, member]) => (member.silentMs >= SUSPECTED_MS && !isDead(member) ? [id] : []))
    .sort();

/** What is to be deleted: entries of servers that died long ago. */
export const forgottenOf = ({
  members,
}: Membership): readonly { readonly id: string; readonly revision: number }[] =>
  [...members].flatMap(([id, { revision, silentMs }]) =>
    silentMs >= FORGOTTEN_MS ? [{ id, revision }] : [],
  );
