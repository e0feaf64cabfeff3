import { useDrawing } from './drawing.js';
import { largest, latest, type ChartContent } from './series.js';

interface ChartProps {
  readonly title: string;
  /** The same object until it changes. */
  readonly content: ChartContent;
}

/** Lines over time, with the latest and the largest values as text. */
export const Chart = ({ title, content }: ChartProps) => {
  const { series, text } = content;
  const canvas = useDrawing(content);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <ul className="legend">
        {series.map(({ name, values, state }) => (
          <li key={name} data-series={state}>
            {name} <b>{text(latest(values) ?? 0)}</b>{' '}
            <span className="quiet">most {text(largest(values))}</span>
          </li>
        ))}
      </ul>
      <div ref={canvas} className="canvas" aria-hidden="true" />
    </figure>
  );
};
