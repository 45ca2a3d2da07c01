/// <reference lib="webworker" />
// What the inbox says while no page is open: shown, and opened where it leads.

const self = globalThis as unknown as ServiceWorkerGlobalScope;

interface Said {
  title: string;
  body: string;
  tag: string;
  url: string;
}

/** Show one message; a newer one about the same line takes its place. */
export function show(data: PushMessageData | null): Promise<void> {
  if (!data) return Promise.resolve();
  const { title, body, tag, url } = data.json() as Said;
  return self.registration.showNotification(title, {
    body,
    tag,
    icon: '/icon-192.png',
    data: { url },
  });
}

/** Go where a message leads, in a page that is open already when there is one. */
export async function follow(notification: Notification): Promise<void> {
  notification.close();
  const { url } = notification.data as { url: string };
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return void (await self.clients.openWindow(url));
  await page.focus();
  await page.navigate(url);
}
