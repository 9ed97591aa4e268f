import { isLoopback } from './hosts.ts'

/** Returns whether an origin is a page on this machine. The opaque origin `null` is not. */
function isLocalOrigin(origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.origin === origin && isLoopback(url.hostname)
}

/** An origin of a mobile or desktop app: `capacitor://localhost`, or the passkey origin of an Android app. */
const appOrigin =
  /^(?!(?:https?|wss?|ftp|file|data|blob|javascript|about):)[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+$/i
const androidOrigin = /^android:apk-key-hash:[\w-]{43}$/

/**
 * Returns whether a text is an origin of an app, which has no http(s) URL. Such origins are compared as text,
 * because `new URL(text).origin` is `null` for all of them.
 */
export function isAppOrigin(text: string): boolean {
  return appOrigin.test(text) || androidOrigin.test(text)
}

/**
 * Creates a function that returns whether an origin is trusted.
 * @param trusted URLs of trusted sites, of which only the origins matter, and origins of apps
 * @param options.local whether to trust every page on this machine
 */
export function trustedOrigins(trusted: readonly string[], { local }: { local: boolean }) {
  const origins = new Set(trusted.map((url) => (isAppOrigin(url) ? url : new URL(url).origin)))
  return (origin: string): boolean => origins.has(origin) || (local && isLocalOrigin(origin))
}
