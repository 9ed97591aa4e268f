/** The script of the page: it starts and stops a run, and shows its progress. */
export const script = `
const form = document.querySelector('#run')
const stop = document.querySelector('#stop')
const verdict = document.querySelector('#verdict')
const progress = document.querySelector('#progress')
const pollMs = 250

async function call(init, path = location.pathname) {
  const response = await fetch(path, init).catch(() => undefined)
  if (response?.ok) return response.status === 204 ? undefined : response.json()
  show({ state: 'notRun', isGreen: false, verdict: response ? (await response.json()).detail : 'The hub does not respond. Is it running?' })
}

function show({ state, verdict: text, isGreen, done, total }) {
  const isRunning = state === 'running'
  verdict.textContent = text
  verdict.className = 'verdict ' + (isGreen === undefined ? '' : isGreen ? 'good' : 'bad')
  progress.hidden = stop.hidden = !isRunning
  if (isRunning && total > 0) Object.assign(progress, { max: total, value: done })
  else progress.removeAttribute('value')
  form.querySelector('button').disabled = isRunning
  document.querySelector('#report').hidden = state !== 'done'
}

async function refresh() {
  const run = await call({}, location.pathname + '.json')
  if (!run) return
  show(run)
  if (run.state === 'running') setTimeout(refresh, pollMs)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { url, readOnly, ...others } = Object.fromEntries(new FormData(form))
  const given = Object.entries(others).filter(([, value]) => value !== '')
  const credentials = Object.fromEntries(given.map(([name, value]) => [name.replace('credential ', ''), value]))
  const run = await call({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, readOnly: readOnly === 'on', credentials }),
  })
  if (run) refresh()
})
stop.addEventListener('click', () => call({ method: 'DELETE' }))
refresh()
`
