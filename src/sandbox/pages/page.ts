import { html } from 'hono/html'
import { copyScript, copyStatus } from '../../ui/copyable.ts'
import { renderNavigation } from '../../ui/navigation.ts'
import { type Html, type Page, type PageOptions, renderPage } from '../../ui/page.ts'
import type { NamedSandboxes } from '../isolation/isolate.ts'
import type { ControlState } from './control/state.ts'
import type { SignedInOperations } from './data/operations.ts'

/** The data of a sandbox that all its pages use. */
export interface PageContext {
  /** The name of the API. */
  name: string
  /** The title of the API. */
  title: string
  /** The base URL of its paths. */
  url: string
  hub?: HubPages | undefined
  named: Pick<NamedSandboxes, 'list'>
  /** The operations that the page of the data calls. */
  operations?: SignedInOperations
  /** Reads what the control page shows. */
  readControl: () => Promise<ControlState>
}

/** The hub around a sandbox. */
export interface HubPages {
  /** The URL of its home page. */
  home: string
  /** The URL of the reference of the controls. */
  controls: string
  /** Renders its navigation for the page at a path. */
  navigation: (path: string) => Html
}

/** A page of a sandbox. It replaces the response of a control for browsers. */
export interface View extends Pick<PageOptions, 'script' | 'style' | 'connect' | 'formAction'> {
  title: string
  about: string
  /** The status of the response that the page replaces. */
  status: number
  /** Whether its body links to the reference of the controls, instead of the end of the page. */
  linksControls?: boolean
  /** @param data the JSON of that response */
  body: (data: unknown, url: URL, page: PageContext) => Html
}

/**
 * Renders a page with the navigation of the hub, or else of the sandbox.
 * @param views all pages, by the last segment of their path
 */
export function renderView(
  { title, about, linksControls = false, body, script = '', style, connect, formAction }: View,
  views: Record<string, View>,
  context: PageContext,
  { url, data }: { url: URL; data: unknown },
): Promise<Page> {
  const path = `${pathOf(context.url)}/__dev/${nameOf(url)}`
  const navigation = () =>
    renderNavigation({
      site: Object.entries(views).map(([name, view]) => {
        const href = `${pathOf(context.url)}/__dev/${name}`
        return { label: view.title, href, isCurrent: href === path }
      }),
    })
  return renderPage(
    `${title}: ${context.title}`,
    html`<header>
<h1>${title}</h1>
<p>Sandbox of ${context.title}. ${about}</p>
</header>
<main id="content" tabindex="-1">
${body(data, url, context)}
</main>
${context.hub && !linksControls && html`<footer>As HTTP requests: <a href="${context.hub.controls}">reference of the development controls</a></footer>`}
${copyStatus}`,
    {
      script: copyScript + script,
      navigation: context.hub?.navigation(path) ?? navigation(),
      ...(style !== undefined && { style }),
      ...(connect !== undefined && { connect }),
      ...(formAction !== undefined && { formAction }),
    },
  )
}

/** Returns the name of a page: the part of its path after `/__dev/`. */
export const nameOf = ({ pathname }: URL): string => pathname.replace(/^.*__dev\/?/, '')

/** Returns the path of a URL without a slash at its end. */
export const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, '')
