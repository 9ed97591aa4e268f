/** The script of the data page: it signs in as a user, and manages API keys with the session. */
export const script = `
const panel = document.querySelector('#session')
const keys = document.querySelector('#keys')
const config = JSON.parse(panel.dataset.config)
const find = (selector) => panel.querySelector(selector)
let session

function element(name, properties, ...children) {
  const created = Object.assign(document.createElement(name), properties)
  created.append(...children)
  return created
}

/** The same elements as those of copyButton. */
function copyable(label, text) {
  const button = element('button', { type: 'button', ariaLabel: texts.copy + ': ' + label.toLowerCase() }, texts.copy)
  const code = element('pre', { tabIndex: 0 }, element('code', {}, text))
  return [element('span', { className: 'label' }, label), element('div', { className: 'copyable' }, code, button)]
}

function show(title, about, ...content) {
  find('#session-title').textContent = title
  find('#session-about').textContent = about
  find('#credentials').replaceChildren(...content)
  panel.hidden = false
  panel.focus()
}

async function read(response) {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return { message: text }
  }
}

const unreachable = 'The sandbox does not respond. Is the server running?'

/** Returns the text of an error, whose format depends on the API. */
function messageOf({ error, message }) {
  return error?.message ?? message ?? String(error)
}

async function signIn({ signIn: user, name, organization }) {
  session = undefined
  if (keys) keys.hidden = true
  const response = await fetch('sessions', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }),
  }).catch(() => undefined)
  if (!response) return show('Not signed in', unreachable)
  const body = await read(response)
  if (!response.ok) return show('Not signed in', messageOf(body) + '.')
  const { accessToken, refreshToken, headers, cookies, expiresAt } = body
  const lines = Object.entries(headers).map(([header, value]) => header + ': ' + value)
  const curl = ['curl ' + config.url + config.examplePath, ...lines.map((line) => "-H '" + line + "'")].join(' \\\\\\n  ')
  const cookie = cookies.map((text) => text.split(';')[0]).join('; ')
  show(
    'Signed in as ' + name,
    'A new session. Its access token is valid until ' + expiresAt.slice(0, 16).replace('T', ' ') + ' UTC on the clock of the sandbox.',
    ...copyable('Access token', accessToken),
    ...(refreshToken ? copyable('Refresh token', refreshToken) : []),
    ...copyable('Headers', lines.join('\\n')),
    ...(config.examplePath ? copyable('curl', curl) : []),
    ...(cookie ? copyable('Cookie header', 'cookie: ' + cookie) : []),
    element('details', {}, element('summary', {}, 'Response of the sign-in'), ...copyable('Body', JSON.stringify(body.body, null, 2))),
  )
  status.textContent = 'Signed in as ' + name
  session = { headers, organization }
  await Promise.all([refresh(), listKeys()])
}

async function refresh() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined)
  if (!response?.ok) return false
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  document.querySelector('#data').replaceWith(page.querySelector('#data'))
  return true
}

/** Calls an operation as the user. Shows the error if the API rejects the call. */
async function call(method, path, { id = '', body } = {}) {
  const target = config.path + path.replace(/\\{org\\w*\\}/, session.organization).replace(/\\{key\\w*\\}/, id)
  const response = await fetch(target, {
    method,
    headers: { ...session.headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined)
  const result = response && response.status !== 204 ? await read(response) : {}
  if (response?.ok) return result
  showProblem(response ? response.status + ': ' + messageOf(result) : unreachable)
}

function showProblem(text) {
  // The status would contradict it.
  if (text !== '') status.textContent = ''
  find('#keys-problem').textContent = text
  find('#keys-problem').hidden = text === ''
}

async function listKeys() {
  if (!keys || !session) return
  keys.hidden = false
  showProblem('')
  find('#new-key').hidden = true
  find('#key-list').replaceChildren()
  await showKeys()
}

async function showKeys() {
  const { list, fields } = config.apiKeys
  const result = await call('GET', list)
  if (!result) return
  const items = result[fields.list]
  const day = (instant) => instant ? instant.slice(0, 16).replace('T', ' ') + ' UTC' : 'never'
  const rows = items.map((key) => {
    const button = element('button', { type: 'button', ariaLabel: 'Revoke ' + key.name }, 'Revoke')
    button.dataset.revoke = key.id
    return element(
      'tr', {},
      element('td', {}, key.name, element('small', {}, element('code', {}, key[fields.preview])), ...(key.description ? [element('small', {}, key.description)] : [])),
      element('td', {}, key[fields.scopes].join(', ') || 'no permissions', element('small', {}, 'created ' + day(key[fields.createdAt])), element('small', {}, 'last used ' + day(key[fields.lastUsedAt]))),
      element('td', {}, button),
    )
  })
  const head = element('tr', {}, ...['Key', 'Permissions', 'Actions'].map((text) => element('th', { scope: 'col' }, text)))
  const table = element('table', {}, element('caption', { className: 'hidden' }, 'API Keys'), element('thead', {}, head), element('tbody', {}, ...rows))
  find('#key-list').replaceChildren(items.length === 0 ? element('p', {}, 'No API keys yet.') : table)
}

async function generate(form) {
  const { create, fields } = config.apiKeys
  const values = new FormData(form)
  const description = values.get('description')
  const body = { name: values.get('name'), [fields.scopes]: values.getAll('scopes'), ...(description && { description }) }
  find('#new-key').hidden = true
  showProblem('')
  const created = await call('POST', create, { body })
  if (!created) return
  form.reset()
  find('#new-key').replaceChildren(
    element('p', {}, created.warning ?? 'Store this key securely. It will only be shown once.'),
    ...copyable('New API key', created[fields.secret]),
  )
  find('#new-key').hidden = false
  find('#new-key').focus()
  status.textContent = 'API key generated'
  await Promise.all([showKeys(), refresh()])
}

async function revoke(id) {
  showProblem('')
  if (!await call('DELETE', config.apiKeys.delete, { id })) return
  find('#new-key').hidden = true
  await Promise.all([showKeys(), refresh()])
  keys.querySelector('input').focus()
  status.textContent = 'API key revoked'
}

/** Runs a task, unless that of an earlier click still runs. Not \`disabled\`, which would take the focus away. */
async function once(button, task) {
  if (button.ariaDisabled === 'true') return
  button.ariaDisabled = 'true'
  await task().finally(() => { button.ariaDisabled = null })
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button')
  if (!button) return
  const { signIn: user, revoke: key } = button.dataset
  if (user) once(button, () => signIn(button.dataset))
  else if (key) once(button, () => revoke(key))
  else if (button.id === 'refresh') once(button, async () => { status.textContent = await refresh() ? 'Refreshed' : unreachable })
  else if (button.id === 'close') panel.hidden = true
})
find('#generate')?.addEventListener('submit', (event) => {
  event.preventDefault()
  once(event.target.querySelector('button'), () => generate(event.target))
})
`
