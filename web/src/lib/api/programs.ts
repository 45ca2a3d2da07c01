// Calls about programs: those of others that may act for the person, and the person's own.
import { api } from './client';
import type { Shapes } from './types';

export type Grant = Shapes['GrantLine'];
export type Program = Shapes['ClientLine'];

export const readGrants = () => api.get('/oauth/grants');
export const dropGrant = (grant_id: string) => api.delete('/oauth/grants/{grant_id}', { grant_id });
export const readPrograms = () => api.get('/oauth/clients');
export const makeProgram = (name: string, redirect_uris: string[]) =>
  api.post('/oauth/clients', {}, { name, redirect_uris });
export const dropProgram = (client_id: string) =>
  api.delete('/oauth/clients/{client_id}', { client_id });
