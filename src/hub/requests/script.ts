/** The script of the page: new entries from events, the filter, and details when an entry is opened. */
export const script = `
const list = document.querySelector('#requests')
const form = document.querySelector('.filters')
const empty = document.querySelector('#empty')
const connection = document.querySelector('#connection')

function showTime(row) {
  const time = row.querySelector('time')
  const date = new Date(time.dateTime)
  time.textContent = date.toLocaleTimeString('en-GB') + '.' + String(date.getMilliseconds()).padStart(3, '0')
}

function matches(row) {
  const { text, api, status, by } = Object.fromEntries(new FormData(form))
  const summary = row.querySelector('summary').textContent.toLowerCase()
  return (!api || row.dataset.api === api) && (!status || row.dataset.status === status) &&
    (!by || row.dataset.by === by) &&
    text.toLowerCase().split(/\\s+/).every((word) => summary.includes(word))
}

function showCount() {
  const all = list.children.length
  const shown = list.querySelectorAll(':scope > :not([hidden])').length
  document.querySelector('#count').textContent = shown === all ? all + (all === 1 ? ' request' : ' requests') : shown + ' of ' + all + ' requests'
  empty.hidden = shown > 0
  empty.textContent = all > 0
    ? 'No request matches the filter.'
    : 'No requests yet. The next call appears here.'
}

function filter() {
  for (const row of list.children) row.hidden = !matches(row)
  showCount()
}

async function load(details) {
  const row = details.closest('li')
  const target = row.querySelector('.details')
  const reveal = target.dataset.reveal === 'true'
  const response = await fetch('/requests/' + row.dataset.id + '/details' + (reveal ? '?secrets=show' : '')).catch(() => undefined)
  if (!response?.ok) {
    target.textContent = response?.status === 404
      ? 'The log has dropped this request.' : 'The request cannot be loaded. Is the hub running?'
    return
  }
  if (!target.querySelector('.content')) {
    target.innerHTML = '<button type="button" class="reveal"></button><div class="content"></div>'
  }
  target.querySelector('.reveal').textContent = reveal ? 'Hide secrets' : 'Show secrets'
  target.querySelector('.content').innerHTML = await response.text()
}

list.addEventListener('toggle', ({ target }) => {
  if (target.open) load(target)
}, true)
list.addEventListener('click', async ({ target }) => {
  if (!target.matches('.reveal')) return
  const { dataset } = target.parentElement
  dataset.reveal = String(dataset.reveal !== 'true')
  await load(target.closest('details'))
  status.textContent = dataset.reveal === 'true' ? 'Secrets are shown' : 'Secrets are hidden'
})
form.addEventListener('input', () => {
  filter()
  status.textContent = document.querySelector('#count').textContent
})
form.addEventListener('submit', (event) => event.preventDefault())
document.querySelector('#clear').addEventListener('click', async () => {
  const response = await fetch('/requests', { method: 'DELETE' }).catch(() => undefined)
  status.textContent = response?.ok ? 'The log is empty' : 'The log cannot be cleared. Is the hub running?'
})

const events = new EventSource('/requests/events?position=' + list.dataset.position)
events.onopen = () => { connection.textContent = 'Live' }
events.onerror = () => { connection.textContent = 'Connection lost, reconnecting' }
events.addEventListener('clear', () => {
  list.replaceChildren()
  showCount()
})
events.addEventListener('requests', ({ data }) => {
  const template = document.createElement('template')
  template.innerHTML = JSON.parse(data).html
  for (const row of template.content.children) {
    showTime(row)
    row.hidden = !matches(row)
  }
  list.prepend(template.content)
  while (list.children.length > Number(list.dataset.max)) list.lastElementChild.remove()
  showCount()
})
for (const row of list.children) showTime(row)
filter()
const linked = location.hash && document.getElementById(location.hash.slice(1))?.querySelector('details')
if (linked) linked.open = true
`
