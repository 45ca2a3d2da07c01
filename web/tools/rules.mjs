// House rules that no linter ships: pure functions from source text to the mistakes in it.

const PHYSICAL =
  /(?:^|[\s;{"'])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)*|(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)\s*:/g;
const PHYSICAL_VALUE = /(?:text-align|float)\s*:\s*(left|right)\b/g;
const RAW_COLOUR = /(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\()/g;
export const COMPONENT_LINES_MAX = 250;

/** Mistakes in a style text: physical directions, and colours that are not tokens. */
export function styleMistakes(css, { mayNameColours = false } = {}) {
  const bare = css.replace(/\/\*[\s\S]*?\*\//g, (text) => text.replace(/[^\n]/g, ' '));
  const mistakes = [];
  for (const match of bare.matchAll(PHYSICAL))
    mistakes.push({
      index: match.index,
      words: `physical direction "${match[1]}": use the logical property`,
    });
  for (const match of bare.matchAll(PHYSICAL_VALUE))
    mistakes.push({ index: match.index, words: `${match[1]} as a value: use start or end` });
  if (!mayNameColours)
    for (const match of bare.matchAll(RAW_COLOUR))
      mistakes.push({
        index: match.index,
        words: `raw colour ${match[1]}: use a token from ui/tokens.css`,
      });
  return mistakes;
}

/** Style blocks of a component with the offset where each begins. */
export function styleBlocks(source) {
  return [...source.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((match) => ({
    css: match[1],
    offset: match.index + match[0].indexOf(match[1]),
  }));
}

/** Which surface a file belongs to: "viewer", "studio", "console", or null for shared code. */
export function surfaceOf(path) {
  return path.match(/routes\/(?:.*\/)?\((viewer|studio|seller|console)\)\//)?.[1] ?? null;
}

/** Words between tags that are not message keys. Catches plain English left in markup. */
export function bareWords(source) {
  const markup = source
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, (text) => text.replace(/[^\n]/g, ' '))
    .replace(/<!--[\s\S]*?-->/g, (text) => text.replace(/[^\n]/g, ' '));
  const mistakes = [];
  for (const match of markup.matchAll(
    /\s(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{3,}[^"{]*)"/g,
  ))
    mistakes.push({
      index: match.index,
      words: `words outside the message files: ${match[1].trim()}`,
    });
  for (const match of markup.matchAll(
    /<(?:p|h[1-6]|span|button|label|a|li|strong|small|figcaption)[^<>{}]*>\s*([A-Z][a-z]+(?: [a-z]+)+[^<{]*)</g,
  ))
    mistakes.push({
      index: match.index,
      words: `words outside the message files: ${match[1].trim()}`,
    });
  return mistakes;
}
