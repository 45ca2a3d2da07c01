// Calls about what the feed believes somebody likes, and what they say about it.
import { api } from './client';
import type { Shapes } from './types';

export type Interest = Shapes['InterestPayload'];
export type InterestKind = Interest['kind'];

/** From as little as can be to as much as can be; 0: as learned. */
export const LEVELS = [-2, -1, 0, 1, 2] as const;

export const readInterests = () => api.get('/me/interests');
export const turnInterest = (kind: InterestKind, value: string, level: number) =>
  api.put('/me/interests/{kind}/{value}', { kind, value }, { level });
export const forgetInterest = (kind: InterestKind, value: string) =>
  api.delete('/me/interests/{kind}/{value}', { kind, value });
