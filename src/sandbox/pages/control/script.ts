/**
 * The script of the page. Buttons and forms send a request, then the parts marked with `data-live` are
 * replaced by those of the page as the server renders it now.
 */
export const script = `
const control = document.querySelector('#control')

let hiding
/** Says what an action has done. An error stays until the next action. */
function say(text, isError) {
  clearTimeout(hiding)
  status.classList.toggle('error', isError)
  status.textContent = text
  if (!isError) hiding = setTimeout(() => { status.textContent = '' }, 8000)
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 }

function parseDuration(text) {
  const [, sign, parts] = /^\\s*(-?)\\s*((?:\\d+\\s*[smhdw]\\s*)+)$/.exec(text) ?? []
  if (parts === undefined) return undefined
  const seconds = [...parts.matchAll(/(\\d+)\\s*([smhdw])/g)]
    .reduce((sum, [, count, unit]) => sum + count * unitSeconds[unit], 0)
  return sign ? -seconds : seconds
}

const requestsIn = (times) => times === 1 ? 'The next request' : 'The next ' + times + ' requests'
const operationIn = (id) => id === '*' ? 'any operation' : id

/** Reads the forms: the request to send, and what it has done. */
const forms = {
  duration({ duration }) {
    const advanceSeconds = parseDuration(duration)
    if (advanceSeconds === undefined) return 'Write a duration such as 90s, 15m, 1h 30m, 7d or -1h.'
    const done = 'The clock moved ' + (advanceSeconds < 0 ? 'back' : 'on') + ' by ' + duration.replace('-', '').trim() + '.'
    return { path: 'clock', body: { advanceSeconds }, done }
  },
  latency(fields) {
    const latency = { delayMs: Number(fields.delayMs), jitterMs: Number(fields.jitterMs) }
    const done = latency.delayMs + latency.jitterMs > 0
      ? 'Each request takes ' + latency.delayMs + ' ms longer, give or take ' + latency.jitterMs + ' ms.'
      : 'Requests are no longer delayed.'
    return { path: 'settings', body: { latency }, done }
  },
  break({ connection, operationId, times }) {
    const body = { operationId, connection, times: Number(times) }
    const effect = connection === 'reset' ? 'no response' : 'half a response'
    return { path: 'faults', body, done: requestsIn(body.times) + ' of ' + operationIn(operationId) + ' will get ' + effect + '.' }
  },
  fail({ operationId, response, times }) {
    const [status, example] = response.split('/')
    const answer = status.endsWith('XX') ? { statusClass: status } : { status: Number(status), ...(example && { example }) }
    const body = { operationId, ...answer, times: Number(times) }
    return { path: 'faults', body, done: requestsIn(body.times) + ' of ' + operationIn(operationId) + ' will get ' + [status, example].filter(Boolean).join(' ') + '.' }
  },
  snapshot: ({ name }) => ({ method: 'PUT', path: 'snapshots/' + name, done: 'Saved the snapshot ' + name + '.' }),
}

async function send({ method = 'POST', path, body, done }) {
  const response = await fetch(control.dataset.base + path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => undefined)
  if (!response) return say('The sandbox does not respond. Is the server running?', true)
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}))
    return say((error?.message ?? 'The sandbox responded with ' + response.status) + '.', true)
  }
  await refresh()
  say(done, false)
}

async function refresh() {
  const response = await fetch(control.dataset.base, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (!response?.ok) return
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = next.getElementById(part.id)
    if (!fresh || part.innerHTML === fresh.innerHTML) continue
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null
    part.replaceChildren(...fresh.childNodes)
    // A removed button must not send the focus to the start of the page.
    if (focused !== null) {
      const same = [...part.querySelectorAll('button')].find((button) => button.getAttribute('aria-label') === focused)
      ;(same ?? part.closest('section').querySelector('h2')).focus()
    }
  }
}

control.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-path]')
  if (!button) return
  const { method, path, body, done } = button.dataset
  send({ method, path, body: body && JSON.parse(body), done })
})
control.addEventListener('submit', (event) => {
  event.preventDefault()
  const action = forms[event.target.dataset.form](Object.fromEntries(new FormData(event.target)))
  if (typeof action === 'string') say(action, true)
  else send(action)
})

const failing = document.querySelector('[data-form=fail]').elements
function showResponses() {
  const choice = [...document.querySelectorAll('template')].find(({ dataset }) => dataset.operation === failing.operationId.value)
  failing.response.replaceChildren(choice.content.cloneNode(true))
}
failing.operationId.addEventListener('change', showResponses)
showResponses()

setInterval(() => {
  const clock = document.querySelector('#time time')
  const now = new Date(Date.now() + clock.dataset.offset * 1000)
  clock.textContent = now.toISOString().slice(0, 19).replace('T', ' ') + ' UTC'
}, 1000)
`
