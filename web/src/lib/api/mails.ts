// Calls about the mails of a market that keeps them: the demo, or one without a mail server.
import { api } from './client';
import type { Shapes } from './types';

export type MailLine = Shapes['MailLine'];

export const listMails = () => api.get('/mails');
export const readMail = (mail_id: string) => api.get('/mails/{mail_id}', { mail_id });
