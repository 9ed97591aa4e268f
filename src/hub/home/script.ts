import { statusTexts } from './status.ts'

/** The script of the home page: it shows the states of the servers, and whether the hub is reachable. */
export const statusScript = `
const statusTexts = ${JSON.stringify(statusTexts)}
let next
async function showStates() {
  if (document.hidden) return
  clearTimeout(next)
  next = setTimeout(showStates, 5000)
  const response = await fetch('/status.json').catch(() => undefined)
  if (!response?.ok) {
    for (const shown of document.querySelectorAll('.states [data-state]')) {
      shown.dataset.state = 'unreachable'
      shown.textContent = 'not reachable'
    }
    return
  }
  const { apis } = await response.json()
  for (const [api, states] of Object.entries(apis)) {
    const servers = document.querySelectorAll('.states[data-api="' + api + '"] [data-state]')
    for (const shown of servers) {
      shown.dataset.state = states[shown.dataset.part]
      shown.textContent = statusTexts[shown.dataset.state]
    }
    document.querySelector('.states[data-api="' + api + '"] [data-part="tests"]').textContent = states.tests.verdict
  }
  const isReady = ({ mock, sandbox = 'ready', tests }) => mock === 'ready' && sandbox === 'ready' && tests.state !== 'running'
  if (Object.values(apis).every(isReady)) return
  clearTimeout(next)
  next = setTimeout(showStates, 1000)
}
document.addEventListener('visibilitychange', showStates)
showStates()
`
