import type { Json } from './json.js';
import { numberObstacle, stringObstacle } from './scalar-inclusion.js';
import { arrayParts, discriminatorsOf, objectParts, type Part } from './container-inclusion.js';
import { splitByDiscriminator, splitByPresence } from './split.js';
import type { Rule } from './rules.js';
import { candidatesOf, distinct, samplesOf } from './shape/samples.js';
import { EVERY_KIND, NEVER, type Shape } from './shape/shape.js';
import { validityOf } from './shape/validity.js';

/**
 * A part of one schema that another does not include: refuted by a payload that only the first allows, or neither proved
 * nor refuted.
 */
export type Difference = {
  /** Into the schemas, along `properties`, `items` … */
  readonly pointer: string;
  readonly rule: Rule;
} & (
  | {
      readonly kind: 'fails';
      /** None for an event that one side does not have. */
      readonly example?: Json;
    }
  | {
      readonly kind: 'unknown';
      /** Of `undecidable`: what is not known. */
      readonly reason?: string;
    }
);

/** Whether everything that one schema allows is allowed by another. */
export type Inclusion =
  | { readonly kind: 'holds' }
  | {
      readonly kind: 'fails' | 'unknown';
      /** The first to be mended comes first: one that fails, if any does. */
      readonly differences: readonly [Difference, ...Difference[]];
    };

/** Whether `target` allows everything that `source` allows. */
export const inclusionOf = (source: Shape, target: Shape): Inclusion => {
  const proof = new Prover().prove(source, target, { pointer: '', depth: 0 });
  if (proof === HOLDS) return { kind: 'holds' };
  const differences = proof.map((open) => differenceOf(open, source, target));
  const [first, ...rest] = [
    ...differences.filter(({ kind }) => kind === 'fails'),
    ...differences.filter(({ kind }) => kind === 'unknown'),
  ];
  return first === undefined ? { kind: 'holds' } : { kind: first.kind, differences: [first, ...rest] };
};

const differenceOf = ({ obstacle, candidates }: Open, source: Shape, target: Shape): Difference => {
  const example = candidates.find(
    (value) => validityOf(source, value) === 'valid' && validityOf(target, value) === 'invalid',
  );
  return example === undefined ? { kind: 'unknown', ...obstacle } : { kind: 'fails', ...obstacle, example };
};

/** No proof, with values that may refute it. */
interface Open {
  readonly obstacle: { readonly pointer: string; readonly rule: Rule; readonly reason?: string };
  readonly candidates: readonly Json[];
}
const HOLDS = 'holds';
type Proof = typeof HOLDS | readonly [Open, ...Open[]];

interface Place {
  readonly pointer: string;
  /** Of properties and items. */
  readonly depth: number;
}

const MAX_STEPS = 20_000;
const MAX_CANDIDATES = 24;
const MAX_DIFFERENCES = 50;

/**
 * Searches a proof by the structure of both shapes. Inside a schema that contains itself, what is being proved may be
 * assumed one property or item further down: payloads are finite.
 */
class Prover {
  #steps = 0;
  /** Pairs that are being proved, and how deep they began. */
  readonly #assumed = new Map<Shape, Map<Shape, number>>();

  prove(source: Shape, target: Shape, place: Place): Proof {
    if (target.kind === 'any' || source.kind === 'never' || source === target) return HOLDS;
    if (++this.#steps > MAX_STEPS) return open(place, 'complexity', []);
    if (source.kind === 'reference' || target.kind === 'reference') {
      return this.prove(resolved(source), resolved(target), place);
    }
    return isComposite(source) && isComposite(target)
      ? this.#assuming(source, target, place)
      : this.#structure(source, target, place);
  }

  #structure(source: Shape, target: Shape, place: Place): Proof {
    if (source.kind === 'partial' || target.kind === 'partial') return this.#partial(source, target, place);
    if (source.kind === 'any') return this.#every(EVERY_KIND, target, place);
    if (source.kind === 'union') return this.#every(source.members, target, place);
    if (source.kind === 'values') return this.#values(source.values, target, place);
    if (target.kind === 'union') return this.#some(source, target.members, place);
    return this.#sameKind(source, target, place);
  }

  #assuming(source: Shape, target: Shape, place: Place): Proof {
    const begun = this.#assumed.get(source) ?? new Map<Shape, number>();
    const depth = begun.get(target);
    if (depth !== undefined) return depth < place.depth ? HOLDS : open(place, 'complexity', []);
    this.#assumed.set(source, begun.set(target, place.depth));
    const proof = this.#structure(source, target, place);
    begun.delete(target);
    return proof;
  }

  #partial(source: Shape, target: Shape, place: Place): Proof {
    if (target.kind !== 'partial') {
      const proof = this.prove(source.kind === 'partial' ? source.known : source, target, place);
      if (proof === HOLDS || source.kind !== 'partial') return proof;
      // What its schema does not say may be what excludes the difference.
      return undecidable(place, source.reason);
    }
    const proof = this.prove(source, target.known, place);
    if (proof !== HOLDS) return proof;
    const isSame = source.kind === 'partial' && source.text !== undefined && source.text === target.text;
    return isSame ? HOLDS : undecidable(place, target.reason);
  }

  #every(sources: readonly Shape[], target: Shape, place: Place): Proof {
    return combined(sources.map((source) => this.prove(source, target, place)));
  }

  #values(values: readonly Json[], target: Shape, place: Place): Proof {
    const wrong = values.filter((value) => validityOf(target, value) !== 'valid');
    if (wrong.length === 0) return HOLDS;
    const isKnown = wrong.some((value) => validityOf(target, value) === 'invalid');
    if (!isKnown) return undecidable(place, 'a format or pattern decides');
    return open(place, 'value', wrong);
  }

  /** One member that includes it, or one for each value of a discriminator. */
  #some(source: Shape, members: readonly Shape[], place: Place): Proof {
    const proofs = members.map((member) => this.prove(source, member, place));
    if (proofs.includes(HOLDS)) return HOLDS;
    const split = source.kind === 'object' ? splitByDiscriminator(source, members) : [];
    if (split.length > 0) return combined(split.map((part) => this.#some(part, members, place)));
    const halves = source.kind === 'object' ? splitByPresence(source, members) : [];
    if (halves.length > 0 && halves.every((half) => this.#some(half, members, place) === HOLDS)) return HOLDS;
    const near = proofs.filter((_, index) => isSameAlternative(source, members[index] ?? NEVER));
    // Where one alternative is meant, what differs in it says more than that none fits.
    const [only, ...others] = near;
    if (only !== undefined && only !== HOLDS && others.length === 0) return only;
    const candidates = proofs.flatMap((proof) =>
      proof === HOLDS ? [] : proof.flatMap(({ candidates }) => candidates),
    );
    return open(place, 'union', [...candidates, ...samplesOf(source)]);
  }

  #sameKind(source: Shape, target: Shape, place: Place): Proof {
    if (source.kind === 'string' && target.kind === 'string') {
      return leaf(place, stringObstacle(source, target), source, target);
    }
    if (source.kind === 'number' && target.kind === 'number') {
      return leaf(place, numberObstacle(source, target), source, target);
    }
    if (source.kind === 'array' && target.kind === 'array')
      return this.#parts(arrayParts(source, target), place);
    if (source.kind === 'object' && target.kind === 'object')
      return this.#parts(objectParts(source, target), place);
    const rule = target.kind === 'never' ? 'not-allowed' : target.kind === 'values' ? 'value' : 'type';
    return open(place, rule, samplesOf(source));
  }

  #parts(parts: readonly Part[], place: Place): Proof {
    return combined(
      parts.map((part) => {
        const at = { pointer: place.pointer + part.pointer, depth: place.depth + 1 };
        if ('rule' in part) return open(at, part.rule, part.candidates());
        const proof = this.prove(part.source, part.target, at);
        return proof === HOLDS ? HOLDS : mapped(proof, (found) => wrapped(found, part));
      }),
    );
  }
}

const open = (place: Place, rule: Rule, candidates: readonly Json[]): Proof => [
  { obstacle: { pointer: place.pointer, rule }, candidates: candidates.slice(0, MAX_CANDIDATES) },
];

const undecidable = ({ pointer }: Place, reason: string): Proof => [
  { obstacle: { pointer, rule: 'undecidable', reason }, candidates: [] },
];

const mapped = ([first, ...rest]: readonly [Open, ...Open[]], map: (open: Open) => Open): Proof => [
  map(first),
  ...rest.map(map),
];

/** A difference in a part, as one of the whole. */
const wrapped = ({ obstacle, candidates }: Open, part: Extract<Part, { source: Shape }>): Open => ({
  obstacle: part.target.kind === 'never' ? { ...obstacle, rule: part.refused } : obstacle,
  candidates: part.wrap(candidates).slice(0, MAX_CANDIDATES),
});

const combined = (proofs: readonly Proof[]): Proof => {
  const [first, ...rest] = proofs.flatMap((proof) => (proof === HOLDS ? [] : proof));
  return first === undefined ? HOLDS : [first, ...rest.slice(0, MAX_DIFFERENCES)];
};

const leaf = (place: Place, rule: Rule | undefined, source: Shape, target: Shape): Proof => {
  if (rule === undefined) return HOLDS;
  const candidates = distinct([...candidatesOf(source), ...candidatesOf(target)]).filter(
    (value) => validityOf(source, value) === 'valid' && validityOf(target, value) !== 'valid',
  );
  return open(place, rule, candidates);
};

/** What a schema that contains itself is made of. */
const isComposite = ({ kind }: Shape): boolean => kind === 'union' || kind === 'object' || kind === 'array';

const resolved = (shape: Shape): Shape => (shape.kind === 'reference' ? shape.resolve() : shape);

/** Not of another type, and without a discriminator that differs. */
const isSameAlternative = (source: Shape, member: Shape): boolean => {
  const target = resolved(member.kind === 'partial' ? member.known : member);
  if (source.kind === 'object' && target.kind === 'object')
    return discriminatorsOf(source, target).length === 0;
  return source.kind === target.kind;
};
