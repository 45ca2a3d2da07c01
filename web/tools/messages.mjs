// Compares message files: every language of a surface has the English keys, variables and plural forms.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LANGUAGES = ['en', 'de', 'id', 'ja', 'zh-Hans'];

const variables = (message) =>
  [...new Set((typeof message === 'string' ? message : message.other).match(/\{\w+\}/g) ?? [])]
    .sort()
    .join();

function compare(surface, language, source, target) {
  const mistakes = [];
  for (const [key, message] of Object.entries(source)) {
    const other = target[key];
    if (other === undefined)
      mistakes.push(`messages/${surface}.${language}.json: missing "${key}"`);
    else if (typeof other !== typeof message)
      mistakes.push(`messages/${surface}.${language}.json: "${key}" differs in kind`);
    else if (variables(other) !== variables(message))
      mistakes.push(`messages/${surface}.${language}.json: "${key}" has other variables`);
  }
  for (const key of Object.keys(target))
    if (!(key in source))
      mistakes.push(`messages/${surface}.${language}.json: "${key}" is not in English`);
  return mistakes;
}

/** Every difference between the English files of a folder and their translations, in words. */
export function messageMistakes(folder) {
  const surfaces = readdirSync(folder)
    .filter((name) => name.endsWith('.en.json'))
    .map((name) => name.slice(0, -8));
  const read = (surface, language) =>
    JSON.parse(readFileSync(join(folder, `${surface}.${language}.json`), 'utf8'));
  return surfaces.flatMap((surface) => {
    const source = read(surface, 'en');
    return LANGUAGES.slice(1).flatMap((language) => {
      try {
        return compare(surface, language, source, read(surface, language));
      } catch (error) {
        return [`messages/${surface}.${language}.json: ${error.message}`];
      }
    });
  });
}
