/** The style sheet of the documentation page: light and dark by the reader's system. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c2330, #e6e9ef);
  --muted: light-dark(#5a6475, #9aa5b8);
  --ground: light-dark(#ffffff, #12161d);
  --panel: light-dark(#f5f7fa, #1a202a);
  --line: light-dark(#dfe4ec, #2c3543);
  --accent: light-dark(#0b5cad, #7ab8ff);
}
* { box-sizing: border-box; }
body {
  margin: 0; color: var(--text); background: var(--ground);
  font: 16px/1.55 system-ui, sans-serif;
  display: grid; grid-template-columns: minmax(12rem, 17rem) minmax(0, 1fr);
}
nav {
  position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto;
  padding: 1.5rem 1.25rem; border-right: 1px solid var(--line); font-size: .9rem;
}
nav ul { list-style: none; margin: .25rem 0 1rem; padding: 0; }
nav li { padding: .1rem 0 .1rem .75rem; }
nav > strong { display: block; margin-bottom: 1rem; }
main { padding: 1.5rem 2.5rem 4rem; max-width: 62rem; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
h2 { font-size: 1.35rem; margin: 2.75rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .4rem; font-family: ui-monospace, monospace; }
h3 span { color: var(--muted); }
h4 { font-size: .95rem; margin: 1.2rem 0 .2rem; }
p { margin: .3rem 0 .8rem; }
.muted { color: var(--muted); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--muted); }
td:nth-child(2) { overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, monospace; font-size: .88rem; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; }
summary { cursor: pointer; color: var(--accent); margin-top: .8rem; font-size: .92rem; }
@media (max-width: 45rem) {
  body { display: block; }
  nav { position: static; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1.25rem; }
}
`;
