import { Server } from 'node:net'
import { expect, it, vi } from 'vitest'
import { listenOn } from '../../src/cli/listen.ts'
import { UserError } from '../../src/common/user-error.ts'

it.each([
  [80, 'Port 80 needs administrator rights. Pass a port above 1023 with --port.'],
  [4000, 'Port 4000 is reserved by the system. Pass another one with --port'],
])('explains why the system rejects port %d', async (port, message) => {
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    queueMicrotask(() => this.emit('error', Object.assign(new Error('listen EACCES'), { code: 'EACCES' })))
    return this
  })
  const attempt = listenOn(() => new Response(), { host: '127.0.0.1', port, canMove: true })
  await expect(attempt).rejects.toBeInstanceOf(UserError)
  await expect(attempt).rejects.toThrow(message)
})
