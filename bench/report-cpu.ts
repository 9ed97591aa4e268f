/**
 * Preloaded into a server. Responds to each `'cpu'` message of the parent with the CPU time used, in
 * microseconds.
 */
process.on('message', (message) => {
  if (message !== 'cpu') return
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: user + system })
})
// The listener must not keep the process alive after its server has closed.
process.channel?.unref()
