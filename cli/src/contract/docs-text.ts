/** Text as HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A value as JSON in HTML. */
export const code = (value: unknown): string =>
  `<pre><code>${escaped(JSON.stringify(value, undefined, 2))}</code></pre>`;
