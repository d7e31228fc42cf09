/** Edges that are loaded when something is asked of them. */

import { expect, test } from '@jest/globals'
import { lazyEdge } from '../../src/edges/lazy-edge'

interface Port {
  add(a: number, b: number): Promise<number>
  fail(): Promise<never>
}

function aPort() {
  let loads = 0
  const port = lazyEdge<Port>(() => {
    loads += 1
    return Promise.resolve({
      add: (a: number, b: number) => Promise.resolve(a + b),
      fail: () => Promise.reject(new Error('a defect')),
    })
  })
  return { port, loads: () => loads }
}

test('nothing is loaded before something is asked', async () => {
  const { port, loads } = aPort()
  expect(typeof port.add).toBe('function')
  // Handed through promises, as ports are.
  expect(await Promise.resolve(port)).toBe(port)
  expect(loads()).toBe(0)
})

test('the edge is loaded once, however many ask at the same time', async () => {
  const { port, loads } = aPort()
  expect(await Promise.all([port.add(1, 2), port.add(3, 4)])).toEqual([3, 7])
  expect(await port.add(5, 6)).toBe(11)
  expect(loads()).toBe(1)
})

test('what the edge throws arrives, and so does that it cannot be loaded', async () => {
  await expect(aPort().port.fail()).rejects.toThrow('a defect')
  const broken = lazyEdge<Port>(() => Promise.reject(new Error('no such chunk')))
  await expect(broken.add(1, 2)).rejects.toThrow('no such chunk')
})
