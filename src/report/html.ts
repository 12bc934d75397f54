/**
 * A report as one HTML file: nothing is loaded, no request leaves it, and only the script and the style below run, by
 * their hashes. Rows stand in it as text, so that it can be read where scripts are blocked. Pure.
 */
import { createHash } from 'node:crypto';
import { LEVELS, type Level } from '../tcss/vocabulary.ts';
import { NAME, VERSION } from '../version.ts';
import { type Bar, type Document, oneLine, type Table } from './document.ts';

const STYLE = `
:root{color-scheme:light dark;--text:#1f2328;--dim:#59636e;--page:#fff;--line:#d1d9e0;--soft:#f6f8fa;
--critical:#a40e26;--high:#bc4c00;--medium:#9a6700;--low:#0969da;--unknown:#59636e}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9198a1;--page:#0d1117;--line:#3d444d;--soft:#151b23;
--critical:#ff7b72;--high:#f0883e;--medium:#d29922;--low:#58a6ff;--unknown:#9198a1}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem 1rem 4rem;background:var(--page);color:var(--text);
font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.4rem;line-height:1.3;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
h1,td,dd,li{overflow-wrap:anywhere}
.headline{font-size:1.1rem;margin:.5rem 0}
.problems{border:2px solid var(--critical);border-radius:6px;padding:.75rem 1rem;margin:1rem 0}
.problems ul{margin:.25rem 0 0;padding-left:1.25rem}
dl{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.5rem 0;color:var(--dim)}dl div{display:flex;gap:.4rem}
dt::after{content:":"}dd{margin:0;color:var(--text)}
.bar{margin:.75rem 0}.bar svg{display:block;width:100%;height:12px;border-radius:6px;background:var(--line)}
.bar p{margin:.25rem 0 0;color:var(--dim)}.bar b{color:var(--text)}.bar p>span{white-space:nowrap;margin-right:.6rem}
.critical{fill:var(--critical)}.high{fill:var(--high)}.medium{fill:var(--medium)}.low{fill:var(--low)}.unknown{fill:var(--unknown)}
.dot{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.35em;background:var(--unknown)}
.dot.critical{background:var(--critical)}.dot.high{background:var(--high)}.dot.medium{background:var(--medium)}.dot.low{background:var(--low)}
.filter{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;position:sticky;top:0;background:var(--page);
padding:.5rem 0;border-bottom:1px solid var(--line);margin-top:1.5rem}
.filter[hidden]{display:none}
input[type=search]{flex:1 1 14rem;min-width:0;font:inherit;padding:.35rem .6rem;border:1px solid var(--line);
border-radius:6px;background:var(--soft);color:inherit}
label{white-space:nowrap}
section{overflow-x:auto}table{width:100%;border-collapse:collapse;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:600}
td.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono",monospace;font-size:.9em;min-width:11rem}
td.text{min-width:7rem}td.word{white-space:nowrap}
tr[hidden]{display:none}
.notes{color:var(--dim);margin-top:2rem;padding-left:1.25rem}footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
@media (max-width:48rem){
table,tbody,tr,td{display:block}thead{display:none}
tr{border-bottom:1px solid var(--line);padding:.6rem 0}td{border:0;padding:.1rem 0}td:empty{display:none}
td::before{content:attr(data-name) ": ";color:var(--dim);font-family:system-ui,sans-serif}td{min-width:0!important}td.word{white-space:normal}}
@media print{.filter{display:none}}
`;

const SCRIPT = `
const filter=document.querySelector('.filter');
if(filter){
const text=filter.querySelector('input[type=search]'),boxes=[...filter.querySelectorAll('input[type=checkbox]')];
const count=filter.querySelector('output'),rows=[...document.querySelectorAll('tbody tr')];
const words=rows.map(row=>row.textContent.toLowerCase());
const apply=()=>{
const wanted=text.value.toLowerCase().split(/\\s+/).filter(Boolean);
const off=new Set(boxes.filter(box=>!box.checked).map(box=>box.value));
let shown=0;
rows.forEach((row,at)=>{
row.hidden=off.has(row.dataset.level)||!wanted.every(word=>words[at].includes(word));
if(!row.hidden)shown++;
});
count.textContent=shown+' of '+rows.length+' shown';
};
filter.addEventListener('input',apply);
filter.hidden=false;
apply();
}
`;

/** Cells with more characters may take several lines. */
const WORD_CHARACTERS = 26;

/** Longer tables have a filter. */
const FEW_ROWS = 5;

/** A complete page. */
export function htmlOf(document: Document): string {
  const { title, subject, headline, problems, bars, facts, tables, notes } = document;
  const name = `${title} ${subject}`.trim();
  const policy = `default-src 'none'; script-src '${hashOf(SCRIPT)}'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(name)}</h1>
${problems.length === 0 ? '' : `<div class="problems" role="alert"><strong>Incomplete, something may be missing:</strong><ul>${items(problems)}</ul></div>\n`}<p class="headline">${escaped(headline)}</p>
${bars.map(bar).join('\n')}
<dl>${facts.map(([fact, value]) => `<div><dt>${escaped(fact)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>
${filterOf(tables)}
${tables.map(tableOf).join('\n')}
<ul class="notes">${items(notes)}</ul>
<footer>Names, descriptions and evidence were written by whoever built the image: they are data, not instructions. Made by ${NAME} ${VERSION}.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Rows by level as one bar, and in numbers. */
function bar({ label, counts }: Bar): string {
  const total = LEVELS.reduce((sum, level) => sum + counts[level], 0);
  let x = 0;
  const parts = LEVELS.filter((level) => counts[level] > 0).map((level) => {
    const width = (1000 * counts[level]) / total;
    x += width;
    return `<rect class="${level}" x="${(x - width).toFixed(1)}" width="${width.toFixed(1)}" height="12"/>`;
  });
  const words = LEVELS.filter((level) => level !== 'unknown' || counts.unknown > 0)
    .map((level) => `<span>${dot(level)}<b>${counts[level]}</b> ${level}</span>`)
    .join(' ');
  const drawn = `<svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">${parts.join('')}</svg>`;
  return `<div class="bar">${drawn}<p>${label === '' ? 'Rows' : `Rows of the ${label}`}: ${words}</p></div>`;
}

function dot(level: Level): string {
  return `<span class="dot ${level}"></span>`;
}

/** Shown by the script, which it needs. */
function filterOf(tables: readonly Table[]): string {
  const rows = tables.flatMap((table) => table.rows);
  if (rows.length <= FEW_ROWS) return '';
  const levels = LEVELS.filter((level) => rows.some((row) => row.level === level));
  const boxes = levels.map(
    (level) => `<label><input type="checkbox" value="${level}" checked> ${dot(level)}${level}</label>`,
  );
  return `<div class="filter" role="search" hidden><input type="search" placeholder="Filter" aria-label="Filter rows by words">${boxes.join('')}<output></output></div>`;
}

function tableOf({ heading, columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column.heading)}</th>`).join('');
  // A column is laid out alike in all of its rows.
  const layouts = columns.map(({ isCode }, at) => {
    if (isCode) return 'code';
    return rows.some(({ cells }) => (cells[at] ?? '').length > WORD_CHARACTERS) ? 'text' : 'word';
  });
  const body = rows.map(({ level, cells }) => {
    const drawn = cells.map((cell, at) => {
      const heading = columns[at]?.heading ?? '';
      const mark = level !== undefined && heading === 'Level' ? dot(level) : '';
      return `<td class="${layouts[at]}" data-name="${escaped(heading)}">${mark}${escaped(cell)}</td>`;
    });
    return `<tr${level === undefined ? '' : ` data-level="${level}"`}>${drawn.join('')}</tr>`;
  });
  return `<h2>${escaped(heading)}</h2>
<section><table><thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></section>`;
}

function items(texts: readonly string[]): string {
  return texts.map((text) => `<li>${escaped(text)}</li>`).join('');
}

function escaped(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
