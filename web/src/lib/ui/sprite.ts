// The icon set as one hidden drawing, which the page carries so that icons cost no script and no request.
import { ICONS } from './icons';

/** SVG text with one symbol for each icon. */
export function sprite(): string {
  const symbols = Object.entries(ICONS).map(
    ([name, path]) =>
      `<symbol id="i-${name}" viewBox="0 0 24 24"><path fill-rule="evenodd" d="${path.replace(/\.(\d)00\b/g, '.$1')}"/></symbol>`,
  );
  return `<svg hidden aria-hidden="true">${symbols.join('')}</svg>`;
}
