/** The script of pages with mails: it shows new ones as they arrive, and filters them. */
export const inboxScript = `
const list = document.querySelector('#mails')
const form = document.querySelector('.filters')
const empty = document.querySelector('#empty')
const connection = document.querySelector('#connection')

function showTime(mail) {
  const time = mail.querySelector('time')
  time.textContent = new Date(time.dateTime).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}

function filter() {
  const { to = '', api = '' } = Object.fromEntries(new FormData(form))
  const mails = [...list.children]
  for (const mail of mails) {
    mail.hidden = !mail.dataset.to.toLowerCase().includes(to.trim().toLowerCase()) || (api !== '' && mail.dataset.api !== api)
  }
  const shown = mails.filter((mail) => !mail.hidden).length
  const total = mails.length + (mails.length === 1 ? ' mail' : ' mails')
  document.querySelector('#count').textContent = shown === mails.length ? total : shown + ' of ' + total
  empty.hidden = shown > 0
  empty.textContent = mails.length > 0
    ? 'No mail matches the filter.'
    : 'No mails yet. Sign up or request a password reset, and the mail appears here.'
}

/** Keeps the newest mail on top. The mails of each API arrive in order. */
function insert(mail) {
  showTime(mail)
  const older = [...list.children].find((other) => other.dataset.sent <= mail.dataset.sent)
  list.insertBefore(mail, older ?? null)
}

const events = new EventSource(list.dataset.events)
events.onopen = () => { connection.textContent = 'Live' }
events.onerror = () => { connection.textContent = 'Connection lost, reconnecting' }
events.addEventListener('clear', ({ data }) => {
  for (const mail of [...list.children]) if (mail.dataset.api === data) mail.remove()
  filter()
})
events.addEventListener('mails', ({ data }) => {
  const { html, isNew } = JSON.parse(data)
  const template = document.createElement('template')
  template.innerHTML = html
  const mails = [...template.content.children].reverse()
  for (const mail of mails) insert(mail)
  filter()
  if (isNew) status.textContent = 'New mail: ' + mails.at(-1).querySelector('h2').textContent
})
form.addEventListener('input', () => {
  filter()
  status.textContent = document.querySelector('#count').textContent
})
form.addEventListener('submit', (event) => event.preventDefault())
for (const mail of list.children) showTime(mail)
filter()
`

export const inboxStyle = `
#mails details { margin-top: .8rem }
#mails summary { cursor: pointer; color: var(--soft); font-size: .9rem }
#mails iframe { display: block; width: 100%; height: 14rem; margin-top: .5rem; border: 1px solid var(--line); border-radius: 8px }
`
