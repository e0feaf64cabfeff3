interface ActionProgressProps {
  /** What happens to letters: "Redriven". */
  readonly name: string;
  readonly letters: number;
  /** How many there will be; undefined: not counted. */
  readonly expected: number | undefined;
  /** What was done until now. */
  readonly text: string;
  /** What a stop leaves: "what was redriven stays redriven". */
  readonly stays: string;
}

/** How far an action is, and what its stop means. */
export const ActionProgress = ({ name, letters, expected = letters, text, stays }: ActionProgressProps) => (
  <p>
    <progress value={letters} max={expected} aria-label={name} /> <span role="status">{text}</span> Cancel
    stops it: {stays}.
  </p>
);
