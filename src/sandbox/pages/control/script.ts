import { longestStep } from './time.ts'

/**
 * The script of the page. Buttons and forms send a request, then the parts marked with `data-live` are
 * replaced by those of the page as the server renders it now, as they are every few seconds.
 */
export const script = `
const control = document.querySelector('#control')

const noResponse = 'The sandbox does not respond. Is the server running?'
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
    if (Math.abs(advanceSeconds) > ${longestStep}) return 'The clock moves by at most ${longestStep / 86_400} days at a time.'
    const done = 'The clock moved ' + (advanceSeconds < 0 ? 'back' : 'on') + ' by ' + duration.replace('-', '').trim() + '.'
    return { path: 'clock', body: { advanceSeconds }, done }
  },
  latency(fields) {
    const latency = { delayMs: Number(fields.delayMs), jitterMs: Number(fields.jitterMs) }
    return { path: 'settings', body: { latency }, done: () => document.querySelector('#latency p').textContent }
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
  snapshot({ name }) {
    const exists = [...document.querySelectorAll('#snapshots strong')].some(({ textContent }) => textContent === name)
    return { method: 'PUT', path: 'snapshots/' + name, done: (exists ? 'Replaced' : 'Saved') + ' the snapshot ' + name + '.' }
  },
}

async function send({ method = 'POST', path, body, done }) {
  const response = await fetch(control.dataset.base + path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => undefined)
  if (!response) return say(noResponse, true)
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}))
    return say((error?.message ?? 'The sandbox responded with ' + response.status) + '.', true)
  }
  await refresh()
  say(typeof done === 'function' ? done() : done, false)
}

let latest = 0
/** Updates the parts that have changed. Returns false if the server does not respond. */
async function refresh() {
  const number = ++latest
  const response = await fetch(control.dataset.base, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (!response?.ok) return response !== undefined
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  // A later request has seen a newer state.
  if (number !== latest) return true
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = next.getElementById(part.id)
    const isSame = fresh?.dataset.live ? part.dataset.live === fresh.dataset.live : part.innerHTML === fresh?.innerHTML
    if (!fresh || isSame) continue
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null
    part.dataset.live = fresh.dataset.live
    part.replaceChildren(...fresh.childNodes)
    // A removed button must not send the focus to the start of the page.
    if (focused !== null) {
      const same = [...part.querySelectorAll('button')].find((button) => button.getAttribute('aria-label') === focused)
      ;(same ?? part.closest('section').querySelector('h2')).focus()
    }
  }
  return true
}

const [base, name] = control.dataset.base.split(/[/]~|[/]__dev[/]/)
/** Returns whether the sandbox of the page is open. A request to a deleted one would create it again. */
async function isOpen() {
  if (!name) return true
  const response = await fetch(base + '/__dev/sandboxes').catch(() => undefined)
  if (!response?.ok) return true
  const { sandboxes } = await response.json()
  return sandboxes.some((sandbox) => sandbox.name === name)
}

/** Shows what other clients have changed. */
async function update() {
  if (document.hidden || !await isOpen()) return
  if (!await refresh()) say(noResponse, true)
  else if (status.textContent === noResponse) say('', false)
}
setInterval(update, 3000)
addEventListener('focus', update)
document.addEventListener('visibilitychange', update)

const confirmation = document.querySelector('#confirmation')
let asked
function ask(question, label, action) {
  asked = action
  document.querySelector('#question').textContent = question
  document.querySelector('#confirm').textContent = label
  confirmation.showModal()
}
confirmation.addEventListener('click', ({ target }) => {
  if (target.localName !== 'button') return
  confirmation.close()
  if (target.id === 'confirm') send(asked)
})

control.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-path]')
  if (!button) return
  const { method, path, body, done, confirm } = button.dataset
  const action = { method, path, body: body && JSON.parse(body), done }
  if (confirm) ask(confirm, button.textContent, action)
  else send(action)
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
