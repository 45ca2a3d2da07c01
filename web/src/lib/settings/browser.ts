// Whether this browser is told while no page is open, and how it comes to be.
import { addBrowser, dropBrowser, readPushKey } from '$api/push';

/** This browser can be told at all: it has a worker, a push service and notifications. */
export const canBeTold = () =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

async function current(): Promise<PushSubscription | null> {
  if (!canBeTold()) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** It is told now. */
export const isTold = async () =>
  (await current()) !== null && Notification.permission === 'granted';

/** Ask the person, then the browser, then tell the server. False: the person said no. */
export async function startTelling(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const registration = await navigator.serviceWorker.ready;
  const { public_key } = await readPushKey();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: public_key,
  });
  await addBrowser(subscription);
  return true;
}

/** Tell this browser no more; also before signing out, so that nobody else reads it. */
export async function stopTelling(): Promise<void> {
  const subscription = await current();
  if (!subscription) return;
  await dropBrowser(subscription.endpoint);
  await subscription.unsubscribe();
}
