import fc from 'fast-check';
import {parse, type DefaultTreeAdapterTypes as Tree} from 'parse5';
import {expect} from 'vitest';
import {expectPrintable} from './handled.js';

/** In every piece of markup that is tried; nothing that the program writes itself has it. */
const MARK = 'zzevil';

const pieces = [
  `<${MARK}>`,
  `</td><${MARK} ${MARK}=1>`,
  `"><${MARK}>`,
  `'><${MARK}>`,
  `" ${MARK}="1`,
  `' ${MARK}='1`,
  ` ${MARK}=1 `,
  `" onload="${MARK}`,
  `<img src=x onerror=${MARK}()>`,
  `<script>${MARK}()</script>`,
  `</script><${MARK}>`,
  `</style><${MARK}>`,
  `</title><${MARK}>`,
  `</pre><${MARK}>`,
  `</svg><${MARK}>`,
  `<svg><${MARK}/></svg>`,
  `--><${MARK}>`,
  `]]><${MARK}>`,
  `&lt;${MARK}&gt;`,
  `&#60;${MARK}&#62;`,
  `&#x3c;${MARK}>`,
  `&amp;lt;${MARK}>`,
  `javascript:${MARK}()`,
  `data:text/html,<${MARK}>`,
  `<a href="javascript:${MARK}()">x</a>`,
  `<iframe srcdoc="<${MARK}>">`,
  `\u0000<${MARK}\u0000>`,
  `<\u202e${MARK}>`,
  `<\ud800${MARK}>`,
  `{{${MARK}}}\${${MARK}}`,
  `$&$\`$'$1<${MARK}>`,
  `|<${MARK}>|`,
  `\`<${MARK}>\``,
  `\n<${MARK}>\n`,
  `\n\n\`\`\`\n<${MARK}>`,
  `\n~~~\n<${MARK}>`,
  `[x](javascript:${MARK})`,
];

/** Text that becomes an element or an attribute wherever it is not escaped. */
export const markupText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), {minLength: 1, maxLength: 2})
  .map(parts => parts.join(''));

/** Attributes from which a browser takes more than words. */
const ACTIVE = /^(on.*|href|xlink:href|src|srcset|srcdoc|action|formaction|style|id|class)$/i;
const ACTIVE_ELEMENTS = ['script', 'iframe', 'object', 'embed', 'base', 'form'];

/** Whether a page shows its texts as words, and makes no element and no attribute of them. */
export function expectInert(page: string): void {
  expectPrintable(page);
  expect(elementsOf(parse(page)).flatMap(flawsOf)).toEqual([]);
}

function elementsOf(node: Tree.Node): Tree.Element[] {
  const below = 'childNodes' in node ? node.childNodes.flatMap(elementsOf) : [];
  return 'tagName' in node ? [node, ...below] : below;
}

function flawsOf({tagName, attrs}: Tree.Element): string[] {
  const isActive = tagName.includes(MARK) || ACTIVE_ELEMENTS.includes(tagName);
  return [
    ...(isActive ? [`<${tagName}>`] : []),
    ...attrs
      .filter(
        ({name, value}) =>
          name.includes(MARK) ||
          name.toLowerCase().startsWith('on') ||
          (ACTIVE.test(name) && value.includes(MARK)),
      )
      .map(({name, value}) => `<${tagName} ${name}="${value}">`),
  ];
}
