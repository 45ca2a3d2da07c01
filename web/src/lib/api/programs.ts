// Calls about programs: those of others that may act for the person, and the person's own.
import { api, path } from './client';

export interface Grant {
  grant_id: string;
  client_id: string;
  name: string;
  scopes: string[];
  created_at: string | null;
  last_used_at: string | null;
}
export interface Program {
  client_id: string;
  name: string;
  redirect_uris: string[];
  created_at: string | null;
}

export const readGrants = () => api.get<{ items: Grant[] }>('/oauth/grants');
export const dropGrant = (grant_id: string) =>
  api.delete<undefined>(path`/oauth/grants/${grant_id}`);
export const readPrograms = () => api.get<{ items: Program[] }>('/oauth/clients');
export const makeProgram = (name: string, redirect_uris: string[]) =>
  api.post<Program>('/oauth/clients', { name, redirect_uris });
export const dropProgram = (client_id: string) =>
  api.delete<undefined>(path`/oauth/clients/${client_id}`);
