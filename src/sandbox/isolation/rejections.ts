const rejections = new WeakSet<Response>()

/** Marks the response to a request that no sandbox has answered. */
export function markRejection(response: Response): Response {
  rejections.add(response)
  return response
}

/** Tells whether a response says that no sandbox could be selected or opened. */
export const isRejection = (response: Response): boolean => rejections.has(response)
