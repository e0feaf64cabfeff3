import { undecidableMetadata } from '../shape/keywords.js';

/** The used part of a node of arktype: a type, or a constraint of one. */
export interface Node {
  readonly kind: string;
  readonly inner: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  /** The node itself and all that it is made of, without what aliases stand for. */
  readonly references: readonly Node[];
  /** Of an alias. */
  readonly resolution?: Node;
}

/** Why the converter's schema of a type may refuse what arktype accepts, or say less than it checks. */
export const untrueOf = (type: Node): string | undefined => {
  const parts = [...partsOf(type)];
  const checked = parts.filter(({ kind }) => kind !== 'domain').map(({ meta }) => meta.format);
  for (const part of parts) {
    // The formats that arktype writes describe its patterns and predicates; that of a type alone is not checked.
    const { format, ...rest } = part.meta;
    const reason = untruePart(part) ?? undecidableMetadata(checked.includes(format) ? rest : part.meta);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** All parts of a type, those behind aliases as well. */
const partsOf = (type: Node): ReadonlySet<Node> => {
  const found = new Set<Node>();
  const roots = [type];
  for (const root of roots) {
    for (const part of root.references) {
      if (found.has(part)) continue;
      found.add(part);
      if (part.resolution !== undefined) roots.push(part.resolution);
    }
  }
  return found;
};

const untruePart = ({ kind, inner }: Node): string | undefined => {
  switch (kind) {
    case 'pattern':
      return typeof inner.flags !== 'string' || inner.flags === ''
        ? undefined
        : `a regular expression with the flags "${inner.flags}"`;
    case 'structure':
      return inner.undeclared === 'delete' ? 'other fields are deleted' : undefined;
    case 'index':
      // Safe: what an index signature is made of.
      return branchesOf(inner.signature as Signature).every(isConverted)
        ? undefined
        : 'an index signature whose keys are not any text, or all texts of one pattern';
    case 'required':
    case 'optional':
      return undecidableKey(inner.key);
    default:
      return undefined;
  }
};

interface Signature extends Node {
  readonly branches?: readonly Node[];
}

const branchesOf = (signature: Signature): readonly Node[] => signature.branches ?? [signature];

/** Every other key is left out silently, or without what restricts it further. */
const isConverted = ({ inner }: Node): boolean => {
  const { domain, pattern, ...more } = inner;
  const isText = domain === 'string' || (domain as Node | undefined)?.inner.domain === 'string';
  const patterns = Array.isArray(pattern) ? pattern.length : 0;
  return isText && patterns <= 1 && Object.keys(more).length === 0;
};

const undecidableKey = (key: unknown): string | undefined => {
  if (typeof key === 'symbol') return 'a symbol as a field';
  return String(key) in Object.prototype
    ? 'a field that every object inherits, and so is never missing'
    : undefined;
};
