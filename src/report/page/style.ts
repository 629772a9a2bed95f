const light = `
  color-scheme: light;
  --page: #faf9f7; --card: #ffffff; --text: #1f2428; --muted: #5d666e; --line: #e2e1dd;
  --accent: #2b5d8c; --tint: #eaf1f7; --right: #cfe3d4; --wrong: #f3d3cc;
  --series-1: #2566a8; --series-2: #c2590c; --series-3: #1f7a4d; --series-4: #7d4ba0;
  --series-5: #a8324a; --series-6: #0f7c85;`;

const dark = `
  color-scheme: dark;
  --page: #14171a; --card: #1b1f23; --text: #e4e6e8; --muted: #9aa3ab; --line: #30363c;
  --accent: #7fb2e0; --tint: #1d2a36; --right: #244a34; --wrong: #5a2d2a;
  --series-1: #6ea8e6; --series-2: #f09a55; --series-3: #5fc48f; --series-4: #c095e0;
  --series-5: #ee7f93; --series-6: #4fc0c9;`;

/** The style sheet of a report: light, dark and paper share the layout and differ in colours. */
export const pageStyle = `
:root {${light}
}
@media (prefers-color-scheme: dark) { :root {${dark}
} }
@media print { :root {${light}
  --page: #ffffff;
} }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 1080px;
  background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 70ch; }
section > p { color: var(--muted); }
.note, small, figcaption { color: var(--muted); }
.note, small { font-size: .875rem; }
a { color: var(--accent); }
.verdict {
  margin: 1.5rem 0; padding: 1.25rem 1.5rem;
  background: var(--tint); border-left: 4px solid var(--accent); border-radius: 0 8px 8px 0;
}
.verdict .sentence { color: var(--text); font-size: 1.125rem; margin: 0 0 .6rem; max-width: 75ch; }
.verdict .note { margin: .75rem 0 0; max-width: 90ch; }
.problems { margin: .75rem 0 0; padding-left: 1.2rem; }
nav ul, .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
nav ul { margin: 1rem 0 0; font-size: .9375rem; }
.legend { margin: .75rem 0; font-size: .9375rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); margin: 1rem 0; }
.figures.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
figure {
  margin: 0; padding: .9rem 1rem; min-width: 0; break-inside: avoid;
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
}
figcaption { font-weight: 600; color: var(--text); margin-bottom: .4rem; }
figure svg { display: block; width: 100%; height: auto; max-width: 560px; }
figure .note { font-size: .8125rem; margin: .25rem 0 0; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: .9375rem; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .35rem .75rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--muted); font-weight: 600; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; }
.scroll tbody th { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
pre {
  overflow-x: auto; padding: .9rem 1rem; margin: .5rem 0; font-size: .8125rem; line-height: 1.25;
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow-wrap: normal;
  font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace;
}
.matrices { display: flex; flex-wrap: wrap; gap: 1.25rem 2.5rem; }
.matrix { overflow-wrap: anywhere; max-width: 100%; }
.matrix caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
.matrix td, .matrix th { border: 0; white-space: normal; padding: .4rem .75rem .4rem 0; }
.matrix tbody td { text-align: right; padding: .5rem .75rem; border: 2px solid var(--page); min-width: 5.5rem; white-space: nowrap; }
.matrix .right { background: color-mix(in srgb, var(--right) var(--fraction), var(--card)); }
.matrix .wrong { background: color-mix(in srgb, var(--wrong) var(--fraction), var(--card)); }
.faces { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); }
.faces li { display: flex; flex-direction: column; font-size: .8125rem; line-height: 1.3; }
.faces img { border-radius: 4px; width: 89px; height: 109px; object-fit: cover; margin-bottom: .25rem; }
.licence { color: var(--text); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; }
footer { margin-top: 3rem; }
@media (max-width: 560px) {
  body { padding: 1.5rem 1rem 3rem; }
  .verdict { padding: 1rem; margin-inline: -.25rem; }
  figure { padding: .75rem .5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, summary { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3, section > p, .legend { break-after: avoid; }
  tr, .matrix, .verdict { break-inside: avoid; }
  .scroll, pre { overflow: visible; }
  table { font-size: 7.5pt; }
  .scroll :is(th, td) { padding: .2rem .25rem; }
  .scroll :is(thead, tbody) :is(th, td) { white-space: normal; }
  .scroll .long { overflow-wrap: anywhere; }
  .scroll :is(th, td):first-child { padding-left: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7pt; }
  figure details { display: none; }
  .figures { grid-template-columns: 1fr 1fr; }
  .verdict, .matrix td { print-color-adjust: exact; }
}
`;
