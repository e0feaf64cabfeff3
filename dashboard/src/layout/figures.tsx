export type Figure = readonly [name: string, text: string];

/** Names with their values. */
export const Figures = ({ label, figures }: { label: string; figures: readonly Figure[] }) => (
  <dl className="figures" aria-label={label}>
    {figures.map(([name, text]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{text}</dd>
      </div>
    ))}
  </dl>
);
