/** Where messages of streams go: one socket, as the publishers see it. */

export interface Outlet {
  /** @param stream its name; a socket of several streams tells it with the message */
  send(stream: string, message: object): void
}

/** Messages of one kind for many sockets: each is made once, and only when somebody wants it. */
export class Topics {
  private readonly outlets = new Map<string, Set<Outlet>>()

  /** Subscriptions. */
  get size(): number {
    let sum = 0
    for (const outlets of this.outlets.values()) sum += outlets.size
    return sum
  }

  has(name: string): boolean {
    return this.outlets.has(name)
  }

  add(name: string, outlet: Outlet): void {
    const known = this.outlets.get(name)
    if (known === undefined) this.outlets.set(name, new Set([outlet]))
    else known.add(outlet)
  }

  /** @returns false when it was not subscribed */
  remove(name: string, outlet: Outlet): boolean {
    const known = this.outlets.get(name)
    if (known === undefined || !known.delete(outlet)) return false
    if (known.size === 0) this.outlets.delete(name)
    return true
  }

  publish(name: string, message: () => object): void {
    const outlets = this.outlets.get(name)
    if (outlets === undefined) return
    const made = message()
    for (const outlet of outlets) outlet.send(name, made)
  }
}
