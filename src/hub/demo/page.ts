import { createRequire } from 'node:module'
import { html } from 'hono/html'
import type { Api } from '../../catalog/api.ts'
import { copyButton, copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { entryOf, imports } from './modules.ts'
import { modulesPath } from './paths.ts'
import { readSource } from './sources.ts'
import { style } from './style.ts'

/**
 * Renders the sample app of an API.
 * @param origin the origin of the request, for the URLs in the code
 * @param hasUpstream whether calls of the API are passed on to a backend
 * @param navigation the links on top of the page
 */
export async function renderDemo(
  { name: variant, readDocument }: Api,
  origin: string,
  hasUpstream: boolean,
  navigation: Html,
): Promise<Page> {
  const { title } = (await readDocument()).info
  const [authSource, mainSource] = await Promise.all([
    readSource(variant, 'auth.ts', origin),
    readSource(variant, 'main.ts', origin),
  ])
  return renderPage(
    `Sample app: ${title}`,
    html`${copyStatus}
<header>
<h1>Sample app: ${title}</h1>
<p>A working sign-in, built with the typed client only. Create an account or use a seeded one, then expire its token or make
the API fail. The list shows the calls, and below it is the code that has made them. The API is the sandbox of this machine.</p>
${hasUpstream ? upstreamNote(variant) : ''}
</header>
<main class="demo" id="content" tabindex="-1">
<div class="column">
<section class="card" id="app" aria-label="App" data-sandbox="/sandbox/${variant}" data-inbox="/inbox?api=${variant}">
<noscript><p>The app needs JavaScript.</p></noscript>
</section>
<p id="result" role="status"></p>
<section class="card">
<h2>Try what goes wrong</h2>
<div class="actions" id="mistakes"></div>
<ul class="links">
<li><a href="/sandbox/${variant}/__dev/">More controls</a></li>
<li><a href="/inbox?api=${variant}">Inbox</a></li>
<li><a href="/requests?api=${variant}">Requests</a></li>
<li><a href="/docs/${variant}/">Reference</a></li>
</ul>
</section>
</div>
<div class="column">
<section class="card">
<h2>What happened</h2>
<p class="soft" id="no-calls">No calls yet.</p>
<ol id="calls" reversed tabindex="0" aria-label="Calls, newest first"></ol>
</section>
<section class="card">
<h2>Code of this step</h2>
<div id="step-code"></div>
<h2>Use it in your project</h2>
<p>Copy <code>auth.ts</code>, and call its functions from your app. <code>main.ts</code> is a page that does so. Both run as
they are, on any port of this machine.</p>
${copyButton(commands(variant, origin), 'commands')}
<details id="auth-code"><summary><code>auth.ts</code>, complete</summary>${copyButton(authSource, 'auth.ts')}</details>
<details><summary><code>main.ts</code></summary>${copyButton(mainSource, 'main.ts')}</details>
</section>
</div>
</main>`,
    {
      script: copyScript,
      style,
      connect: "'self'",
      navigation,
      module: modulesPath + entryOf(variant),
      imports: imports(modulesPath),
    },
  )
}

/** A header keeps calls in the sandbox. Links and redirects have no such header. */
const upstreamNote = (
  variant: string,
) => html`<p>An <a href="/upstream/${variant}">upstream</a> is set. The calls of this
app stay in the sandbox, but mailed links and sign-ins with a provider can reach the upstream.</p>`

const { version } = createRequire(import.meta.url)('auth-contracts/package.json')

/** The commands that run the code in an empty Vite project in the folder of the clone. */
const commands = (
  variant: string,
  origin: string,
) => `npm create --yes vite@latest my-app -- --template vanilla-ts --no-interactive
cd my-app
npm install ../auth-contracts/auth-contracts-${version}.tgz
curl ${origin}/demo/${variant}/auth.ts -o src/auth.ts
curl ${origin}/demo/${variant}/main.ts -o src/main.ts
npm run dev`
