/** The script of the page: changes apply at once, and what calls have shown is read again on return. */
export const script = `
const main = document.querySelector('main')
const form = document.querySelector('#upstream')
const error = document.querySelector('#error')
const status = document.querySelector('#status')
const rows = [...document.querySelectorAll('tbody tr')]

async function refresh() {
  const response = await fetch(location.pathname).catch(() => undefined)
  if (!response?.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  document.querySelector('#current').replaceChildren(...fresh.querySelector('#current').childNodes)
  for (const row of rows) {
    const changed = fresh.getElementById(row.id)
    row.querySelector('.result').textContent = changed.querySelector('.result').textContent
    row.dataset.route = changed.dataset.route
    row.querySelector('select').value = row.dataset.route
  }
}

async function change(body, done) {
  const response = await fetch('/upstream/' + main.dataset.api + '.json', {
    method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  }).catch(() => undefined)
  error.textContent = response?.ok ? ''
    : response ? (await response.json()).detail : 'The change failed. Is the hub running?'
  // Without an answer of the hub, the routes are as they were.
  if (!response) for (const row of rows) row.querySelector('select').value = row.dataset.route
  await refresh()
  if (response?.ok) status.textContent = done
  return response?.ok
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  change({ url: form.elements.url.value }, 'The upstream is set')
})
document.querySelector('#remove').addEventListener('click', async () => {
  if (await change({ url: null }, 'The upstream is removed')) form.elements.url.value = ''
})
document.querySelector('tbody').addEventListener('change', ({ target }) => {
  const { id } = target.closest('tr')
  change({ routes: { [id]: target.value } }, id + ': ' + target.value)
})
document.querySelector('.all').addEventListener('click', ({ target }) => {
  const { route } = target.dataset
  if (route) change({ routes: Object.fromEntries(rows.map(({ id }) => [id, route])) }, 'All operations: ' + route)
})
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh() })
addEventListener('focus', refresh)
`
