import { createContext, use } from 'react';

/** Which rows of a list are selected, by their positions. */
export interface Selection {
  readonly positions: ReadonlySet<number>;
  readonly select: (positions: readonly number[], isSelected: boolean) => void;
}

const NOTHING: Selection = { positions: new Set(), select: () => undefined };

/** For the cells of a table, whose columns are the same at each render. */
export const SelectionContext = createContext(NOTHING);

export const useSelection = (): Selection => use(SelectionContext);

export const selectionAfter = (
  selected: ReadonlySet<number>,
  positions: readonly number[],
  isSelected: boolean,
): ReadonlySet<number> =>
  isSelected
    ? new Set([...selected, ...positions])
    : new Set([...selected].filter((position) => !positions.includes(position)));
