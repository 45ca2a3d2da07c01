// Runs when the shell page is built (and in development): writes the icon sprite into it.
import type { Handle } from '@sveltejs/kit';
import { sprite } from '$ui/sprite';

export const handle: Handle = ({ event, resolve }) =>
  resolve(event, { transformPageChunk: ({ html }) => html.replace('<!-- icons -->', sprite()) });
